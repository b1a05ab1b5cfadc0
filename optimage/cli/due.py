# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage due`: what is to be measured, and what is overdue."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from optimage.cli.common import JSON, open_application
from optimage.errors import UsageError
from optimage.i18n import _, ngettext
from optimage.messages import N_

if TYPE_CHECKING:
    from optimage.schedule import Due
    from optimage.workflow.due import Clock

OVERDUE = 1


@click.command(
    "due", help=_("Tell what is to be measured on each device, by the schedules of the profiles. Exit code 1: overdue.")
)
@click.option("--site", metavar="NAME", help=_("only of this site"))
@click.option("--overdue", "only_overdue", is_flag=True, help=_("only what is overdue"))
@JSON
def command(site: str | None, only_overdue: bool, as_json: bool) -> int:
    from datetime import UTC, datetime

    from optimage.schedule import DueState
    from optimage.workflow.due import Clock, due, grace_of

    app = open_application()
    clock = Clock(datetime.now(UTC))
    found = _of_site(due(app.store, clock, grace_of(app.settings)), site)
    shown = [one for one in found if one.state is DueState.OVERDUE or not only_overdue]
    free = [one.profile.id for one in app.store.profiles.current() if not one.profile.schedule]
    if as_json:
        _print_json(shown, free, clock)
    else:
        _print(shown, free)
    return OVERDUE if any(one.state is DueState.OVERDUE for one in found) else 0


def _of_site(found: "Sequence[Due]", site: str | None) -> "Sequence[Due]":
    known = sorted({one.site for one in found if one.site})
    if site is not None and site not in known:
        raise UsageError(
            "unknown_site",
            N_("nothing is measured by a schedule at {site}; known: {known}"),
            site=site,
            known="; ".join(known) or "–",
        )
    return [one for one in found if site in (None, one.site)]


def _print_json(shown: "Sequence[Due]", free: Sequence[str], clock: "Clock") -> None:
    from optimage.model.plain import to_plain

    said = {"schema": 1, "today": clock.today, "due": shown, "without_schedule": free}
    click.echo(json.dumps(to_plain(said), ensure_ascii=False, allow_nan=False))


def _print(shown: "Sequence[Due]", free: Sequence[str]) -> None:
    from optimage.cli.table import format_table, format_verdict
    from optimage.schedule import SCHEDULES

    rows = [
        (
            _state(one),
            one.due.isoformat(),
            one.site,
            one.device or "–",
            one.profile_id,
            _(SCHEDULES[one.schedule]),
            one.last.day.isoformat() if one.last else _("never"),
            format_verdict(one.last.verdict) if one.last else "",
        )
        for one in shown
    ]
    header = ("", _("due"), _("site"), _("device"), _("profile"), _("schedule"), _("last measured"), _("verdict"))
    click.echo(format_table(header, rows) if rows else _("nothing"))
    if free:
        click.echo(_("without a schedule: {profiles}").format(profiles=", ".join(free)))


def _state(one: "Due") -> str:
    """Return glyph and word; never one of them alone."""
    from optimage.schedule import DueState

    if one.state is DueState.OVERDUE:
        late = ngettext("overdue for {count} day", "overdue for {count} days", one.days_over)
        return "✖ " + late.format(count=one.days_over)
    return "▲ " + _("due") if one.state is DueState.DUE else "✔ " + _("done")
