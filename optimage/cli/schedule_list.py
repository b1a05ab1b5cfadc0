# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report schedule list`: what is due next, and what became of it last."""

import json
from typing import TYPE_CHECKING

import click

from optimage.cli.common import JSON, open_application
from optimage.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

    from optimage.model.periodic import ReportRun, ReportSchedule


@click.command("list", help=_("List schedules, and when each is due next."))
@JSON
def command(as_json: bool) -> None:
    from datetime import UTC, datetime

    store = open_application().store
    now, last = datetime.now(UTC), store.runs.latest()
    found = [(one, last.get(one.id or 0)) for one in store.schedules.list()]
    if as_json:
        plain = [_plain(one, run, now) for one, run in found]
        click.echo(json.dumps({"schema": 1, "schedules": plain}, ensure_ascii=False, allow_nan=False))
        return
    from optimage.cli.table import format_table

    header = (_("schedule"), _("template"), _("how often"), _("next"), _("zone"), _("the last"), "")
    rows = [_row(one, run, now) for one, run in found]
    click.echo(format_table(header, rows) if rows else _("no schedules"))


def _row(one: "ReportSchedule", run: "ReportRun | None", now: "datetime") -> tuple[str, ...]:
    from optimage.cli.schedule_words import local, reason, state
    from optimage.schedule import SCHEDULES

    due = _next(one, run, now)
    return (
        one.name,
        one.template,
        _(SCHEDULES[one.every]),
        local(due, one, zone=False) if due else _("paused"),
        one.zone,
        f"{state(run)} {local(run.due_at, one, zone=False)}" if run else _("none yet"),
        reason(run) if run else "",
    )


def _next(one: "ReportSchedule", run: "ReportRun | None", now: "datetime") -> "datetime | None":
    from optimage.model.periodic import ScheduleState
    from optimage.workflow.periodic.pending import next_due

    return next_due(one, run, now) if one.state is ScheduleState.ACTIVE else None


def _plain(one: "ReportSchedule", run: "ReportRun | None", now: "datetime") -> dict[str, object]:
    from optimage.model.plain import to_plain

    said = dict(to_plain(one)) | {"at": f"{one.at:%H:%M}"}
    return said | {"next_due": to_plain(_next(one, run, now)), "last_run": to_plain(run)}
