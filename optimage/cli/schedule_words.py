# SPDX-License-Identifier: LGPL-3.0-or-later
"""How schedules and their runs are told at a terminal."""

from datetime import datetime

from optimage.i18n import _, say
from optimage.messages import N_
from optimage.model.periodic import ReportRun, ReportSchedule, RunState
from optimage.occurrences import find_zone

RUN_WORDS = {
    RunState.RUNNING: ("…", N_("under way")),
    RunState.WAITING: ("▲", N_("failed, to be tried again")),
    RunState.DONE: ("✔", N_("made")),
    RunState.NOTHING: ("–", N_("nothing to report")),
    RunState.FAILED: ("✖", N_("failed")),
}


def local(moment: datetime, schedule: ReportSchedule, *, zone: bool = True) -> str:
    """Return a moment as the clocks of the schedule show it, with the name of its zone."""
    shown = f"{moment.astimezone(find_zone(schedule.zone)):%Y-%m-%d %H:%M}"
    return f"{shown} {schedule.zone}" if zone else shown


def state(run: ReportRun) -> str:
    """Return glyph and words; never one of them alone."""
    glyph, words = RUN_WORDS[run.state]
    return f"{glyph} {_(words)}"


def reason(run: ReportRun) -> str:
    """Return why the last attempt failed, empty where it did not."""
    return say(run.error) if run.error else ""
