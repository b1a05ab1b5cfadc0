# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the recipients of a schedule are told: that a report is there, or that it could not be made."""

from collections.abc import Sequence
from typing import Any

from optimage.errors import OptimageError
from optimage.i18n import Manner, _, say_error, speaking
from optimage.model.notice import Channel, Notice, Recipient
from optimage.model.periodic import ReportRun, ReportSchedule
from optimage.model.records import NewReport
from optimage.occurrences import find_zone

LOG = Recipient(Channel.LOG)


def ready(schedule: ReportSchedule, run: ReportRun, reports: Sequence[NewReport]) -> tuple[Notice, ...]:
    """Return what tells the recipients that the report of a run is there, in the language of the schedule."""
    with speaking(Manner(schedule.language)):
        subject = _("Report {name}: {begin} to {end}").format(**_named(schedule, run))
        text = _("The report {name} for {begin} to {end} was made:").format(**_named(schedule, run))
    text = "\n".join((text, *(f"  {one.file_name}" for one in reports)))
    files = [{"name": one.file_name, "form": one.form, "sha256": one.sha256} for one in reports]
    payload = _payload("report", schedule, run) | {"files": files}
    return tuple(Notice(f"run:{run.id}", one, subject, text, payload) for one in schedule.recipients)


def failed(schedule: ReportSchedule, run: ReportRun, error: OptimageError) -> tuple[Notice, ...]:
    """Return what tells recipients and log that a report could not be made, and what to do about it."""
    with speaking(Manner(schedule.language)):
        sentence = say_error(error)
        subject = _("Report {name} could not be made").format(name=schedule.name)
        lines = (
            _("The report {name} for {begin} to {end} failed {count} times, the last time because:"),
            "  {sentence}",
            _("Mend the cause, then run: optimage report schedule retry {name}"),
            _("Otherwise the next report covers this time, too."),
        )
        values = {"count": run.attempts, "sentence": sentence} | _named(schedule, run)
        text = "\n".join(line.format(**values) for line in lines)
    payload = _payload("failure", schedule, run) | {"code": error.code, "error": sentence}
    recipients = dict.fromkeys((*schedule.recipients, LOG))
    return tuple(Notice(f"failure:run:{run.id}", one, subject, text, payload) for one in recipients)


def days_of(schedule: ReportSchedule, run: ReportRun) -> tuple[str, str]:
    """Return the local days on which the period of a run begins and ends, in the manner of ISO 8601."""
    begin, end = (moment.astimezone(find_zone(schedule.zone)).date() for moment in (run.begin, run.end))
    return begin.isoformat(), end.isoformat()


def _named(schedule: ReportSchedule, run: ReportRun) -> dict[str, str]:
    begin, end = days_of(schedule, run)
    return {"name": schedule.name, "begin": begin, "end": end}


def _payload(kind: str, schedule: ReportSchedule, run: ReportRun) -> dict[str, Any]:
    moments = {"due": run.due_at, "begin": run.begin, "end": run.end}
    named = {"kind": kind, "schedule": schedule.name, "template": schedule.template, "run": run.id}
    return named | {name: moment.isoformat() for name, moment in moments.items()}
