# SPDX-License-Identifier: LGPL-3.0-or-later
"""A trend with its tolerances and control lines."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import isfinite

from optimage.charts.spec import Axis, Band, ChartSpec, Glyph, Line, Marker, Role, Series
from optimage.charts.ticks import number_axis, time_axis
from optimage.i18n import _
from optimage.model.control import ControlLines, Phase, TrendPoint
from optimage.model.tolerance import Judgement, Limits, Verdict

LOOKS = {
    Verdict.PASS: (Glyph.CIRCLE, Role.PASS),
    Verdict.WARNING: (Glyph.TRIANGLE, Role.WARNING),
    Verdict.FAIL: (Glyph.CROSS, Role.FAIL),
    Verdict.NOT_JUDGED: (Glyph.SQUARE, Role.NEUTRAL),
    Verdict.NOT_MEASURED: (Glyph.SQUARE, Role.NEUTRAL),
}


def control_chart(
    points: Sequence[TrendPoint],
    lines: ControlLines | None,
    *,
    title: str,
    unit: str,
    highlighted: int | None = None,
) -> ChartSpec:
    """Build the control chart of one trend.

    Parameters
    ----------
    points : sequence of TrendPoint
        The whole history, oldest first, the judged point included. Every one
        is in the series, also excluded ones (hollow) and NaN (a gap).
    lines : ControlLines or None
        What the process itself tells; None where the history is too short.
    title, unit : str
        Title of the measurement and unit of its values.
    highlighted : int or None
        `result_id` of the judged point; the last one by default.

    Returns
    -------
    ChartSpec
        Tolerances are drawn as each point was judged by them, so a revised
        profile shows as a step; tolerance bands are never mixed with control lines.
    """
    chosen = points[-1].result_id if highlighted is None and points else highlighted
    x_axis = time_axis([_x(point) for point in points], title=_("Acquired (UTC)"))
    y_axis = number_axis(_heights(points, lines), title=unit if unit != "1" else "")
    spans = tuple(_spans(points, x_axis))
    return ChartSpec(
        title=title,
        x_axis=x_axis,
        y_axis=y_axis,
        series=(Series(tuple(map(_x, points)), tuple(point.value for point in points), title),),
        bands=tuple(band for span in spans for band in _bands(*span, y_axis)),
        lines=(*(line for span in spans for line in _reference(*span)), *_process_lines(lines, x_axis)),
        markers=tuple(_marker(point, highlighted=point.result_id == chosen) for point in points),
        notes=tuple(_notes(lines)),
    )


def _x(point: TrendPoint) -> float:
    return point.at.timestamp()


def _heights(points: Sequence[TrendPoint], lines: ControlLines | None) -> Iterator[float]:
    for point in points:
        yield point.value
        limits = point.judgement.limits
        if limits is not None:
            yield from (limits.warning_low, limits.warning_high, limits.fail_low, limits.fail_high)
    if lines is not None:
        yield from (lines.lal, lines.ual)


def _spans(points: Sequence[TrendPoint], x_axis: Axis) -> Iterator[tuple[float, float, Judgement]]:
    """Yield where each set of limits holds: from its first point to the first one judged otherwise."""
    groups = [list(group) for _key, group in groupby(points, key=_yardstick)]
    starts = [x_axis.low, *(_x(group[0]) for group in groups[1:]), x_axis.high]
    for group, low, high in zip(groups, starts, starts[1:], strict=False):
        yield low, high, group[0].judgement


def _yardstick(point: TrendPoint) -> tuple[Limits | None, float | None]:
    return point.judgement.limits, point.judgement.reference


def _bands(x_low: float, x_high: float, judgement: Judgement, y_axis: Axis) -> Iterator[Band]:
    limits = judgement.limits
    if limits is None:
        return
    fail_low, fail_high = max(limits.fail_low, y_axis.low), min(limits.fail_high, y_axis.high)
    warning_low, warning_high = max(limits.warning_low, y_axis.low), min(limits.warning_high, y_axis.high)
    for low, high, role in (
        (y_axis.low, fail_low, Role.FAIL),
        (fail_low, warning_low, Role.WARNING),
        (warning_low, warning_high, Role.PASS),
        (warning_high, fail_high, Role.WARNING),
        (fail_high, y_axis.high, Role.FAIL),
    ):
        if low < high:
            yield Band(x_low, x_high, low, high, role)


def _reference(x_low: float, x_high: float, judgement: Judgement) -> Iterator[Line]:
    if judgement.reference is not None and isfinite(judgement.reference):
        yield Line(judgement.reference, x_low, x_high, Role.REFERENCE)


def _process_lines(lines: ControlLines | None, x_axis: Axis) -> Iterator[Line]:
    if lines is None:
        return
    for y, role, label in (
        (lines.lal, Role.ALARM, "LAL"),
        (lines.lcl, Role.CONTROL, "LCL"),
        (lines.centre, Role.CENTRE, "CL"),
        (lines.ucl, Role.CONTROL, "UCL"),
        (lines.ual, Role.ALARM, "UAL"),
    ):
        yield Line(y, x_axis.low, x_axis.high, role, label)


def _marker(point: TrendPoint, *, highlighted: bool) -> Marker:
    glyph, role = LOOKS[point.judgement.verdict]
    return Marker(_x(point), point.value, glyph, role, hollow=not point.counts, highlighted=highlighted)


def _notes(lines: ControlLines | None) -> Iterator[str]:
    if lines is None:
        yield _("no control lines yet: too few previous results, or all of them equal")
    elif lines.phase is Phase.PROVISIONAL:
        yield _("control lines are provisional: {n} previous results").format(n=lines.n)
    else:
        yield _("control lines from the first {n} results that count").format(n=lines.n)
