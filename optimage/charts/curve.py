# SPDX-License-Identifier: LGPL-3.0-or-later
"""The curves behind numbers as charts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from optimage.charts.spec import ChartSpec, Role, Series
from optimage.charts.ticks import number_axis
from optimage.i18n import _
from optimage.messages import N_
from optimage.model.results import Curve

STROKES = (N_("solid: {name}"), N_("dashed: {name}"), N_("dotted: {name}"), N_("dash-dotted: {name}"))
"""How the series of a chart are told apart, in this order; further ones begin again."""


def curve_chart(curve: Curve, *, title: str = "", baseline: Sequence[Curve] = ()) -> ChartSpec:
    """Build the chart of `curve`; NaN breaks its line. The title is the curve's name by default.

    Curves of the `baseline`, in the same units, lie behind it, broad and pale.
    """
    notes = (_("thin: this result"), _("broad: baseline")) if baseline else ()
    chart = _chart((curve, *baseline), title or curve.name, notes)
    behind = tuple(replace(series, role=Role.BASELINE) for series in chart.series[1:])
    return replace(chart, series=(chart.series[0], *behind))


def curve_charts(curves: Iterable[Curve]) -> tuple[ChartSpec, ...]:
    """Build one chart of all curves named `group:series` with the same group, one each of the others.

    A group whose curves have several axes gives one chart for each kind of axes.
    """
    groups: dict[object, list[Curve]] = {}
    for curve in curves:
        group, colon, _series = curve.name.partition(":")
        axes = (curve.x_label, curve.x_unit, curve.y_label, curve.y_unit)
        groups.setdefault((group, axes) if colon else (curve.name, axes), []).append(curve)
    return tuple(_group_chart(group) for group in groups.values())


def _group_chart(curves: Sequence[Curve]) -> ChartSpec:
    title = curves[0].name.partition(":")[0].replace("_", " ")
    names = [curve.name.partition(":")[2].replace("_", " ") for curve in curves]
    notes = [_(STROKES[i % len(STROKES)]).format(name=name) for i, name in enumerate(names) if name]
    return _chart(curves, title, (" · ".join(notes),) if notes else ())


def _chart(curves: Sequence[Curve], title: str, notes: tuple[str, ...]) -> ChartSpec:
    first = curves[0]
    return ChartSpec(
        title=title,
        x_axis=number_axis((x for c in curves for x in c.x), title=_axis_title(first.x_label, first.x_unit)),
        y_axis=number_axis((y for c in curves for y in c.y), title=_axis_title(first.y_label, first.y_unit)),
        series=tuple(Series(curve.x, curve.y, curve.name) for curve in curves),
        notes=notes,
    )


def _axis_title(label: str, unit: str) -> str:
    translated = _(label)
    shown = "" if unit == "1" else unit
    return f"{translated} / {shown}" if translated and shown else translated or shown
