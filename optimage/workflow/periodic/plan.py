# SPDX-License-Identifier: LGPL-3.0-or-later
"""A schedule that a person asks for: checked as a whole before it is stored."""

import operator
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from unicodedata import normalize

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.addressee import is_mail_address, is_webhook
from optimage.model.notice import Channel, Recipient
from optimage.model.periodic import ReportSchedule
from optimage.occurrences import Calendar, find_zone
from optimage.report.formats import FORMS
from optimage.schedule import INTERVALS

LONGEST_NAME = 40  # of a file name's 255 bytes, however many a letter takes
YEARS = range(2000, 2200)
IS_ADDRESS: Mapping[Channel, Callable[[str], bool]] = {
    Channel.MAIL: is_mail_address,
    Channel.WEBHOOK: is_webhook,
    Channel.LOG: operator.not_,
}


def calendar_of(schedule: ReportSchedule) -> Calendar:
    """Return when a schedule is due; UsageError `unknown_zone`."""
    return Calendar(schedule.anchor, schedule.every, schedule.at, find_zone(schedule.zone))


def checked(schedule: ReportSchedule) -> ReportSchedule:
    """Return a schedule that can be carried out.

    Raises
    ------
    UsageError
        `bad_schedule_name`, `unknown_interval`, `unknown_zone`, `bad_first_day`, `unknown_form`, `bad_recipient`.
    """
    name = normalize("NFC", schedule.name)
    _require_name(name)
    _require_one_of(schedule.every, INTERVALS, "unknown_interval", N_("there is no interval {name}"))
    for form in schedule.forms:
        _require_one_of(form, FORMS, "unknown_form", N_("there is no form {name} of reports"))
    _require_year(schedule.anchor)
    for recipient in schedule.recipients:
        _require_address(recipient)
    calendar_of(schedule)
    at = schedule.at.replace(second=0, microsecond=0)
    once = {"forms": tuple(dict.fromkeys(schedule.forms)), "recipients": tuple(dict.fromkeys(schedule.recipients))}
    return replace(schedule, name=name, at=at, **once)  # type: ignore[arg-type]


def _require_name(name: str) -> None:
    if not (0 < len(name) <= LONGEST_NAME and all(one.isalnum() or one in "-_" for one in name)):
        raise UsageError(
            "bad_schedule_name",
            N_("{name} cannot be the name of a schedule"),
            advice=N_("use up to {longest} letters, digits, - and _: it begins the names of the files"),
            name=name,
            longest=LONGEST_NAME,
        )


def _require_one_of(name: str, known: Collection[str], code: str, sentence: str) -> None:
    if name not in known:
        near = get_close_matches(name, known, n=1)
        raise UsageError(
            code, sentence, advice=N_("choose one of {known}"), name=name, known=", ".join(near or list(known))
        )


def _require_year(anchor: date) -> None:
    if anchor.year not in YEARS:
        raise UsageError(
            "bad_first_day",
            N_("{day} is no day on which reports can begin"),
            advice=N_("choose a day of the years {first} to {last}"),
            day=anchor.isoformat(),
            first=YEARS[0],
            last=YEARS[-1],
        )


def _require_address(recipient: Recipient) -> None:
    if not IS_ADDRESS[recipient.channel](recipient.address):
        raise UsageError(
            "bad_recipient",
            N_("{address} is no address of {channel}"),
            advice=N_("write for example {example}"),
            address=recipient.address,
            channel=str(recipient.channel),
            example="physics@example.org" if recipient.channel is Channel.MAIL else "https://example.org/hook",
        )
