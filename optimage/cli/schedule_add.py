# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report schedule add`: let a report be made again and again."""

from datetime import date, time
from typing import TYPE_CHECKING

import click

from optimage.cli.common import open_application
from optimage.errors import UsageError
from optimage.i18n import _
from optimage.messages import N_
from optimage.schedule import SCHEDULES

if TYPE_CHECKING:
    from datetime import datetime

    from optimage.app import App
    from optimage.model.notice import Recipient
    from optimage.model.periodic import ReportSchedule


@click.command("add", help=_("Let a report be made again and again."))
@click.argument("name", metavar="NAME")
@click.option("--template", required=True, metavar="TEMPLATE", help=_("template; see optimage report template list"))
@click.option("--every", required=True, type=click.Choice(list(SCHEDULES)), help=_("how often"))
@click.option(
    "--on", "anchor", required=True, metavar="DAY", help=_("first day, such as 2026-12-01; later ones count from it")
)
@click.option("--at", default="06:00", show_default=True, metavar="TIME", help=_("time of day"))
@click.option(
    "--zone", default="", metavar="ZONE", help=_("its time zone, such as Europe/Luxembourg; default: this computer's")
)
@click.option("--profile", "profiles", multiple=True, metavar="ID", help=_("only of this profile; may be repeated"))
@click.option("--device", default="", metavar="NAME", help=_("only of this device"))
@click.option("--site", default="", metavar="NAME", help=_("only of this site"))
@click.option("--key", "keys", multiple=True, metavar="KEY", help=_("only this measurement; may be repeated"))
@click.option(
    "--format", "forms", default="pdf", metavar="LIST", help=_("formats, separated by commas: pdf, html, rtf, json")
)
@click.option(
    "--language", default="", metavar="CODE", help=_("two letters, such as de; by default that of the template")
)
@click.option("--mail", "mails", multiple=True, metavar="ADDRESS", help=_("send it to this address; may be repeated"))
@click.option("--webhook", "hooks", multiple=True, metavar="URL", help=_("tell this web hook; may be repeated"))
@click.option(
    "--only-when-something", is_flag=True, help=_("no report where nothing was measured and nothing happened")
)
def command(
    name: str,
    template: str,
    every: str,
    anchor: str,
    at: str,
    zone: str,
    profiles: tuple[str, ...],
    device: str,
    site: str,
    keys: tuple[str, ...],
    forms: str,
    language: str,
    mails: tuple[str, ...],
    hooks: tuple[str, ...],
    only_when_something: bool,
) -> None:
    from datetime import UTC, datetime

    from optimage.model.periodic import OnlyWhen, ReportSchedule
    from optimage.model.selection import Selection
    from optimage.workflow.periodic.plan import checked

    app = open_application()
    schedule = ReportSchedule(
        name=name,
        template=template,
        every=every,
        anchor=_day(anchor),
        at=_time(at),
        zone=zone or _own_zone(),
        selection=Selection(profiles, device, site, keys),
        forms=tuple(part.strip().lower() for part in forms.split(",") if part.strip()) or ("pdf",),
        language=language,
        recipients=_recipients(mails, hooks),
        only_when=OnlyWhen.SOMETHING if only_when_something else OnlyWhen.ALWAYS,
        operator=app.settings.operator,
    )
    schedule = checked(schedule)
    _require_makeable(app, schedule)
    now = datetime.now(UTC)
    _tell(app.store.schedules.add(schedule, now=now), now)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError("bad_date", N_("{text} is no date"), advice=N_("write it as 2026-11-21"), text=text) from error


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text).replace(tzinfo=None)
    except ValueError as error:
        raise UsageError(
            "bad_time", N_("{text} is no time of day"), advice=N_("write it as 06:00"), text=text
        ) from error


def _own_zone() -> str:
    from optimage.workflow.reporting.zone import LocalZone

    return str(LocalZone())


def _recipients(mails: tuple[str, ...], hooks: tuple[str, ...]) -> "tuple[Recipient, ...]":
    from optimage.model.notice import Channel, Recipient

    return (
        *(Recipient(Channel.MAIL, address) for address in mails),
        *(Recipient(Channel.WEBHOOK, address) for address in hooks),
    )


def _require_makeable(app: "App", schedule: "ReportSchedule") -> None:
    """Let every mistake in template and selection be told now, not in the night of the first report."""
    from optimage.report.templates.files import load_template
    from optimage.report.templates.template import in_language
    from optimage.workflow.reporting.chosen import choose

    in_language(load_template(schedule.template, app.settings.templates), schedule.language)
    choose(app.store, schedule.selection)


def _tell(schedule: "ReportSchedule", now: "datetime") -> None:
    from optimage.cli.schedule_words import local
    from optimage.workflow.periodic.pending import first_period

    begin, due = first_period(schedule, now)
    said = _("schedule {name}: the first report is made on {due}, for the time since {begin}")
    click.echo(said.format(name=schedule.name, due=local(due, schedule), begin=local(begin, schedule)))
    click.echo(_('it is made while "optimage serve" runs, or whenever "optimage run-due" is called'))
