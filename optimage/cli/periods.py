# SPDX-License-Identifier: LGPL-3.0-or-later
"""Periods on the command line: a year, a month, or first and last day, in the zone of this computer."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from optimage.cli.common import parse_date
from optimage.errors import UsageError
from optimage.messages import N_

if TYPE_CHECKING:
    from optimage.document.period import Period
    from optimage.workflow.reporting.zone import LocalZone

DAY = timedelta(days=1)
ONLY_A_DATE = len("2026-11-21")


def parse_period(since: str | None, until: str | None, year: str | None, month: str | None) -> "Period":
    """Return a period; a bare date of its end means the end of that day.

    Raises
    ------
    UsageError
        `bad_date`; `bad_period` where it is said twice, or ends before it begins.
    """
    from optimage.document.period import Period
    from optimage.workflow.reporting.zone import LocalZone

    if sum(said is not None for said in (since or until, year, month)) > 1:
        raise UsageError("bad_period", N_("a period is said once: a year, a month, or its first and last day"))
    zone = LocalZone()
    if year is not None:
        first = _first_day(year, f"{year}-01-01", "2026")
        return Period(_midnight(first, zone), _midnight(first.replace(year=first.year + 1), zone), zone)
    if month is not None:
        first = _first_day(month, f"{month}-01", "2026-11")
        return Period(_midnight(first, zone), _midnight((first + 31 * DAY).replace(day=1), zone), zone)
    begin, end = parse_date(since), parse_date(until)
    if until is not None and len(until.strip()) <= ONLY_A_DATE:
        end = _midnight(date.fromisoformat(until.strip()) + DAY, zone)
    if begin and end and end <= begin:
        raise UsageError("bad_period", N_("the period ends before it begins"))
    return Period(begin, end, zone)


def _first_day(text: str, written: str, example: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise UsageError(
            "bad_date", N_("{text} is no date"), advice=N_("write it as {example}"), text=text, example=example
        ) from error


def _midnight(day: date, zone: "LocalZone") -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)
