# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is drawn within the axes of a chart, from the back to the front."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby
from math import isfinite
from statistics import median

from optimage.charts.frame import Canvas, Frame
from optimage.charts.labels import beside, free
from optimage.charts.palette import DARK, DASHES, INK, PALE, QUIET, RULE, STROKES, WIDTH_PT, WIDTHS_PT
from optimage.charts.scene import FALL, Area, Dots, Item, Point, Rect, Stroke, Words
from optimage.charts.spec import Band, Callout, Glyph, Marker, Role, Series
from optimage.charts.thinning import telling, thinned_markers, thinned_path

RADIUS, RING, HIT = 0.27, 0.65, 0.55  # of the size of texts
SMALLEST_PT = 0.45  # radius of a marker
ROOM_PER_POINT_PT = 4.0  # along the axis: with less, markers that all is well become smaller
RUG_PT = 3.0
REPEATED_PT = 12.0  # nearer than this the same label is not said again: the frame and the legend tell it


def inside(canvas: Canvas, frame: Frame) -> Iterator[Item]:
    """Yield bands, bars, marks, lines, series, the rug, markers and callouts."""
    spec = canvas.spec
    for band in spec.bands:
        yield _area(frame, band)
    for bar in spec.bars:
        yield _area(frame, bar, edge=QUIET)
    for mark in spec.marks:
        x = frame.x(mark.x)
        path = ((x, frame.rect.bottom), (x, frame.rect.top))
        yield Stroke((path,), DARK[mark.role], _width(mark.role), DASHES.get(mark.role, ()))
    for line in spec.lines:
        y = frame.y(line.y)
        path = ((frame.x(line.x_low), y), (frame.x(line.x_high), y))
        yield Stroke((path,), DARK[line.role], _width(line.role), DASHES[line.role])
    yield from _series(canvas, frame)
    if spec.rug:
        bottom = frame.rect.bottom
        yield Stroke(tuple(((frame.x(x), bottom), (frame.x(x), bottom + RUG_PT)) for x in spec.rug), INK, 0.8)
    dots = list(_dots(canvas, frame))
    yield from dots
    yield from _callouts(canvas, frame, [place for item in dots if isinstance(item, Dots) for place in item.places])


def framed(frame: Frame) -> Iterator[Item]:
    """Yield the edge of the axes."""
    yield Area(frame.rect, "", RULE)


def _area(frame: Frame, band: Band, edge: str = "") -> Area:
    left, bottom = frame.at(band.x_low, band.y_low)
    right, top = frame.at(band.x_high, band.y_high)
    return Area(Rect(left, bottom, right, top), PALE[band.role], edge)


def _width(role: Role) -> float:
    return WIDTHS_PT.get(role, WIDTH_PT)


def _series(canvas: Canvas, frame: Frame) -> Iterator[Stroke]:
    plain = 0
    for series in sorted(canvas.spec.series, key=lambda series: series.role is not Role.BASELINE):
        dash, colour = DASHES.get(series.role, ()), DARK[series.role]
        if series.role is Role.DATA:
            dash, colour = STROKES[plain % len(STROKES)], QUIET
            plain += 1
        paths = tuple(thinned_path(run) for run in _runs(frame, series))
        yield Stroke(paths, colour, _width(series.role), dash)


def _runs(frame: Frame, series: Series) -> Iterator[list[Point]]:
    """Yield the stretches between missing values."""
    points = zip(series.x, series.y, strict=True)
    for finite, run in groupby(points, key=lambda point: isfinite(point[0]) and isfinite(point[1])):
        if finite:
            xs, ys = zip(*run, strict=True)
            yield frame.path(xs, ys, right=series.right)


def _dots(canvas: Canvas, frame: Frame) -> Iterator[Item]:
    shown = thinned_markers(canvas.spec.markers, _places(frame, canvas.spec.markers), canvas.spec.lines)
    room = (frame.right - frame.rect.left) / max(1, len(shown))
    full = RADIUS * canvas.size
    quiet = max(SMALLEST_PT, full * min(1.0, room / ROOM_PER_POINT_PT))
    told = max(quiet, full * 0.75)
    alike: dict[tuple[Glyph, Role, bool, bool], list[Point]] = {}
    for marker, place in shown:
        alike.setdefault((marker.glyph, marker.role, marker.hollow, telling(marker)), []).append(place)
    for (glyph, role, hollow, telling_one), places in sorted(alike.items()):
        name = f"{glyph}-{role}{'-hollow' if hollow else ''}"
        yield Dots(name, glyph, tuple(places), told if telling_one else quiet, DARK[role], hollow)
    for marker, place in shown:
        if marker.highlighted:
            yield Dots("ring", Glyph.CIRCLE, (place,), RING * canvas.size, DARK[marker.role], hollow=True)


def _places(frame: Frame, markers: Sequence[Marker]) -> list[Point]:
    xs, ys = [marker.x for marker in markers], [marker.y for marker in markers]
    left = frame.path(xs, ys)
    if not any(marker.right for marker in markers):
        return left
    right = frame.path(xs, ys, right=True)
    return [right[i] if marker.right else left[i] for i, marker in enumerate(markers)]


def _callouts(canvas: Canvas, frame: Frame, points: Sequence[Point]) -> Iterator[Item]:
    """Yield frames around points, and the labels that find a place where they hide no point and no other label."""
    half = HIT * canvas.size
    framed_ones = [frame.at(callout.x, callout.y) for callout in canvas.spec.callouts if callout.framed]
    if framed_ones:
        yield Stroke(tuple(_square(place, half) for place in framed_ones), DARK[Role.HIT], 0.6)
    yield from _labels(canvas, frame, [_around(place, half) for place in framed_ones], sorted(points))


def _labels(canvas: Canvas, frame: Frame, frames: list[Rect], points: list[Point]) -> Iterator[Words]:
    half, dot = HIT * canvas.size, RADIUS * canvas.size / 2
    middle = median(y for _x, y in points) if points else 0.0
    taken, last = frames, dict[str, float]()
    for callout in _first_of_each(canvas.spec.callouts):
        x, y = frame.at(callout.x, callout.y)
        if abs(x - last.get(callout.label, -REPEATED_PT)) < REPEATED_PT:
            continue
        size = canvas.measure(callout.label, canvas.size, False) + 1.0, canvas.size * 1.1
        reach = half + size[0] + dot + 1.0
        near = points[bisect_left(points, (x - reach,)) : bisect_right(points, (x + reach,))]
        close = [box for box in taken if box.left < x + reach and box.right > x - reach]
        boxes = beside((x, y), size, half + 0.5, up=y >= middle)
        box = free(boxes, [*close, *(_around(place, dot) for place in near)], frame.rect)
        if box is not None:
            taken = [*taken, box]
            last[callout.label] = x
            yield _label(canvas, callout.label, box)


def _around(place: Point, half: float) -> Rect:
    return Rect(place[0] - half, place[1] - half, place[0] + half, place[1] + half)


def _first_of_each(callouts: Sequence[Callout]) -> Sequence[Callout]:
    """Return one callout for each point: labels of several rules at one point are joined."""
    labels: dict[tuple[float, float], list[str]] = {}
    for callout in callouts:
        labels.setdefault((callout.x, callout.y), []).append(callout.label)
    return [Callout(x, y, ", ".join(dict.fromkeys(names))) for (x, y), names in labels.items()]


def _label(canvas: Canvas, text: str, box: Rect) -> Words:
    return canvas.words(text, box.left + 0.5, box.bottom + (FALL + 0.04) * canvas.size, colour=INK, backed=True)


def _square(place: Point, half: float) -> tuple[Point, ...]:
    x, y = place
    return (
        (x - half, y - half),
        (x + half, y - half),
        (x + half, y + half),
        (x - half, y + half),
        (x - half, y - half),
    )
