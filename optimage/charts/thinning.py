# SPDX-License-Identifier: LGPL-3.0-or-later
"""Fewer points for long histories, chosen so that the picture stays the same."""

from collections.abc import Callable, Iterable, Sequence
from math import isfinite

from optimage.charts.scene import Point
from optimage.charts.spec import Line, Marker, Role

MOST_POINTS = 600
CELL_PT = 0.6  # of a point: less than the thinnest marker drawn


def thinned_path(places: Sequence[Point]) -> tuple[Point, ...]:
    """Return first, lowest, highest and last place of each column, in order; all where they are few."""
    if len(places) <= MOST_POINTS:
        return tuple(places)
    columns: dict[int, list[int]] = {}
    for i, (x, _y) in enumerate(places):
        columns.setdefault(int(x / CELL_PT), []).append(i)
    kept: set[int] = set()
    for members in columns.values():
        kept |= {members[0], members[-1], *extremes(members, lambda i: places[i][1])}
    return tuple(places[i] for i in sorted(kept))


def thinned_markers(
    markers: Sequence[Marker], place: Callable[[Marker], Point], lines: Iterable[Line]
) -> tuple[Marker, ...]:
    """Return the markers to draw.

    Above 600 of them the lowest and the highest of each column stay, and with
    them all that tell something: warnings, failures, what does not count, the
    highlighted one, and all beyond the control lines that hold there. Of equal
    ones in the same cell of 0.6 points one is drawn.
    """
    shown = [marker for marker in markers if isfinite(marker.x) and isfinite(marker.y)]
    if len(shown) <= MOST_POINTS:
        return tuple(shown)
    beyond = _beyond(lines)
    columns: dict[tuple[int, bool], list[int]] = {}
    cells: dict[object, int] = {}
    for i, marker in enumerate(shown):
        x, y = place(marker)
        column = int(x / CELL_PT)
        columns.setdefault((column, marker.right), []).append(i)
        if telling(marker) or beyond(marker):
            cells.setdefault(
                (column, int(y / CELL_PT), marker.glyph, marker.role, marker.hollow, marker.highlighted), i
            )
    kept = set(cells.values())
    for members in columns.values():
        kept |= set(extremes(members, lambda i: shown[i].y))
    return tuple(shown[i] for i in sorted(kept))


def telling(marker: Marker) -> bool:
    """Tell whether a marker says more than that all is well."""
    return marker.hollow or marker.highlighted or marker.role in (Role.WARNING, Role.FAIL)


def extremes(members: Sequence[int], height: Callable[[int], float]) -> tuple[int, int]:
    """Return the members with the least and the greatest height."""
    return min(members, key=height), max(members, key=height)


def _beyond(lines: Iterable[Line]) -> Callable[[Marker], bool]:
    spans: dict[tuple[float, float], list[float]] = {}
    for line in lines:
        if line.role is Role.CONTROL:
            spans.setdefault((line.x_low, line.x_high), []).append(line.y)
    ranges = [(low, high, min(levels), max(levels)) for (low, high), levels in spans.items()]

    def beyond(marker: Marker) -> bool:
        x, y = marker.x, marker.y
        return not marker.right and any(
            left <= x <= right and not low <= y <= high for left, right, low, high in ranges
        )

    return beyond
