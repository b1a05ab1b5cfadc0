# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is typed after `optimage results add`: an optional number of a result, then values by key."""

from datetime import datetime
from typing import TYPE_CHECKING

from optimage.cli.common import parse_assignments, parse_date
from optimage.errors import UsageError
from optimage.messages import N_

if TYPE_CHECKING:
    from optimage.workflow.entries import Entries

Words = tuple[str, ...]


def result_id_of(words: Words, at: str | None, device: str) -> tuple[int, Words]:
    """Return the number of the result and the other words; UsageError where it is missing or more than it is said."""
    if not words[0].isdecimal():
        raise UsageError(
            "no_result_named",
            N_("it is not said to which result the values belong"),
            advice=N_("begin with the number of a result, or choose a profile with --profile"),
        )
    if at or device:
        raise UsageError(
            "time_of_result_given",
            N_("time and device of result {id} are those of its images"),
            advice=N_("use --at and --device together with --profile only"),
            id=words[0],
        )
    return int(words[0]), words[1:]


def moment_of(at: str | None) -> datetime:
    """Return when a measurement without images was made; UsageError where it is not said."""
    made = parse_date(at)
    if made is None:
        raise UsageError(
            "no_time_given",
            N_("it is not said when the measurement was made"),
            advice=N_("add --at with date or time, for example --at 2026-11-21"),
        )
    return made


def entries_of(values: Words, uncertainties: Words, text: str) -> "Entries":
    """Return what was typed; UsageError for no value, or two of one key."""
    from optimage.workflow.entries import Entries

    typed = parse_assignments(values, example="dose_index=2.5")
    told = parse_assignments(uncertainties, example="--uncertainty dose_index=0.1")
    if not typed:
        raise UsageError("no_reading", N_("no value is given"), advice=N_("write for example dose_index=2.5"))
    if len(typed) < len(values) or len(told) < len(uncertainties):
        raise UsageError(
            "repeated_reading", N_("one reading is given twice"), advice=N_("enter each value and uncertainty once")
        )
    return Entries(typed, told, text)
