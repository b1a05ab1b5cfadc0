# SPDX-License-Identifier: LGPL-3.0-or-later
"""Masks: connected areas, what lies outside, scaled copies, and outlines as polygons and back."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from optimage.imaging.rois import BoolArray

SUBPOINTS = 8  # per axis and pixel, to decide whether half of a pixel lies inside

Point = tuple[float, float]


def largest_component(mask: BoolArray) -> BoolArray:
    """Return the largest 4-connected area of `mask`; of equal ones the first in row-major order."""
    labels, count = ndimage.label(mask)
    if count < 2:
        return mask.copy()
    return np.asarray(labels == 1 + int(np.bincount(labels.ravel())[1:].argmax()))


def filled(mask: BoolArray) -> BoolArray:
    """Return `mask` with every hole filled that does not touch the border (4-connected)."""
    return ~outside(~mask)


def outside(mask: BoolArray) -> BoolArray:
    """Return the part of `mask` that is 4-connected to the surroundings of the matrix."""
    labels, _ = ndimage.label(np.pad(mask, 1, constant_values=True))
    return np.asarray((labels == labels[0, 0])[1:-1, 1:-1])


def beside(mask: BoolArray, *, border: bool) -> BoolArray:
    """Return the pixels that belong to `mask` or have one of their 4 neighbours in it.

    `border` says whether what lies beyond the matrix belongs to `mask`.
    """
    padded = np.pad(mask, 1, constant_values=border)
    across = padded[1:-1, :-2] | padded[1:-1, 2:]
    return np.asarray(mask | across | padded[:-2, 1:-1] | padded[2:, 1:-1])


def bounding_box(mask: BoolArray) -> tuple[int, int, int, int]:
    """Return first and last row, first and last column of `mask`, which is not empty."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


def scaled(mask: BoolArray, factor: float) -> BoolArray:
    """Return `mask` scaled by `factor` (at most 1) about the middle of its bounding box.

    A pixel belongs to the copy where at least half of its 8 × 8 sub-points
    fall on pixels of `mask` when they are scaled back. An empty mask stays
    empty.
    """
    if not mask.any():
        return mask.copy()
    top, bottom, left, right = bounding_box(mask)
    rows = _sources(mask.shape[0], (top + bottom) / 2, factor)
    columns = _sources(mask.shape[1], (left + right) / 2, factor)
    padded = np.pad(mask, 1).astype(np.uint8)  # whatever falls beside the matrix is outside
    hits = padded[rows].reshape(mask.shape[0], SUBPOINTS, -1).sum(axis=1, dtype=np.uint8)
    hits = hits.T[columns].reshape(mask.shape[1], SUBPOINTS, -1).sum(axis=1, dtype=np.uint8).T
    return np.asarray(2 * hits >= SUBPOINTS**2)


def outlines(mask: BoolArray) -> tuple[tuple[Point, ...], ...]:
    """Return the closed outlines of `mask` along the edges of its pixels.

    Each is a polygon of (row, column) corners, pixel centres on whole
    numbers; holes have outlines of their own. The longest comes first.
    """
    following = _edges(mask)
    loops = []
    while following:
        start = next(iter(following))
        loop, at = [start], _step(following, start, start)
        while at != start:
            loop.append(at)
            at = _step(following, at, loop[-2])
        loops.append(_corners(loop))
    loops.sort(key=_length, reverse=True)
    return tuple(tuple((row - 0.5, column - 0.5) for row, column in loop) for loop in loops)


def inside_polygons(polygons: Iterable[Iterable[Point]], shape: tuple[int, int]) -> BoolArray:
    """Return which pixel centres of a matrix of `shape` lie inside an odd number of closed `polygons`.

    The corners are (row, column). It undoes `outlines` exactly.
    """
    crossings = np.zeros((shape[0], shape[1] + 1), dtype=np.int64)
    for polygon in polygons:
        points = np.asarray(list(polygon), dtype=np.float64).reshape(-1, 2)
        following = np.roll(points, -1, axis=0)
        rising = (points[:, 0] <= following[:, 0])[:, None]
        lower, upper = np.where(rising, points, following), np.where(rising, following, points)
        first = np.maximum(np.ceil(lower[:, 0]), 0).astype(np.int64)
        counts = np.maximum(np.minimum(np.ceil(upper[:, 0]), shape[0]).astype(np.int64) - first, 0)
        edge = np.repeat(np.arange(len(points)), counts)
        rows = first[edge] + np.arange(edge.size) - np.repeat(np.cumsum(counts) - counts, counts)
        slope = (upper[edge, 1] - lower[edge, 1]) / (upper[edge, 0] - lower[edge, 0])
        columns = lower[edge, 1] + (rows - lower[edge, 0]) * slope
        np.add.at(crossings, (rows, np.clip(np.ceil(columns), 0, shape[1]).astype(np.int64)), 1)
    return np.asarray(np.cumsum(crossings, axis=1)[:, :-1] % 2 == 1)


def _sources(count: int, centre: float, factor: float) -> npt.NDArray[np.int64]:
    """Return for every sub-point the index (in the mask padded by one) of the pixel it comes from."""
    points = (np.arange(count * SUBPOINTS) + 0.5) / SUBPOINTS - 0.5
    sources = np.rint(centre + (points - centre) / factor).astype(np.int64)
    return np.clip(sources, -1, count) + 1


def _edges(mask: BoolArray) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Return from every corner on an outline the corners that follow it, the mask on the right-hand side."""
    padded = np.pad(mask, 1)
    following: dict[tuple[int, int], list[tuple[int, int]]] = {}
    down = padded[1:, 1:-1].astype(np.int8) - padded[:-1, 1:-1]  # 1 at an upper edge, -1 at a lower one
    across = padded[1:-1, 1:].astype(np.int8) - padded[1:-1, :-1]  # 1 at a left edge, -1 at a right one
    for sign, (forwards, row, column) in ((s, p) for s in (1, -1) for p in _places(down, across, s)):
        here, there = ((row, column), (row, column + 1)) if forwards else ((row + 1, column), (row, column))
        start, end = (here, there) if sign > 0 else (there, here)
        following.setdefault(start, []).append(end)
    return following


def _places(down: npt.NDArray[np.int8], across: npt.NDArray[np.int8], sign: int) -> list[tuple[bool, int, int]]:
    horizontal = [(True, int(row), int(column)) for row, column in np.argwhere(down == sign)]
    return horizontal + [(False, int(row), int(column)) for row, column in np.argwhere(across == sign)]


def _step(
    following: dict[tuple[int, int], list[tuple[int, int]]], at: tuple[int, int], before: tuple[int, int]
) -> tuple[int, int]:
    """Take the next edge away and return its end; where two areas touch at a corner, stay with the same one."""
    ends = following[at]
    if len(ends) > 1 and before != at:
        came = at[0] - before[0], at[1] - before[1]
        right = at[0] + came[1], at[1] - came[0]
        ends.sort(key=lambda end: end != right)
    end = ends.pop(0)
    if not ends:
        del following[at]
    return end


def _corners(loop: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out the corners of pixels that lie on a straight line."""
    around = zip(loop[-1:] + loop[:-1], loop, loop[1:] + loop[:1], strict=True)
    return [b for a, b, c in around if (b[0] - a[0], b[1] - a[1]) != (c[0] - b[0], c[1] - b[1])]


def _length(loop: list[tuple[int, int]]) -> int:
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in zip(loop, loop[1:] + loop[:1], strict=True))
