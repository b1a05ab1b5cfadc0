# SPDX-License-Identifier: LGPL-3.0-or-later
"""The phantom's axis: circles fitted to a fraction of a pixel on a few slices, and a straight line through them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimage.api import FloatArray, Image
from optimage_phantoms.catphan.finding.outline import Outlines, algebraic_circles
from optimage_phantoms.catphan.finding.polar import linear, median, offsets_px
from optimage_phantoms.catphan.finding.slices import Stack

ANGLES = np.arange(0.0, 360.0, 4.0)
STEP_PX = 0.75
REACH_MM = 6.0  # how far the coarse outline may be wrong
LEVEL_MM = 2.0  # width over which the levels inside and outside are taken
ROUNDS = 4
REJECT_SIGMA = 3.0
MAD_TO_SIGMA = 1.4826
SMALLEST_REJECTION_PX = 0.1
AXIS_OUTLIER_MM = 0.6


@dataclass(frozen=True, slots=True)
class Axis:
    """Centre in pixels at position 0 along the normal, and its change per mm; outline radius and share seen."""

    row: float
    column: float
    row_per_mm: float
    column_per_mm: float
    radius_mm: float
    share: float
    slices: int

    def at(self, position_mm: float | FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return row and column of the axis at a position along the normal."""
        return (
            np.asarray(self.row + self.row_per_mm * position_mm),
            np.asarray(self.column + self.column_per_mm * position_mm),
        )


def fine_circle(image: Image, row: float, column: float, radius_mm: float) -> tuple[float, float, float, float] | None:
    """Return row, column, radius in mm and share of rays of the circle at half level; None where there is none."""
    spacing = image.required_spacing_mm
    step = STEP_PX * min(spacing)
    radii = np.arange(radius_mm - REACH_MM, radius_mm + REACH_MM + step, step)
    down, right = offsets_px(radii, ANGLES, spacing)
    values = linear(image, row + down, column + right)
    level = _half_level(values, step)
    edges = _outermost_fall(values, radii, level)
    x, y = edges * np.cos(np.radians(ANGLES)), edges * np.sin(np.radians(ANGLES))
    weights = np.isfinite(edges).astype(np.float64)
    x, y = np.nan_to_num(x)[None], np.nan_to_num(y)[None]
    for _ in range(ROUNDS):
        if weights.sum() < len(ANGLES) / 6:
            return None
        x0, y0, radius = algebraic_circles(x, y, weights[None])
        misses = np.abs(np.hypot(x - x0, y - y0) - radius)[0]
        spread = MAD_TO_SIGMA * median(misses[weights > 0])
        limit = max(REJECT_SIGMA * spread, SMALLEST_REJECTION_PX * min(spacing))
        kept = (np.isfinite(edges) & (misses <= limit)).astype(np.float64)
        if (kept == weights).all():
            break
        weights = kept
    return (
        row + float(y0[0]) / spacing[0],
        column + float(x0[0]) / spacing[1],
        float(radius[0]),
        float(weights.mean()),
    )


def _half_level(values: FloatArray, step_mm: float) -> float:
    count = max(2, round(LEVEL_MM / step_mm))
    inside, outside = (part[np.isfinite(part)] for part in (values[:count], values[-count:]))
    return (median(inside) + median(outside)) / 2 if inside.size and outside.size else float("nan")


def _outermost_fall(values: FloatArray, radii_mm: FloatArray, level: float) -> FloatArray:
    """Return per angle where the profile falls through `level`, nearest to the middle of the radii; NaN where never."""
    before, after = values[:-1], values[1:]
    with np.errstate(invalid="ignore"):
        falls = (before > level) & (after <= level)
    distance = np.where(falls, np.abs(radii_mm[:-1, None] - radii_mm.mean()), np.inf)
    nearest = distance.argmin(axis=0)
    rays = np.arange(values.shape[1])
    found = falls[nearest, rays]
    high, low = before[nearest, rays], after[nearest, rays]
    share = np.divide(high - level, high - low, out=np.full(len(rays), np.nan), where=found)
    return np.where(found, radii_mm[nearest] + share * (radii_mm[1] - radii_mm[0]), np.nan)


def fit_axis(stack: Stack, outlines: Outlines, usable: npt.NDArray[np.intp], count: int) -> Axis | None:
    """Return the axis through up to `count` of the `usable` slices (indices); None where no outline is seen."""
    if not len(usable):
        return None
    chosen = usable[np.unique(np.round(np.linspace(0, len(usable) - 1, count)).astype(int))]
    found = []
    for index in chosen:
        image = stack.images[index]
        circle = fine_circle(image, outlines.row[index], outlines.column[index], outlines.radius_mm[index])
        if circle is not None:
            found.append((stack.positions_mm[index], *circle))
    if not found:
        return None
    return line_through(np.array(found), stack.spacing_mm)


def line_through(found: FloatArray, spacing_mm: tuple[float, float]) -> Axis:
    """Fit a line to rows of (position, row, column, radius, share); slices far off it are left out."""
    kept = np.ones(len(found), dtype=bool)
    for _ in range(3):
        at = found[kept, 0]
        order = 1 if np.ptp(at) > 0.0 else 0
        rows, columns = np.polyfit(at, found[kept, 1], order), np.polyfit(at, found[kept, 2], order)
        misses = np.hypot(
            (found[:, 1] - np.polyval(rows, found[:, 0])) * spacing_mm[0],
            (found[:, 2] - np.polyval(columns, found[:, 0])) * spacing_mm[1],
        )
        limit = max(AXIS_OUTLIER_MM, REJECT_SIGMA * MAD_TO_SIGMA * float(np.median(misses)))
        if (misses[kept] <= limit).all():
            break
        kept = misses <= limit
    slopes = (float(rows[0]), float(columns[0])) if order else (0.0, 0.0)
    return Axis(
        float(rows[-1]),
        float(columns[-1]),
        *slopes,
        radius_mm=float(np.median(found[kept, 3])),
        share=float(np.median(found[kept, 4])),
        slices=int(kept.sum()),
    )
