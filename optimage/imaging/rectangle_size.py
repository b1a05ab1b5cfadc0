# SPDX-License-Identifier: LGPL-3.0-or-later
"""Width and height of a rectangular phantom, such as a bottle seen from the side, tilt considered.

The edge is where half of the local level is reached, along the middle 60 %
of each side; a line is fitted to each, and the distance of opposite lines is
taken at right angles to their mean direction. Rounded corners, caps and
single wild points are left out.
"""

from dataclasses import dataclass
from math import atan, cos, degrees, hypot, pi, sin, sqrt

import numpy as np

from optimage.errors import AnalysisError
from optimage.imaging.edges import (
    MAD_TO_SIGMA,
    blurred,
    correlation,
    edge_noise_mm,
    half_level_edges,
    sample,
)
from optimage.imaging.rois import BoolArray
from optimage.imaging.smallest_box import TurnedBox, smallest_box
from optimage.messages import N_
from optimage.model.images import FloatArray
from optimage.model.shapes import Polyline

SPAN = 0.6  # of a side
REACH_PX = 12.0
STEPS_PER_PX = 4
REJECT_SIGMA = 4.0
LEAST_REJECT_PX = 0.5
FIT_STEPS = 20
SOFT_PX = 0.1
FEWEST = 9
LEAST_SHARE = 0.5
GRID_PX = 0.05  # what is left of the grid in the place of an upright side, from digital rectangles without noise
GRID_BULGE_PX = 0.1  # and in its bulge
RIGHT_ANGLE = pi / 2


@dataclass(frozen=True, slots=True)
class Extent:
    """The mean distance of two opposite sides in mm, its standard uncertainty (k = 1), and how much they bulge.

    `bulge_mm` is by how much the distance in the middle exceeds that at the
    ends of the measured 60 %; negative where the sides are drawn in.
    """

    mm: float
    uncertainty: float
    bulge_mm: float
    bulge_uncertainty: float


@dataclass(frozen=True, slots=True)
class RectangleSize:
    """Size of a rectangle; `tilt_deg` is its mean turn clockwise on the screen, `outline` its four fitted sides."""

    width: Extent
    height: Extent
    tilt_deg: float
    row: float
    column: float
    outline: Polyline


@dataclass(frozen=True, slots=True)
class _Side:
    """A fitted side: mean distance from the centre, slope along it, bend over the span, and their uncertainties."""

    distance: float
    slope: float
    bulge: float
    distance_u: float
    bulge_u: float


def measure_rectangle(values: FloatArray, phantom: BoolArray, spacing_mm: tuple[float, float]) -> RectangleSize:
    """Measure the rectangle that `phantom` shows in `values`, both of shape (M, N); NaN where there is no data.

    Raises
    ------
    AnalysisError
        `outline_not_found` where less than half of a side is a straight edge.
    """
    box = smallest_box(phantom, spacing_mm)
    if not box.width_mm > 0:
        raise _not_found(0.0)
    smooth = blurred(values)
    right, bottom, left, top = (_side(smooth, box, spacing_mm, quarter) for quarter in range(4))
    width, across = _extent(right, left)
    height, down = _extent(bottom, top)
    tilt = box.angle_rad - atan((across + down) / 2)  # a turn clockwise gives every side the same falling slope
    shift = (right.distance - left.distance) / 2, (bottom.distance - top.distance) / 2
    cosine, sine = cos(box.angle_rad), sin(box.angle_rad)
    row = box.row + (sine * shift[0] + cosine * shift[1]) / spacing_mm[0]
    column = box.column + (cosine * shift[0] - sine * shift[1]) / spacing_mm[1]
    outline = _corners(row, column, (width.mm, height.mm), tilt, spacing_mm)
    return RectangleSize(width, height, degrees(tilt), row, column, outline)


def _extent(side: _Side, opposite: _Side) -> tuple[Extent, float]:
    """Return the extent between two sides and the slope of the line midway, seen from the first."""
    slope = (side.slope + opposite.slope) / 2
    share = cos(atan(slope))
    return Extent(
        (side.distance + opposite.distance) * share,
        hypot(side.distance_u, opposite.distance_u),
        (side.bulge + opposite.bulge) * share,
        hypot(side.bulge_u, opposite.bulge_u),
    ), slope


def _side(smooth: FloatArray, box: TurnedBox, spacing_mm: tuple[float, float], quarter: int) -> _Side:
    """Find a side: 0 right, 1 bottom, 2 left, 3 top; distances are counted outwards, places along it clockwise."""
    pixel = min(spacing_mm)
    half = (box.width_mm if quarter % 2 == 0 else box.height_mm) / 2
    length = SPAN * (box.height_mm if quarter % 2 == 0 else box.width_mm)
    count = max(int(length / pixel), FEWEST)
    along = np.asarray((np.arange(count) - (count - 1) / 2) * (length / count), dtype=np.float64)
    at = np.arange(max(half - REACH_PX * pixel, 0.0), half + REACH_PX * pixel, pixel / STEPS_PER_PX)
    angle = box.angle_rad + quarter * RIGHT_ANGLE
    x = cos(angle) * at[None, :] - sin(angle) * along[:, None]
    y = sin(angle) * at[None, :] + cos(angle) * along[:, None]
    profiles = sample(smooth, box.row + y / spacing_mm[0], box.column + x / spacing_mm[1])
    edges = half_level_edges(profiles, at, np.full(count, half), pixel_mm=pixel, closed=False)
    return _fitted(along, edges, pixel, max(spacing_mm))


def _fitted(along: FloatArray, edges: FloatArray, pixel_mm: float, grid_mm: float) -> _Side:
    reach = float(along[-1])
    design = np.stack((np.ones(along.size), along / reach, 1 / 3 - (along / reach) ** 2), axis=1)
    seen = np.isfinite(edges)
    if seen.mean() < LEAST_SHARE:
        raise _not_found(float(seen.mean()))
    waves = _least_distances(design[seen], edges[seen], SOFT_PX * pixel_mm)
    left = edges - design @ waves
    spread = MAD_TO_SIGMA * float(np.median(np.abs(left[seen])))
    good = np.abs(np.where(seen, left, np.inf)) <= max(REJECT_SIGMA * spread, LEAST_REJECT_PX * pixel_mm)
    if good.mean() < LEAST_SHARE:
        raise _not_found(float(good.mean()))
    waves = np.asarray(np.linalg.lstsq(design[good], edges[good], rcond=None)[0], dtype=np.float64)
    noise = edge_noise_mm(edges - design @ waves, good, closed=False)
    step = (along[1] - along[0]) / grid_mm
    variance = noise**2 * correlation(float(step)) * np.diag(np.linalg.inv(design[good].T @ design[good]))
    return _Side(
        distance=float(waves[0]),
        slope=float(waves[1]) / reach,
        bulge=float(waves[2]),
        distance_u=hypot(sqrt(float(variance[0])), GRID_PX * grid_mm),
        bulge_u=hypot(sqrt(float(variance[2])), GRID_BULGE_PX * grid_mm),
    )


def _least_distances(design: FloatArray, values: FloatArray, soft: float) -> FloatArray:
    """Return the coefficients with the least sum of distances, which wild values do not pull."""
    weight = np.ones(values.size)
    for _ in range(FIT_STEPS):
        found = np.linalg.lstsq(design * weight[:, None], values * weight, rcond=None)[0]
        weight = ((values - design @ found) ** 2 + soft**2) ** -0.25
    return np.asarray(found)


def _corners(
    row: float, column: float, size_mm: tuple[float, float], tilt: float, spacing_mm: tuple[float, float]
) -> Polyline:
    points = []
    for across, down in ((1, 1), (-1, 1), (-1, -1), (1, -1)):
        u, v = across * size_mm[0] / 2, down * size_mm[1] / 2
        x, y = cos(tilt) * u - sin(tilt) * v, sin(tilt) * u + cos(tilt) * v
        points.append((row + y / spacing_mm[0], column + x / spacing_mm[1]))
    return Polyline(tuple(points), closed=True)


def _not_found(share: float) -> AnalysisError:
    return AnalysisError(
        "outline_not_found",
        N_("a side of the phantom is not straight: {share:.0f} % of it are an edge, {needed:.0f} % are needed"),
        advice=N_("check that the phantom is rectangular and not cut off"),
        share=100.0 * share,
        needed=100.0 * LEAST_SHARE,
    )
