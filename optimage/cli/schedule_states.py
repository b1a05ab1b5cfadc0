# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report schedule pause | resume | retry | remove`."""

from datetime import UTC, datetime

import click

from optimage.cli.common import open_application
from optimage.i18n import _

NAME = click.argument("name", metavar="NAME")


@click.command("pause", help=_("Let a schedule rest; what is due meanwhile is not made up."))
@NAME
def pause(name: str) -> None:
    from optimage.model.periodic import ScheduleState

    app = open_application()
    app.store.schedules.set_state(name, ScheduleState.PAUSED, operator=app.settings.operator, now=datetime.now(UTC))
    click.echo(_("schedule {name} rests").format(name=name))


@click.command("resume", help=_("Let a schedule go on."))
@NAME
def resume(name: str) -> None:
    from optimage.cli.schedule_words import local
    from optimage.model.periodic import ScheduleState
    from optimage.workflow.periodic.pending import next_due

    app, now = open_application(), datetime.now(UTC)
    schedule = app.store.schedules.set_state(name, ScheduleState.ACTIVE, operator=app.settings.operator, now=now)
    due = next_due(schedule, app.store.runs.latest().get(schedule.id or 0), now)
    click.echo(_("schedule {name} goes on: next on {due}").format(name=name, due=local(due, schedule)))


@click.command("retry", help=_("Try a report that failed again."))
@NAME
def retry(name: str) -> None:
    app = open_application()
    schedule = app.store.schedules.get(name)
    run = app.store.runs.retry(schedule.id or 0, operator=app.settings.operator, now=datetime.now(UTC))
    click.echo(_("run {id} is tried again").format(id=run.id))


@click.command("remove", help=_("End a schedule; its reports stay."))
@NAME
def remove(name: str) -> None:
    from optimage.model.periodic import ScheduleState

    app = open_application()
    app.store.schedules.set_state(name, ScheduleState.REMOVED, operator=app.settings.operator, now=datetime.now(UTC))
    click.echo(_("schedule {name} is removed").format(name=name))
