# SPDX-License-Identifier: LGPL-3.0-or-later
"""A curve behind a number as a chart."""

from optimage.charts.spec import ChartSpec, Series
from optimage.charts.ticks import number_axis
from optimage.i18n import _
from optimage.model.results import Curve


def curve_chart(curve: Curve, *, title: str = "") -> ChartSpec:
    """Build the chart of `curve`; NaN breaks its line. The title is the curve's name by default."""
    return ChartSpec(
        title=title or curve.name,
        x_axis=number_axis(curve.x, title=_axis_title(curve.x_label, curve.x_unit)),
        y_axis=number_axis(curve.y, title=_axis_title(curve.y_label, curve.y_unit)),
        series=(Series(curve.x, curve.y, curve.name),),
    )


def _axis_title(label: str, unit: str) -> str:
    translated = _(label)
    shown = "" if unit == "1" else unit
    return f"{translated} / {shown}" if translated and shown else translated or shown
