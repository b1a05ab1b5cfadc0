# SPDX-License-Identifier: LGPL-3.0-or-later
"""Fewer points for long histories, chosen so that the picture stays the same."""

from collections.abc import Callable, Iterable, Sequence
from math import isfinite

from optimage.charts.scene import Point
from optimage.charts.spec import Line, Marker, Role

MOST_POINTS = 600
CELL_PT = 0.6  # of a point: less than the thinnest marker drawn


def thinned_path(places: Sequence[Point]) -> tuple[Point, ...]:
    """Return the lowest and the highest place of each column, in order, and both ends; all where they are few."""
    if len(places) <= MOST_POINTS:
        return tuple(places)
    columns: dict[int, list[int]] = {}
    for i, (x, _y) in enumerate(places):
        columns.setdefault(int(x / CELL_PT), []).append(i)
    heights = [y for _x, y in places]
    kept = {0, len(places) - 1}
    for members in columns.values():
        kept.update(extremes(members, heights.__getitem__))
    return tuple(places[i] for i in sorted(kept))


def thinned_markers(
    markers: Sequence[Marker], places: Sequence[Point], lines: Iterable[Line]
) -> tuple[tuple[Marker, Point], ...]:
    """Return the markers to draw, each with its place; `places` are those of `markers`.

    Above 600 of them the lowest and the highest of each column stay, and with
    them all that tell something: warnings, failures, what does not count, the
    highlighted one, and all beyond the control lines that hold there. Of equal
    ones in the same cell of 0.6 points one is drawn.
    """
    pairs = zip(markers, places, strict=True)
    shown = [(marker, place) for marker, place in pairs if isfinite(marker.x) and isfinite(marker.y)]
    if len(shown) <= MOST_POINTS:
        return tuple(shown)
    ranges = _ranges(lines)
    columns: dict[tuple[int, bool], list[int]] = {}
    cells: dict[object, int] = {}
    heights = [marker.y for marker, _place in shown]
    for i, (marker, (x, y)) in enumerate(shown):
        column = int(x / CELL_PT)
        columns.setdefault((column, marker.right), []).append(i)
        if telling(marker) or _beyond(marker, ranges):
            look = marker.glyph, marker.role, marker.hollow, marker.highlighted
            cells.setdefault((column, int(y / CELL_PT), *look), i)
    kept = set(cells.values())
    for members in columns.values():
        kept.update(extremes(members, heights.__getitem__))
    return tuple(shown[i] for i in sorted(kept))


def telling(marker: Marker) -> bool:
    """Tell whether a marker says more than that all is well."""
    return marker.hollow or marker.highlighted or marker.role is Role.WARNING or marker.role is Role.FAIL


def extremes(members: Sequence[int], height: Callable[[int], float]) -> tuple[int, int]:
    """Return the members with the least and the greatest height."""
    return min(members, key=height), max(members, key=height)


def _ranges(lines: Iterable[Line]) -> tuple[tuple[float, float, float, float], ...]:
    """Return from where to where which control lines hold: left, right, low, high."""
    spans: dict[tuple[float, float], list[float]] = {}
    for line in lines:
        if line.role is Role.CONTROL:
            spans.setdefault((line.x_low, line.x_high), []).append(line.y)
    return tuple((left, right, min(levels), max(levels)) for (left, right), levels in spans.items())


def _beyond(marker: Marker, ranges: Iterable[tuple[float, float, float, float]]) -> bool:
    if marker.right:
        return False
    x, y = marker.x, marker.y
    for left, right, low, high in ranges:  # noqa: SIM110 - a generator would take twice as long for each point
        if left <= x <= right and not low <= y <= high:
            return True
    return False
