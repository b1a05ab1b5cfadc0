# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage signals`: what stands out in the histories, and taking note of it."""

import json

import click

from optimage.cli.common import JSON, open_application, parse_date
from optimage.i18n import _, say


@click.group("signals", invoke_without_command=True, help=_("List what stands out, or take note of it."))
@click.option("--profile", "profile_id", metavar="ID", help=_("only of this profile"))
@click.option("--since", metavar="DATE", help=_("acquired on this day or later"))
@click.option(
    "--all", "whole", is_flag=True, help=_("also single points outside the control lines, and what no tolerance judges")
)
@JSON
@click.pass_context
def command(context: click.Context, profile_id: str | None, since: str | None, whole: bool, as_json: bool) -> None:
    if context.invoked_subcommand:
        return
    from optimage.cli.table import format_number, format_table
    from optimage.workflow.open_signals import open_signals

    store = open_application().store
    found = open_signals(store, profile_id=profile_id, since=parse_date(since), whole=whole)
    if as_json:
        plain = [one.plain() for one in found]
        click.echo(json.dumps({"schema": 1, "signals": plain}, ensure_ascii=False, allow_nan=False))
        return
    rows = [
        (
            str(one.signal.id),
            f"{one.acquired_at.astimezone():%Y-%m-%d %H:%M}" if one.acquired_at else "–",
            one.profile_id,
            one.device,
            one.signal.key,
            format_number(one.signal.value, one.unit),
            "" if one.unit == "1" else one.unit,
            one.signal.rule,
            say(one.words),
        )
        for one in found
    ]
    header = ("id", _("acquired"), _("profile"), _("device"), _("measurement"), _("value"), _("unit"), _("rule"), "")
    click.echo(format_table(header, rows) if rows else _("nothing stands out"))


@command.command("acknowledge", help=_("Take note of signals: they are listed no more, and stay in the record."))
@click.argument("signal_ids", type=int, metavar="ID...", nargs=-1, required=True)
@click.option("--reason", default="", help=_("why, for those who look back"))
def acknowledge(signal_ids: tuple[int, ...], reason: str) -> None:
    app = open_application()
    for signal_id in signal_ids:
        signal = app.store.signals.acknowledge(signal_id, operator=app.settings.operator, reason=reason)
        click.echo(_("signal {id}: {key} noted").format(id=signal_id, key=signal.key))
