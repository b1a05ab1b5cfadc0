# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage run-due`: make the reports that are due, for a timer of the system."""

from typing import TYPE_CHECKING

import click

from optimage.cli.common import open_application
from optimage.i18n import _

if TYPE_CHECKING:
    from optimage.app import App
    from optimage.workflow.periodic.run_due import Outcome

FAILED = 1


@click.command(
    "run-due", help=_("Make the reports that are due now; for a timer of the system. Exit code 1: one failed.")
)
@click.option("--dry-run", is_flag=True, help=_("tell what is due and make nothing"))
def command(dry_run: bool) -> int:
    from optimage.workflow.notices.caller import Caller
    from optimage.workflow.periodic.by_templates import reporter_of
    from optimage.workflow.periodic.run_due import run_due
    from optimage.workflow.periodic.takeover import release_abandoned_runs

    app = open_application()
    if dry_run:
        return _tell_pending(app)
    release_abandoned_runs(app.store)
    outcomes = run_due(reporter_of(app.settings, app.store, app.modules))
    Caller(app.settings, app.store).tell()
    for outcome in outcomes:
        _tell(outcome)
    if not outcomes:
        click.echo(_("nothing is due"))
    return FAILED if any(outcome.run.error for outcome in outcomes) else 0


def _tell_pending(app: "App") -> int:
    from datetime import UTC, datetime

    from optimage.cli.schedule_words import local
    from optimage.workflow.periodic.pending import pending

    found = pending(app.store, datetime.now(UTC))
    for one in found:
        begin, due = (local(moment, one.schedule) for moment in (one.begin, one.due_at))
        click.echo(
            _("{name}: due on {due}, for the time since {begin}").format(name=one.schedule.name, due=due, begin=begin)
        )
    if not found:
        click.echo(_("nothing is due"))
    return 0


def _tell(outcome: "Outcome") -> None:
    from optimage.cli.edge import visible
    from optimage.cli.schedule_words import reason, state

    said = ", ".join(map(str, outcome.files)) or reason(outcome.run)
    click.echo(visible(f"{outcome.schedule.name}: {state(outcome.run)}  {said}".rstrip()))
