# SPDX-License-Identifier: LGPL-3.0-or-later
"""An image with the regions that were measured in it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
import numpy.typing as npt

from optimage.model.images import FloatArray, Image
from optimage.model.shapes import Disc, Overlay, Polyline, Rectangle, Shape

DARKEST_PERCENT, BRIGHTEST_PERCENT = 0.5, 99.5  # of the pixels: one dead pixel must not turn the picture grey
SHOWN_SD = 6.0  # on either side of a region's mean
CIRCLE_POINTS = 72
MARGIN = 0.06  # of the extent of the regions

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outline:
    """A region as a line through `points` (row, column) with its name; whole numbers are pixel centres."""

    name: str
    points: tuple[Point, ...]
    closed: bool

    @property
    def top(self) -> Point:
        """The highest point; the name stands above it."""
        return min(self.points)

    @property
    def bottom(self) -> Point:
        """The lowest point; the name stands below it where the picture ends above the region."""
        return max(self.points)


@dataclass(frozen=True, slots=True, eq=False)
class PictureSpec:
    """A picture to draw.

    Attributes
    ----------
    grey : ndarray of shape (M, N), uint8
        The windowed image.
    low, high : float
        Values shown black and white, in the unit of the image.
    aspect : float
        Height of a pixel over its width (row spacing over column spacing).
    outlines : tuple of Outline
        What is drawn on top.
    """

    grey: npt.NDArray[np.uint8]
    low: float
    high: float
    aspect: float = 1.0
    outlines: tuple[Outline, ...] = ()


def picture(image: Image, overlays: Iterable[Overlay] = ()) -> PictureSpec:
    """Build the picture of `image` with those of `overlays` that lie on it."""
    values = image.values()
    own = [overlay for overlay in overlays if (overlay.uid, overlay.frame) == (image.uid, image.frame)]
    low, high = window_of_regions(own) or window(values)
    rows_mm, columns_mm = image.spacing_mm or (1.0, 1.0)
    outlines = tuple(_outline(overlay) for overlay in own)
    return PictureSpec(to_grey(values, low, high), low, high, rows_mm / columns_mm, outlines)


def cropped(image: Image, overlays: Iterable[Overlay]) -> PictureSpec:
    """Build the picture of the part of `image` that holds its `overlays`, with a margin; of all of it for none."""
    whole = picture(image, overlays)
    if not whole.outlines:
        return whole
    points = np.array([point for outline in whole.outlines for point in outline.points])
    margin = MARGIN * float(np.ptp(points, axis=0).max()) + 1.0
    low = np.floor(np.maximum(points.min(axis=0) - margin, 0)).astype(int)
    high = np.ceil(points.max(axis=0) + margin).astype(int) + 1
    moved = tuple(
        replace(outline, points=tuple((row - low[0], column - low[1]) for row, column in outline.points))
        for outline in whole.outlines
    )
    return replace(whole, grey=whole.grey[low[0] : high[0], low[1] : high[1]], outlines=moved)


def window_of_regions(overlays: Iterable[Overlay]) -> tuple[float, float] | None:
    """Return the values to show black and white so that what was measured is seen, noise and all.

    The middle is the region at the median of all measured pixels, ordered by
    the regions' means: neither a few air regions nor one bright insert can
    take the contrast away from the rest. None where no region tells its mean
    and a standard deviation above zero.
    """
    told = [o.statistics for o in overlays if o.statistics and o.statistics.sd > 0 and isfinite(o.statistics.mean)]
    told.sort(key=lambda statistics: statistics.mean)
    half, seen = sum(statistics.n for statistics in told) / 2, 0
    for statistics in told:
        seen += statistics.n
        if seen >= half:
            return statistics.mean - SHOWN_SD * statistics.sd, statistics.mean + SHOWN_SD * statistics.sd
    return None


def window(values: FloatArray) -> tuple[float, float]:
    """Return the values to show black and white: percentiles of the finite pixels, always low < high."""
    finite = values[np.isfinite(values)]
    if finite.size == 0:
        return 0.0, 1.0
    low, high = (float(value) for value in np.percentile(finite, (DARKEST_PERCENT, BRIGHTEST_PERCENT)))
    if low < high:
        return low, high
    return low - 0.5, low + 0.5


def to_grey(values: FloatArray, low: float, high: float) -> npt.NDArray[np.uint8]:
    """Return `values` between `low` (black) and `high` (white) as bytes; NaN is black."""
    scaled = np.clip((values - low) / (high - low), 0.0, 1.0) * 255
    return np.nan_to_num(scaled, nan=0.0).round().astype(np.uint8)


def _outline(overlay: Overlay) -> Outline:
    points, closed = _path(overlay.shape)
    return Outline(overlay.name, points, closed)


def _path(shape: Shape) -> tuple[tuple[Point, ...], bool]:
    if isinstance(shape, Polyline):
        return shape.points, shape.closed
    if isinstance(shape, Rectangle):
        return _corners(shape), True
    return _circle(shape), True


def _corners(shape: Rectangle) -> tuple[Point, ...]:
    top, bottom = shape.row - shape.rows / 2, shape.row + shape.rows / 2
    left, right = shape.column - shape.columns / 2, shape.column + shape.columns / 2
    return (top, left), (top, right), (bottom, right), (bottom, left)


def _circle(shape: Disc) -> tuple[Point, ...]:
    rows, columns = shape.radii_px
    angles = np.linspace(0.0, 2 * np.pi, CIRCLE_POINTS, endpoint=False)
    return tuple((float(shape.row + rows * np.sin(a)), float(shape.column + columns * np.cos(a))) for a in angles)
