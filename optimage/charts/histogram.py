# SPDX-License-Identifier: LGPL-3.0-or-later
"""How values are spread, with how many lie between and beyond the lines."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from optimage.charts.control_chart import levels
from optimage.charts.spec import Band, ChartSpec, Mark, Role, Series, Tick
from optimage.charts.ticks import number_axis
from optimage.i18n import _, ngettext
from optimage.model.control import ControlLines


def histogram_chart(
    edges: Sequence[float],
    counts: Sequence[int],
    *,
    title: str,
    unit: str,
    lines: ControlLines | None = None,
    expected: Sequence[float] = (),
    between: Sequence[int] = (),
) -> ChartSpec:
    """Build a histogram.

    Parameters
    ----------
    edges : sequence of float (m + 1,)
        Edges of the bins, in the unit of the values; empty without values.
    counts : sequence of int (m,)
        Values in each bin.
    title, unit : str
        Title of the measurement and unit of its values.
    lines : ControlLines or None
        Drawn as vertical lines with their names.
    expected : sequence of float (m,)
        What a normal process with these lines would put into each bin; empty to show none.
    between : sequence of int (5,)
        Values below LAL, from there to LCL, to UCL, to UAL, and above, shown over their places.
    """
    outer = (lines.lal, lines.ual) if lines else ()
    x_axis = number_axis((*edges, *outer), title="" if unit == "1" else unit)
    y_axis = number_axis((0.0, *counts, *expected), title=_("results"), floor_at=0.0)
    n = sum(counts)
    return ChartSpec(
        title=title,
        x_axis=x_axis,
        y_axis=y_axis,
        series=tuple(_normal(edges, expected)),
        bars=tuple(
            Band(low, high, 0.0, count, Role.DATA)
            for (low, high), count in zip(pairwise(edges), counts, strict=True)
            if count
        ),
        marks=tuple(Mark(at, name, role) for at, role, name in levels(lines)),
        captions=tuple(_captions(lines, between, x_axis.low, x_axis.high)),
        notes=tuple(_notes(n, lines, expected)),
    )


def _normal(edges: Sequence[float], expected: Sequence[float]) -> Iterator[Series]:
    if expected:
        middles = tuple((low + high) / 2 for low, high in pairwise(edges))
        yield Series(middles, tuple(expected), _("normal distribution"), Role.AVERAGE)


def _captions(lines: ControlLines | None, between: Sequence[int], low: float, high: float) -> Iterator[Tick]:
    if lines is None or not between:
        return
    borders = (low, lines.lal, lines.lcl, lines.ucl, lines.ual, high)
    for (left, right), count in zip(pairwise(borders), between, strict=True):
        yield Tick((left + right) / 2, str(count))


def _notes(n: int, lines: ControlLines | None, expected: Sequence[float]) -> Iterator[str]:
    yield ngettext("{n} result", "{n} results", n).format(n=n)
    if lines is not None:
        yield _("above: how many lie between and beyond the lines")
    if expected:
        yield _("curve: normal distribution of these lines")
