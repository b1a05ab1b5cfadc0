# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report schedule runs`: what became of a schedule's reports."""

import json
from typing import TYPE_CHECKING

import click

from optimage.cli.common import JSON, open_application
from optimage.i18n import _

if TYPE_CHECKING:
    from optimage.model.periodic import ReportRun, ReportSchedule
    from optimage.store.engine import Store


@click.command("runs", help=_("List what became of a schedule's reports."))
@click.argument("name", metavar="NAME")
@JSON
def command(name: str, as_json: bool) -> None:
    from optimage.cli.table import format_table

    store = open_application().store
    schedule = store.schedules.get(name)
    runs = store.runs.list(schedule.id)
    if as_json:
        from optimage.model.plain import to_plain

        click.echo(json.dumps({"schema": 1, "runs": to_plain(runs)}, ensure_ascii=False, allow_nan=False))
        return
    header = (_("run"), _("due"), _("from"), _("until"), _("attempts"), "", _("files"))
    rows = [_row(store, schedule, run) for run in runs]
    click.echo(format_table(header, rows) if rows else _("none yet"))


def _row(store: "Store", schedule: "ReportSchedule", run: "ReportRun") -> tuple[str, ...]:
    from optimage.cli.schedule_words import local, reason, state

    moments = (local(moment, schedule, zone=False) for moment in (run.due_at, run.begin, run.end))
    files = ", ".join(store.reports.get(number).file_name for number in run.report_ids)
    return str(run.id), *moments, str(run.attempts), state(run), files or reason(run)
