# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage trend`: where measurements stand and where they are going, in numbers."""

import json
from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING, Any

import click

from optimage.cli.common import JSON, open_application
from optimage.i18n import _, labelled, ngettext, say
from optimage.messages import N_, Message

if TYPE_CHECKING:
    from optimage.workflow.trend_summary import TrendSummary


@click.command("trend", help=_("Tell where measurements stand and where they are going."))
@click.argument("profile_id", metavar="PROFILE")
@click.argument("keys", metavar="KEY...", nargs=-1, required=True)
@click.option("--device", default="", metavar="NAME", help=_("of which device, where the profile has several"))
@click.option("--item", default="", help=_("of which slice, head or region"))
@JSON
def command(profile_id: str, keys: tuple[str, ...], device: str, item: str, as_json: bool) -> None:
    from optimage.workflow.trend_summary import summarise
    from optimage.workflow.which_trend import which_trend

    store = open_application().store
    trends = [which_trend(store, profile_id, key, device=device, item=item) for key in keys]
    found = [summarise(store, trend) for trend in trends]
    if as_json:
        plain = [_plain(summary) for summary in found]
        click.echo(json.dumps({"schema": 1, "trends": plain}, ensure_ascii=False, allow_nan=False))
        return
    for summary in found:
        for line in _lines_of(summary):
            click.echo(line)


def _lines_of(summary: "TrendSummary") -> Iterator[str]:
    from optimage.cli.table import format_number

    unit = "" if summary.unit == "1" else f" {summary.unit}"

    def shown(value: float) -> str:
        return format_number(value, summary.unit)

    first = f"{summary.segment.points[0].at.astimezone():%Y-%m-%d}"
    count = ngettext("{n} result since {day}", "{n} results since {day}", summary.n).format(n=summary.n, day=first)
    yield labelled(summary.trend.key, count)
    yield "  " + _("mean {mean} ± {sd}{unit} (1 SD)").format(mean=shown(summary.mean), sd=shown(summary.sd), unit=unit)
    lines = summary.segment.lines
    if lines is None:
        yield "  " + _("no control lines yet")
    else:
        levels = (("LAL", lines.lal), ("LCL", lines.lcl), ("CL", lines.centre), ("UCL", lines.ucl), ("UAL", lines.ual))
        named = "  ".join(f"{name} {shown(value)}" for name, value in levels)
        yield f"  {named}{unit}  ({_whence(summary)})"
    if summary.fits:
        figures = {"cpk": summary.fits.cpk, "low": summary.fits.low, "high": summary.fits.high}
        told = say(Message(N_("Cpk {cpk:.2f} (95 %: {low:.2f} … {high:.2f})"), figures))
        yield "  " + labelled(told, say(summary.fits.words))
    if summary.slope:
        values: dict[str, str | float] = {"slope": summary.slope.per_year, "unit": unit, "p": summary.slope.p}
        told = N_("trend {slope:+.3g}{unit} a year (Theil-Sen; Mann-Kendall p = {p:.3f})")
        yield "  " + say(Message(told, values))
    if summary.reaches:
        yield "  ! " + _("reaches the limit about {day}").format(day=f"{summary.reaches.astimezone():%Y-%m-%d}")


def _whence(summary: "TrendSummary") -> str:
    lines, baseline = summary.segment.lines, summary.segment.baseline
    if baseline is not None:
        return _("baseline {id}, frozen by {operator}").format(id=baseline.id, operator=baseline.operator)
    n = lines.n if lines else 0
    if lines and lines.phase == "full":
        return _("from the first {n} results that count").format(n=n)
    return _("provisional, {n} results").format(n=n)


def _plain(summary: "TrendSummary") -> dict[str, Any]:
    from optimage.model.plain import to_plain

    def number(value: float) -> float | None:
        return value if isfinite(value) else None

    return {
        "trend": to_plain(summary.trend),
        "unit": summary.unit,
        "n": summary.n,
        "since": to_plain(summary.segment.points[0].at),
        "mean": number(summary.mean),
        "sd": number(summary.sd),
        "lines": to_plain(summary.segment.lines),
        "distribution": to_plain(summary.shape),
        "slope": to_plain(summary.slope),
        "reaches": to_plain(summary.reaches),
        "capability": to_plain(summary.fits),
    }
