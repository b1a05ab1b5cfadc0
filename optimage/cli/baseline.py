# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage baseline`: freeze control lines, list what is frozen, and take it out of use again."""

import json
from typing import TYPE_CHECKING

import click

from optimage.cli.common import JSON, open_application, parse_date, parse_end_date
from optimage.i18n import _, say

if TYPE_CHECKING:
    from optimage.model.baseline import Baseline
    from optimage.store.engine import Store
    from optimage.workflow.freeze import Proposal

REASON = click.option("--reason", default="", help=_("why, for those who look back"))


@click.group("baseline", help=_("Freeze control lines, list them, or take them out of use."))
def command() -> None: ...


@command.command("freeze", help=_("Freeze the control lines of measurements; new results are held against them."))
@click.argument("profile_id", metavar="PROFILE")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option("--device", default="", metavar="NAME", help=_("of which device, where the profile has several"))
@click.option("--item", default="", help=_("of which slice, head or region"))
@click.option("--since", metavar="DATE", help=_("acquired on this day or later"))
@click.option("--until", metavar="DATE", help=_("acquired on this day or earlier"))
@click.option(
    "--points", type=click.IntRange(min=2), help=_("how many results carry it; by default as the profile says")
)
@click.option("--dry-run", is_flag=True, help=_("only show what would be frozen"))
@REASON
def freeze(
    profile_id: str,
    keys: tuple[str, ...],
    device: str,
    item: str,
    since: str | None,
    until: str | None,
    points: int | None,
    dry_run: bool,
    reason: str,
) -> None:
    from optimage.store.reasons import require_reason
    from optimage.workflow import freeze as freezing
    from optimage.workflow.which_trend import which_trend

    app = open_application()
    if not dry_run:
        require_reason(reason)
    trends = [which_trend(app.store, profile_id, key, device=device, item=item) for key in keys]
    begin, end = parse_date(since), parse_end_date(until)
    proposals = [freezing.propose(app.store, trend, since=begin, until=end, most=points) for trend in trends]
    for proposal in proposals:
        _show(proposal)
        if not dry_run:
            kept = freezing.freeze(app.store, proposal, operator=app.settings.operator, reason=reason)
            click.echo(_("frozen as baseline {id}").format(id=kept.id))


@command.command("list", help=_("List frozen baselines."))
@click.argument("profile_id", metavar="PROFILE", required=False)
@click.option("--all", "also_released", is_flag=True, help=_("also those that were taken out of use"))
@JSON
def list_baselines(profile_id: str | None, also_released: bool, as_json: bool) -> None:
    from optimage.cli.table import format_number, format_table
    from optimage.model.plain import to_plain

    store = open_application().store
    found = store.baselines.list(profile_id=profile_id, also_released=also_released)
    if as_json:
        click.echo(json.dumps({"schema": 1, "baselines": to_plain(found)}, ensure_ascii=False, allow_nan=False))
        return
    devices = _device_titles(store)
    rows = [
        (
            str(one.id),
            one.trend.profile_id,
            devices.get(one.trend.device_id, ""),
            " ".join(part for part in (one.trend.key, one.trend.item) if part),
            str(one.lines.n),
            *(format_number(value, one.unit) for value in (one.lines.lal, one.lines.centre, one.lines.ual)),
            one.unit,
            f"{one.valid_from.astimezone():%Y-%m-%d}",
            _who(one),
        )
        for one in found
    ]
    header = (
        "id",
        _("profile"),
        _("device"),
        _("measurement"),
        "n",
        "LAL",
        "CL",
        "UAL",
        _("unit"),
        _("from"),
        _("who"),
    )
    click.echo(format_table(header, rows) if rows else _("no baselines"))


@command.command("release", help=_("Take a baseline out of use; it stays in the record."))
@click.argument("baseline_id", type=int, metavar="ID")
@REASON
def release(baseline_id: int, reason: str) -> None:
    app = open_application()
    app.store.baselines.release(baseline_id, operator=app.settings.operator, reason=reason)
    click.echo(_("baseline {id} is out of use").format(id=baseline_id))


def _show(proposal: "Proposal") -> None:
    from optimage.cli.edge import visible
    from optimage.cli.table import format_number

    baseline = proposal.baseline
    lines, unit = baseline.lines, baseline.unit
    names = ("LAL", "LCL", "CL", "UCL", "UAL")
    levels = (lines.lal, lines.lcl, lines.centre, lines.ucl, lines.ual)
    values = "  ".join(f"{name} {format_number(value, unit)}" for name, value in zip(names, levels, strict=True))
    period = f"{baseline.valid_from.astimezone():%Y-%m-%d} … {baseline.until.astimezone():%Y-%m-%d}"
    click.echo(f"{baseline.trend.key}: n = {lines.n}, {period}")
    click.echo(f"  {values} {'' if unit == '1' else unit}".rstrip())
    for number, why in baseline.excluded.items():
        click.echo(
            visible("  - " + _("without result {number}: {reason}").format(number=number, reason=_(why) if why else ""))
        )
    for remark in proposal.remarks:
        click.echo(visible(f"  ! {say(remark)}"))


def _device_titles(store: "Store") -> dict[int, str]:
    return {device.id: device.identity.title for device in store.devices.list()}


def _who(baseline: "Baseline") -> str:
    frozen = f"{baseline.operator}: {baseline.reason}"
    if baseline.released is None:
        return frozen
    return (
        frozen
        + "; "
        + _("out of use since {day}, {reason}").format(
            day=f"{baseline.released.at.astimezone():%Y-%m-%d}", reason=baseline.released.reason
        )
    )
