# SPDX-License-Identifier: LGPL-3.0-or-later
"""Two measurements on one time axis, each with its own axis of heights."""

from dataclasses import replace

from optimage.charts.control_chart import control_chart, moment
from optimage.charts.history import History
from optimage.charts.spec import Axis, ChartSpec, Glyph, Marker, Role, Series
from optimage.charts.ticks import number_axis, time_axis
from optimage.i18n import _


def two_axes_chart(
    first: History, second: History, *, titles: tuple[str, str], units: tuple[str, str], highlighted: int | None = None
) -> ChartSpec:
    """Build the control chart of `first` with the values of `second` over the axis on the right.

    Tolerances, lines and rules are those of the first measurement alone: those
    of both would not be told apart.
    """
    moments = [moment(point) for point in second.points]
    values = tuple(point.value for point in second.points)
    chart = control_chart(first, title=titles[0], unit=units[0], highlighted=highlighted)
    both = [*moments, chart.x_axis.low, chart.x_axis.high] if moments else []
    x_axis = chart.x_axis
    if moments and not chart.x_axis.low <= min(moments) <= max(moments) <= chart.x_axis.high:
        x_axis = time_axis(both, title=x_axis.title)
        chart = _stretched(chart, x_axis)
    right = number_axis(values, title=_on_axis(titles[1], units[1]))
    dots = tuple(
        Marker(x, y, Glyph.SQUARE, Role.SECOND, hollow=not point.counts, right=True)
        for x, y, point in zip(moments, values, second.points, strict=True)
    )
    return replace(
        chart,
        title=f"{titles[0]} · {titles[1]}",
        y_axis=replace(chart.y_axis, title=_on_axis(titles[0], units[0])),
        right_axis=right,
        series=(Series(tuple(moments), values, titles[1], Role.SECOND, right=True), *chart.series),
        markers=(*dots, *chart.markers),
        notes=(
            _("left, solid: {title}").format(title=titles[0]),
            _("right, dashed: {title}").format(title=titles[1]),
            *chart.notes,
        ),
    )


def _on_axis(title: str, unit: str) -> str:
    return title if unit in ("", "1") else f"{title} / {unit}"


def _stretched(chart: ChartSpec, x_axis: Axis) -> ChartSpec:
    """Return the chart over a longer time; what reached the ends of its axis reaches the new ones."""
    ends = {chart.x_axis.low: x_axis.low, chart.x_axis.high: x_axis.high}

    def moved(value: float) -> float:
        return ends.get(value, value)

    return replace(
        chart,
        x_axis=x_axis,
        bands=tuple(replace(band, x_low=moved(band.x_low), x_high=moved(band.x_high)) for band in chart.bands),
        lines=tuple(replace(line, x_low=moved(line.x_low), x_high=moved(line.x_high)) for line in chart.lines),
    )
