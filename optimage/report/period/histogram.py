# SPDX-License-Identifier: LGPL-3.0-or-later
"""How the values of a period are spread."""

from collections.abc import Iterator

from optimage.charts.histogram import histogram_chart
from optimage.charts.spec import ChartSpec
from optimage.document.block import Need, ReportBlock, Scope
from optimage.document.parts import Chart, Charts, Part
from optimage.document.period import PeriodContext, TrendView
from optimage.i18n import _
from optimage.messages import N_
from optimage.report.period.groups import KEYS, groups, most, nothing, section
from optimage.spc.histogram import histogram as counted


def histogram(context: PeriodContext, *, keys: tuple[str, ...], most: int) -> Iterator[Part]:
    """Draw the histograms of each profile and device."""
    found = list(groups(context, keys, most))
    if not found:
        yield from nothing(_("Histograms"))
    for name, views in found:
        yield section(_("Histograms"), name)
        yield Charts(tuple(Chart(_spec(view)) for view in views))


def _spec(view: TrendView) -> ChartSpec:
    """Return the histogram of what counts, against the lines that hold at the end of the period."""
    found = counted([point.value for point in view.history.points if point.counts], view.lines)
    beyond = found.beyond
    between = (
        (beyond.below_lal, beyond.lal_to_lcl, beyond.inside, beyond.ucl_to_ual, beyond.above_ual) if beyond else ()
    )
    return histogram_chart(
        found.edges,
        found.counts,
        title=view.title,
        unit=view.unit,
        lines=view.lines,
        expected=found.expected,
        between=between,
    )


BLOCK = ReportBlock(
    "histogram",
    N_("histograms of the values of the period"),
    frozenset({Scope.PERIOD}),
    histogram,
    (KEYS, most(4)),
    frozenset({Need.TRENDS}),
)
