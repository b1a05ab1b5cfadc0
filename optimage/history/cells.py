# SPDX-License-Identifier: LGPL-3.0-or-later
"""What stands in a cell: a number with one decimal sign, or a moment in one zone; ValueError tells what is wrong."""

import re
from datetime import UTC, datetime
from math import isfinite
from zoneinfo import ZoneInfo

from optimage.messages import N_, Message
from optimage.profile_files.mapping_tables import CLOCKS, ISO, TimeTable

NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
NOON = 12  # of a day without a time: the same date wherever it is read
LENGTH_OF_DATE = len("2026-11-21")


class CellError(Exception):
    """A cell cannot be read; `message` is what follows its place."""

    def __init__(self, template: str, **values: str) -> None:
        super().__init__(template, values)
        self.message = Message(template, values)


def number(text: str, decimal: str) -> float:
    """Return the number in a cell, written with the decimal sign `decimal` and no separator of thousands.

    Raises
    ------
    CellError
        It is no number, is not finite, or is written with the other sign.
    """
    other = "." if decimal == "," else ","
    if other in text:
        raise CellError(
            N_('{where}: {text} has a "{other}", and the decimal sign is "{decimal}"'),
            text=text,
            other=other,
            decimal=decimal,
        )
    written = text.replace(decimal, ".").replace("−", "-")
    value = float(written) if NUMBER.fullmatch(written) else float("nan")
    if not isfinite(value):
        raise CellError(N_("{where}: {text} is no number"), text=text)
    return value


def moment(text: str, rule: TimeTable, now: datetime) -> datetime:
    """Return the moment in a cell, in UTC; a date without time is noon in the zone.

    Raises
    ------
    CellError
        It fits no format, has no zone, does not exist or exists twice when clocks are changed, or lies before 1970
        or after `now`.
    """
    parsed = next((found for one in rule.formats if (found := _parsed(text, one))), None)
    if parsed is None:
        raise CellError(N_("{where}: {text} is no time of the form {formats}"), text=text, formats=_shown(rule))
    at = parsed if parsed.tzinfo else _local(parsed, text, rule.zone)
    if not EARLIEST <= at <= now:
        raise CellError(N_("{where}: {text} lies in the future or before 1970"), text=text)
    return at.astimezone(UTC)


def _parsed(text: str, form: str) -> datetime | None:
    try:
        if form == ISO:
            found = datetime.fromisoformat(text)
            return found.replace(hour=NOON) if len(text) <= LENGTH_OF_DATE else found
        found = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is looked at by the caller
    except ValueError:
        return None
    return found if any(clock in form for clock in CLOCKS) else found.replace(hour=NOON)


def _local(at: datetime, text: str, name: str) -> datetime:
    if not name:
        raise CellError(N_("{where}: {text} tells no time zone; add zone to [time]"), text=text)
    zone = ZoneInfo(name)
    early, late = (at.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if early.utcoffset() == late.utcoffset():
        return early
    if early.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != at:
        raise CellError(N_("{where}: {text} does not exist in {zone}: clocks were put forward"), text=text, zone=name)
    raise CellError(
        N_("{where}: {text} happened twice in {zone}: clocks were put back; write it as 2026-11-21 07:30+01:00"),
        text=text,
        zone=name,
    )


def _shown(rule: TimeTable) -> str:
    return ", ".join("2026-11-21 07:30" if one == ISO else one for one in rule.formats)
