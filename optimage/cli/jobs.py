# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage jobs`: what waits, runs, and ended badly."""

import json

import click

from optimage.cli.common import JSON, open_application
from optimage.cli.table import format_table
from optimage.i18n import _

JOB = click.argument("job_id", type=int, metavar="ID")
STATES = ("queued", "running", "done", "failed")


@click.group("jobs", help=_("List evaluations; queue one again, or cancel it."))
def command() -> None: ...


@command.command("list", help=_("List jobs, without those that are done unless asked for."))
@click.option("--state", type=click.Choice(STATES), help=_("only jobs in this state"))
@JSON
def list_jobs(state: str | None, as_json: bool) -> None:
    found = [job for job in open_application().store.jobs.list() if job.state == (state or job.state)]
    shown = [job for job in found if state or job.state != "done"]
    if as_json:
        from optimage.model.plain import to_plain

        click.echo(json.dumps({"schema": 1, "jobs": to_plain(tuple(shown))}, ensure_ascii=False))
        return
    rows = [(str(job.id), str(job.set_id), job.state.value, str(job.attempt), job.worker) for job in shown]
    header = (_("job"), _("set"), _("state"), _("attempt"), _("worker"))
    click.echo(format_table(header, rows) if rows else _("no jobs"))


@command.command("retry", help=_("Queue a job again, whatever became of it."))
@JOB
def retry(job_id: int) -> None:
    app = open_application()
    app.store.jobs.retry(job_id, operator=app.settings.operator)
    click.echo(_("job {number} is queued again").format(number=job_id))


@command.command("cancel", help=_("End a job without a result; its images stay stored."))
@JOB
def cancel(job_id: int) -> None:
    app = open_application()
    app.store.jobs.cancel(job_id, operator=app.settings.operator)
    click.echo(_("job {number} is cancelled").format(number=job_id))
