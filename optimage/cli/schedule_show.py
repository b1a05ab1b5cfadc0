# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report schedule show`: all that a schedule says."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

import click

from optimage.cli.common import open_application
from optimage.i18n import _

if TYPE_CHECKING:
    from datetime import datetime

    from optimage.model.periodic import ReportSchedule

NEXT = 3


@click.command("show", help=_("Show all that a schedule says, and when it is due next."))
@click.argument("name", metavar="NAME")
def command(name: str) -> None:
    from datetime import UTC, datetime

    from optimage.cli.table import format_table

    store = open_application().store
    rows = list(_rows(store.schedules.get(name), datetime.now(UTC)))
    click.echo(format_table((_("what"), _("how it is")), rows))


def _rows(one: "ReportSchedule", now: "datetime") -> Iterator[tuple[str, str]]:
    from optimage.cli.schedule_words import local
    from optimage.model.periodic import OnlyWhen, ScheduleState
    from optimage.schedule import SCHEDULES
    from optimage.workflow.periodic.plan import calendar_of

    chosen = one.selection
    yield _("schedule"), one.name
    yield _("template"), one.template
    yield (
        _("how often"),
        _("{every} from {day} at {time} {zone}").format(
            every=_(SCHEDULES[one.every]), day=one.anchor, time=f"{one.at:%H:%M}", zone=one.zone
        ),
    )
    yield _("profiles"), ", ".join(chosen.profiles) or _("all")
    yield _("device"), chosen.device or _("all")
    yield _("site"), chosen.site or _("all")
    yield _("measurements"), ", ".join(chosen.keys) or _("all")
    yield _("formats"), ", ".join(one.forms)
    yield _("language"), one.language or "–"
    yield _("recipients"), ", ".join(to.address for to in one.recipients) or "–"
    only = one.only_when is OnlyWhen.SOMETHING
    yield _("where nothing happened"), _("no report") if only else _("a report that says so")
    if one.state is ScheduleState.PAUSED:
        yield _("next"), _("paused")
    else:
        for moment in islice(calendar_of(one).following(now), NEXT):
            yield _("next"), local(moment, one)
