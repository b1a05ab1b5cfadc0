# SPDX-License-Identifier: LGPL-3.0-or-later
"""Control charts of a period."""

from collections.abc import Iterator
from dataclasses import replace

from optimage.charts.control_chart import control_chart
from optimage.document.block import Need, ReportBlock, Scope
from optimage.document.parts import Chart, Charts, Part
from optimage.document.period import PeriodContext, TrendView
from optimage.document.words import line_values
from optimage.i18n import _
from optimage.messages import N_
from optimage.report.period.groups import KEYS, groups, most, nothing, section


def charts(context: PeriodContext, *, keys: tuple[str, ...], most: int) -> Iterator[Part]:
    """Draw the control charts of each profile and device."""
    found = list(groups(context, keys, most))
    if not found:
        yield from nothing(_("Control charts"))
    for name, views in found:
        yield section(_("Control charts"), name)
        yield Charts(tuple(map(_chart, views)))


def _chart(view: TrendView) -> Chart:
    spec = control_chart(view.history, title=view.title, unit=view.unit)
    return Chart(replace(spec, notes=spec.notes[:1]), line_values(view.lines, view.unit) if view.lines else "")


BLOCK = ReportBlock(
    "charts",
    N_("control charts of the period"),
    frozenset({Scope.PERIOD}),
    charts,
    (KEYS, most(4)),
    frozenset({Need.TRENDS}),
)
