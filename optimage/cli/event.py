# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage event`: note what was done to a device, list it, and say whether statistics begin anew there."""

import json
from typing import TYPE_CHECKING

import click

from optimage.cli.common import JSON, open_application, parse_date, parse_end_date
from optimage.i18n import _
from optimage.model.baseline import EventKind

if TYPE_CHECKING:
    from optimage.model.baseline import ServiceEvent
    from optimage.store.engine import Store

KIND = click.Choice([kind.value for kind in EventKind])


@click.group("event", help=_("Note what was done to a device, list it, and say where statistics begin anew."))
def command() -> None: ...


@command.command("add", help=_("Note what was done to a device."))
@click.argument("device", metavar="DEVICE")
@click.argument("kind", type=KIND)
@click.option("--at", required=True, metavar="DATE", help=_("when it was done"))
@click.option("--text", required=True, help=_("what you want to be remembered"))
@click.option("--border", is_flag=True, help=_("let statistics begin anew there"))
def add(device: str, kind: str, at: str, text: str, border: bool) -> None:
    from optimage.cli.readings import moment_of
    from optimage.model.baseline import ServiceEvent

    made = moment_of(at)
    app = open_application()
    unit = app.store.devices.find(device)
    event = ServiceEvent(unit.id, made, EventKind(kind), text, operator=app.settings.operator, border=border)
    kept = app.store.events.add(event)
    click.echo(_("event {id} noted").format(id=kept.id))


@command.command("list", help=_("List what was done to devices, by hand or as their images tell."))
@click.option("--device", default="", metavar="NAME", help=_("only of this device"))
@click.option("--since", metavar="DATE", help=_("on this day or later"))
@click.option("--until", metavar="DATE", help=_("on this day or earlier"))
@JSON
def list_events(device: str, since: str | None, until: str | None, as_json: bool) -> None:
    store = open_application().store
    device_id = store.devices.find(device).id if device else None
    found = store.events.list(device_id=device_id, since=parse_date(since), until=parse_end_date(until))
    if as_json:
        from optimage.model.plain import to_plain

        click.echo(json.dumps({"schema": 1, "events": to_plain(found)}, ensure_ascii=False, allow_nan=False))
    else:
        click.echo(_table(store, found) if found else _("no events"))


@command.command("border", help=_("Let statistics begin anew at an event, or no longer."))
@click.argument("event_id", type=int, metavar="ID")
@click.option("--no", "no_longer", is_flag=True, help=_("no longer"))
def border(event_id: int, no_longer: bool) -> None:
    app = open_application()
    app.store.events.set_border(event_id, not no_longer, operator=app.settings.operator)
    said = _("statistics go on across event {id}") if no_longer else _("statistics begin anew at event {id}")
    click.echo(said.format(id=event_id))


def _table(store: "Store", events: "tuple[ServiceEvent, ...]") -> str:
    from optimage.charts.happenings import EVENT_WORDS
    from optimage.cli.table import format_table

    devices = {device.id: device.identity.title for device in store.devices.list()}
    rows = [
        (
            str(event.id),
            f"{event.at.astimezone():%Y-%m-%d %H:%M}",
            devices[event.device_id],
            _(EVENT_WORDS[event.kind]),
            _("yes") if event.border else "",
            _what(event),
            event.operator or _("found in images"),
        )
        for event in events
    ]
    return format_table(("id", _("at"), _("device"), _("kind"), _("border"), _("what"), _("who")), rows)


def _what(event: "ServiceEvent") -> str:
    change = f"{event.keyword}: {event.before} → {event.after}" if event.keyword else ""
    return "; ".join(part for part in (event.text, change) if part)
