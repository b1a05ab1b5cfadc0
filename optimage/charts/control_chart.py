# SPDX-License-Identifier: LGPL-3.0-or-later
"""A trend with its tolerances and control lines, and what happened meanwhile."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from itertools import groupby

from optimage.charts.happenings import callouts, legend, marks
from optimage.charts.history import History, Segment
from optimage.charts.spec import Axis, ChartSpec, Glyph, Line, Marker, Role, Series
from optimage.charts.ticks import number_axis, time_axis
from optimage.charts.tolerance_bands import bands, reference, spans
from optimage.i18n import _, local_date
from optimage.model.control import ControlLines, Phase, TrendPoint
from optimage.model.tolerance import Verdict

LOOKS = {
    Verdict.PASS: (Glyph.CIRCLE, Role.PASS),
    Verdict.WARNING: (Glyph.TRIANGLE, Role.WARNING),
    Verdict.FAIL: (Glyph.CROSS, Role.FAIL),
    Verdict.NOT_JUDGED: (Glyph.SQUARE, Role.NEUTRAL),
    Verdict.NOT_MEASURED: (Glyph.SQUARE, Role.NEUTRAL),
}


def control_chart(history: History, *, title: str, unit: str, highlighted: int | None = None) -> ChartSpec:
    """Build the control chart of one trend.

    Parameters
    ----------
    history : History
        Every point is in the series, also excluded ones (hollow) and NaN (a gap).
    title, unit : str
        Title of the measurement and unit of its values.
    highlighted : int or None
        `result_id` of the judged point; the last one by default.

    Returns
    -------
    ChartSpec
        Tolerances are drawn as each point was judged by them, so a revised
        profile shows as a step; tolerance bands are never mixed with control
        lines. Each segment has its own lines, the last one's carry their names.
    """
    points = history.points
    chosen = points[-1].result_id if highlighted is None and points else highlighted
    moments = [moment(point) for point in points]
    x_axis = time_axis([*moments, *(event.at.timestamp() for event in history.events)], title=_("Acquired (UTC)"))
    y_axis = number_axis(heights(history), title="" if unit == "1" else unit)
    held = tuple(spans(points, x_axis))
    raw = Series(tuple(moments), tuple(point.value for point in points), title)
    averaged = tuple(at.timestamp() for at, _value in history.average)
    average = Series(averaged, tuple(value for _at, value in history.average), _("moving average"), Role.AVERAGE)
    last = history.segments[-1].lines if history.segments else None
    return ChartSpec(
        title=title,
        x_axis=x_axis,
        y_axis=y_axis,
        series=(raw, average) if history.average else (raw,),
        bands=tuple(band for span in held for band in bands(span, y_axis)),
        lines=(*(line for span in held for line in reference(span)), *process_lines(history.segments, x_axis)),
        markers=tuple(
            marker(point, at, highlighted=point.result_id == chosen) for at, point in zip(moments, points, strict=True)
        ),
        notes=tuple(_notes(history, last)),
        marks=marks(history),
        callouts=callouts(history),
        legend=legend(history),
        rug=tuple(carried(history.segments)),
        badge=_("provisional") if last and last.phase is Phase.PROVISIONAL else "",
    )


def moment(point: TrendPoint) -> float:
    """Return where a point lies on a time axis."""
    return point.at.timestamp()


def heights(history: History) -> Iterator[float]:
    """Yield what the axis must hold: values, the limits they were judged by, and lines."""
    yield from (point.value for point in history.points)
    for limits, _points in groupby(point.judgement.limits for point in history.points):
        if limits is not None:
            yield from (limits.warning_low, limits.warning_high, limits.fail_low, limits.fail_high)
    for segment in history.segments:
        if segment.lines is not None:
            yield from (segment.lines.lal, segment.lines.ual)


def process_lines(segments: Sequence[Segment], x_axis: Axis) -> Iterator[Line]:
    """Yield the lines of every segment, from its first point to the next segment's; the last ones with names."""
    starts = [moment(segment.points[0]) for segment in segments if segment.points]
    lows = [x_axis.low, *starts[1:]]
    highs = [*starts[1:], x_axis.high]
    for number, (segment, low, high) in enumerate(zip(segments, lows, highs, strict=False)):
        named = number == len(segments) - 1
        for y, role, label in levels(segment.lines):
            yield Line(y, low, high, role, label if named else "")


def levels(lines: ControlLines | None) -> Iterator[tuple[float, Role, str]]:
    """Yield control lines with what they are and how they are called."""
    if lines is None:
        return
    yield lines.lal, Role.ALARM, "LAL"
    yield lines.lcl, Role.CONTROL, "LCL"
    yield lines.centre, Role.CENTRE, "CL"
    yield lines.ucl, Role.CONTROL, "UCL"
    yield lines.ual, Role.ALARM, "UAL"


def carried(segments: Sequence[Segment]) -> Iterator[float]:
    """Yield the moments of the points that carry lines."""
    for segment in segments:
        yield from (moment(point) for point in segment.points if point.result_id in segment.carriers)


def marker(point: TrendPoint, at: float, *, highlighted: bool = False) -> Marker:
    """Return the marker that tells a point's verdict, hollow where it does not count."""
    glyph, role = LOOKS[point.judgement.verdict]
    return Marker(at, point.value, glyph, role, not point.counts, highlighted)


def _notes(history: History, lines: ControlLines | None) -> Iterator[str]:
    if lines is None:
        yield _("no control lines yet: too few previous results, or all of them equal")
    elif lines.baseline_id is not None:
        yield _("control lines from a frozen baseline of {n} results").format(n=lines.n)
    elif lines.phase is Phase.PROVISIONAL:
        yield _("control lines are provisional: {n} previous results").format(n=lines.n)
    else:
        yield _("control lines from the first {n} results that count").format(n=lines.n)
    if history.average:
        yield _("thick: moving average")
    if any(segment.carriers for segment in history.segments):
        yield _("ticks below: results that carry the lines")
    imported = [point.at for point in history.points if point.imported]
    if imported:
        last = local_date(max(imported).astimezone(UTC))
        yield _("imported from a file: {n} results, the last of {date}").format(n=len(imported), date=last)
