# SPDX-License-Identifier: LGPL-3.0-or-later
"""From a chart and a size to places: what stands around the axes, and how much room is left for them."""

from collections.abc import Iterator, Sequence

from optimage.charts.frame import Canvas, Frame
from optimage.charts.inside import framed, inside
from optimage.charts.labels import fitted, merged, roomy, spread, wrapped
from optimage.charts.palette import DARK, INK, QUIET
from optimage.charts.printable import printable_chart
from optimage.charts.scene import FALL, RISE, Area, Item, Measure, Rect, Scene, Stroke, Words
from optimage.charts.spec import Axis, ChartSpec, Line, Mark, Role
from optimage.i18n import _

MOST_NOTES = 3  # lines
BADGE_SHARE = 0.4  # of the width, at most
LEGEND_SHARE = 0.22  # of the height, at most
MOST_LEGEND = 9  # lines that a chart grows for
WELL_FORMED = 0.38  # height of the axes over the width of the chart
GAP_PT, TICK_PT = 3.0, 2.0
MIDDLE = 0.28  # of the size, from the baseline up
SHORT = 4.0  # of the size: titles up to this width stand beside the axis


def laid_out(spec: ChartSpec, *, width: float, height: float, measure: Measure) -> Scene:
    """Lay a chart out.

    Parameters
    ----------
    spec : ChartSpec
        What to show.
    width, height : float
        Size in points.
    measure : callable
        Width in points of a text, by its size and weight, in the font that it will be drawn with.

    Returns
    -------
    Scene
        No text in it touches another, and none leaves the chart.
    """
    canvas = Canvas(printable_chart(spec), width, height, measure)
    head = list(_head(canvas))
    foot = list(_foot(canvas))
    strips = list(_strip_heights(canvas))
    above = sum(strips) if strips else canvas.line + _over_ticks(canvas) - GAP_PT
    top = min((item.y for item in head), default=height) - GAP_PT - above
    bottom = max((item.y for item in foot), default=0.0) + (canvas.line if foot else canvas.size * 0.3)
    rows = 2 if spec.x_axis.title else 1
    frame = _frame(canvas, bottom + rows * canvas.line + TICK_PT, top)
    around = [*head, *foot, *_axis_titles(canvas, frame, bottom), *_strips(canvas, frame), *_ticks(canvas, frame)]
    around += [*_line_names(canvas, frame), *(_box(head[0]) for _once in canvas.spec.badge[:1])]
    return Scene(width, height, frame.rect, tuple(inside(canvas, frame)), (*around, *framed(frame)))


def height_for(spec: ChartSpec, *, width: float, measure: Measure) -> float:
    """Return the height in points at which a chart of this width has well-formed axes and room for its legend."""
    canvas = Canvas(printable_chart(spec), width, WELL_FORMED * width, measure)
    head = sum(1 for item in _head(canvas) if not item.bold)
    rows = _rows(canvas, list(_entries(canvas)))
    around = (head + len(list(_strip_heights(canvas))) + min(len(rows), MOST_LEGEND) + 4) * canvas.line
    return WELL_FORMED * width + around


def _head(canvas: Canvas) -> Iterator[Words]:
    spec, y = canvas.spec, canvas.height - canvas.size * 1.2
    room = canvas.width
    if spec.badge:
        one_word = fitted(spec.badge, BADGE_SHARE * canvas.width, canvas.measure, canvas.size)
        badge = canvas.words(one_word, canvas.width - 2, y, anchor=1, colour=INK)
        room = badge.x - 3 * GAP_PT
        yield badge
    title = fitted(" ".join(spec.title.split()), room, canvas.measure, canvas.size + 1.3, bold=True)
    yield canvas.heading(title, 0.0, y)
    for line in wrapped(spec.notes, canvas.width, canvas.measure, canvas.size, most=MOST_NOTES):
        y -= canvas.line
        yield canvas.words(line, 0.0, y)


def _foot(canvas: Canvas) -> Iterator[Words]:
    """Yield the legend, entries one after another; what does not fit is counted."""
    most = max(1, int(LEGEND_SHARE * canvas.height / canvas.line))
    rows = _rows(canvas, list(_entries(canvas)))
    if len(rows) > most:
        left = sum(len(row) for row in rows[most - 1 :])
        rows = [*rows[: most - 1], [_("and {n} more").format(n=left)]]
    for number, row in enumerate(reversed(rows)):
        x = 0.0
        for text in row:
            item = canvas.words(text, x, canvas.size * 0.3 + number * canvas.line)
            x = item.box.right + 4 * GAP_PT
            yield item


def _entries(canvas: Canvas) -> Iterator[str]:
    for entry in canvas.spec.legend:
        one_line = " ".join(f"{entry.key} {entry.text}".split())  # people write remarks over several
        yield fitted(one_line, canvas.width, canvas.measure, canvas.size)


def _rows(canvas: Canvas, texts: Sequence[str]) -> list[list[str]]:
    rows: list[list[str]] = []
    x = 0.0
    for text in texts:
        width = canvas.measure(text, canvas.size, False)
        if rows and x + width <= canvas.width:
            rows[-1].append(text)
        else:
            rows.append([text])
            x = 0.0
        x += width + 4 * GAP_PT
    return rows


def _strip_heights(canvas: Canvas) -> Iterator[float]:
    """Yield one for each row above the frame: titles that are too long to stand beside it, marks, captions."""
    if _titles_need_room(canvas):
        yield canvas.line
    if _labelled(canvas.spec):
        yield canvas.line
    if canvas.spec.captions:
        yield canvas.line


def _labelled(spec: ChartSpec) -> list[Mark]:
    return [mark for mark in spec.marks if mark.label]


def _titles_need_room(canvas: Canvas) -> bool:
    spec = canvas.spec
    long = canvas.measure(spec.y_axis.title, canvas.size, False) > _left(canvas) - GAP_PT + 0.01
    return bool(_labelled(spec) or spec.captions) and bool(long or spec.right_axis)


def _left(canvas: Canvas) -> float:
    """Return the width beside the axis: for its ticks, and for its title where that is short."""
    title = canvas.measure(canvas.spec.y_axis.title, canvas.size, False)
    beside = title if title < SHORT * canvas.size else 0.0
    return max(beside + GAP_PT, _widest(canvas, canvas.spec.y_axis) + TICK_PT + GAP_PT)


def _widest(canvas: Canvas, axis: Axis) -> float:
    return max((canvas.measure(tick.label, canvas.size, False) for tick in axis.ticks), default=0.0)


def _frame(canvas: Canvas, bottom: float, top: float) -> Frame:
    spec = canvas.spec
    names = max((canvas.measure(line.label, canvas.size, False) for line in spec.lines if line.label), default=0.0)
    gutter = names + 2 * GAP_PT if names else 2 * GAP_PT
    if spec.right_axis:
        right = canvas.width - _widest(canvas, spec.right_axis) - TICK_PT - GAP_PT
        return Frame(spec, Rect(_left(canvas), bottom, right, max(top, bottom + 10)), right - (gutter if names else 0))
    right = canvas.width - gutter
    return Frame(spec, Rect(_left(canvas), bottom, right, max(top, bottom + 10)), right)


def _axis_titles(canvas: Canvas, frame: Frame, bottom: float) -> Iterator[Words]:
    spec, rect = canvas.spec, frame.rect
    levels = len(list(_strip_heights(canvas)))
    y = rect.top + (GAP_PT + (levels - 1) * canvas.line if levels else _over_ticks(canvas))
    alone = _titles_need_room(canvas) or not levels
    share = canvas.width / (2 if spec.right_axis else 1) - GAP_PT
    left = fitted(spec.y_axis.title, share, canvas.measure, canvas.size)
    if left and alone:
        width = canvas.measure(left, canvas.size, False)
        yield canvas.words(left, max(0.0, rect.left - GAP_PT - width), y, colour=INK)
    elif left:
        yield canvas.words(left, rect.left - GAP_PT, rect.top + GAP_PT, anchor=1, colour=INK)
    if spec.right_axis:
        right = fitted(spec.right_axis.title, share, canvas.measure, canvas.size)
        yield canvas.words(right, canvas.width, y, anchor=1, colour=DARK[Role.SECOND])
    below = fitted(spec.x_axis.title, canvas.width - 1, canvas.measure, canvas.size)
    if below:
        half = canvas.measure(below, canvas.size, False) / 2
        centre = min(max((rect.left + frame.right) / 2, half), canvas.width - half)
        yield canvas.words(below, centre, bottom, anchor=0.5)


def _over_ticks(canvas: Canvas) -> float:
    """Return how far above the frame a title passes over a tick that stands at the very top."""
    return max(GAP_PT, (RISE + FALL - MIDDLE) * canvas.size)


def _strips(canvas: Canvas, frame: Frame) -> Iterator[Words]:
    """Yield captions in the row above the frame, labels of marks above them."""
    spec, rect = canvas.spec, frame.rect
    y = rect.top + GAP_PT
    room = {"low": rect.left, "high": canvas.width}
    if spec.captions:
        sizes = [canvas.measure(tick.label, canvas.size, False) for tick in spec.captions]
        places = spread([frame.x(tick.at) for tick in spec.captions], sizes, gap=GAP_PT, **room)
        for tick, x in zip(spec.captions, places, strict=True):
            yield canvas.words(tick.label, x, y, anchor=0.5, colour=INK)
        y += canvas.line
    labelled = [(frame.x(mark.x), mark.label) for mark in _labelled(spec)]
    if all(mark.role in (Role.EVENT, Role.REVISION) for mark in spec.marks):
        labelled = list(merged(labelled, canvas.measure, canvas.size, **room))
    else:
        sizes = [canvas.measure(label, canvas.size, False) for _x, label in labelled]
        moved = spread([x for x, _label in labelled], sizes, gap=GAP_PT, **room)
        labelled = [(x, label) for x, (_x, label) in zip(moved, labelled, strict=True)]
    for x, label in labelled:
        yield canvas.words(label, x, y, anchor=0.5, colour=INK)


def _ticks(canvas: Canvas, frame: Frame) -> Iterator[Item]:
    spec, rect = canvas.spec, frame.rect
    y = rect.bottom - TICK_PT - 1.15 * canvas.size
    ticks = spec.x_axis.ticks
    sizes = [canvas.measure(tick.label, canvas.size, False) for tick in ticks]
    kept = roomy([frame.x(tick.at) for tick in ticks], sizes, low=0.0, high=canvas.width, gap=2 * GAP_PT)
    strokes = []
    for i in kept:
        x = frame.x(ticks[i].at)
        strokes.append(((x, rect.bottom - TICK_PT), (x, rect.bottom)))
        yield canvas.words(ticks[i].label, x, y, anchor=0.5)
    for axis, x, sign, colour in (
        (spec.y_axis, rect.left, -1, QUIET),
        (spec.right_axis, rect.right, 1, DARK[Role.SECOND]),
    ):
        for label, place in _heights(canvas, axis, rect) if axis else ():
            strokes.append(((x, place), (x + sign * TICK_PT, place)))
            anchor, away = (1.0, -TICK_PT - 1.5) if sign < 0 else (0.0, TICK_PT + 1.5)
            yield canvas.words(label, x + away, place - MIDDLE * canvas.size, anchor=anchor, colour=colour)
    yield Stroke(tuple(strokes), QUIET, 0.5)


def _heights(canvas: Canvas, axis: Axis, rect: Rect) -> Iterator[tuple[str, float]]:
    scale = rect.height / (axis.high - axis.low)
    places = [rect.bottom + (tick.at - axis.low) * scale for tick in axis.ticks]
    size = canvas.size * 1.1
    for i in roomy(places, [size] * len(places), low=rect.bottom - size / 2, high=rect.top + size / 2, gap=1.0):
        yield axis.ticks[i].label, places[i]


def _line_names(canvas: Canvas, frame: Frame) -> Iterator[Item]:
    named = [line for line in canvas.spec.lines if line.label]
    most = int(frame.rect.height / (canvas.size * 1.1))
    named = sorted(named, key=_weight)[:most]
    sizes = [canvas.size * 1.1] * len(named)
    room = {"low": frame.rect.bottom, "high": frame.rect.top}
    places = spread([frame.y(line.y) for line in named], sizes, **room)
    for line, y in zip(named, places, strict=True):
        yield canvas.words(line.label, frame.right + GAP_PT, y - MIDDLE * canvas.size, colour=DARK[line.role])


def _weight(line: Line) -> int:
    order = (Role.CENTRE, Role.ALARM, Role.CONTROL)
    return order.index(line.role) if line.role in order else len(order)


def _box(badge: Words) -> Area:
    box = badge.box
    return Area(Rect(box.left - 2, box.bottom - 0.5, box.right + 1.5, box.top + 0.5), "", QUIET)
