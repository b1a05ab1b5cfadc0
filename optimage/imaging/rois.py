# SPDX-License-Identifier: LGPL-3.0-or-later
"""Regions of interest: which pixels belong to a shape, and what they hold."""

from dataclasses import dataclass
from math import ceil, floor, nan

import numpy as np
import numpy.typing as npt

from optimage.errors import AnalysisError
from optimage.messages import N_, Message
from optimage.model.images import Box, FloatArray, Image
from optimage.model.results import Note
from optimage.model.shapes import Disc, Overlay, Rectangle, RoiStatistics

BoolArray = npt.NDArray[np.bool_]
Area = Disc | Rectangle

TOLERANCE = 1e-9  # a centre on the boundary belongs to the region, whatever rounding says
SUBSAMPLES = 8  # per axis, for covered fractions of pixels
FULL_SHARE = 0.95  # of a region's pixels that must be there
FEWEST_PIXELS = 9
FEW_PIXELS = 25


@dataclass(frozen=True, slots=True, eq=False)
class Roi:
    """A measured region: its finite values in row-major order, statistics and remarks."""

    shape: Area
    values: FloatArray
    statistics: RoiStatistics
    notes: tuple[Note, ...] = ()

    def overlay(self, name: str, image: Image, keys: tuple[str, ...] = ()) -> Overlay:
        """Return the region as an overlay of `image` that explains `keys`."""
        return Overlay(name, self.shape, image.uid, image.frame, keys, self.statistics)


def box_of(shape: Area) -> Box:
    """Return the smallest box that holds every pixel of `shape`; it may leave the image."""
    half_rows, half_columns = _half_extent(shape)
    top, left = ceil(shape.row - half_rows - TOLERANCE), ceil(shape.column - half_columns - TOLERANCE)
    bottom, right = floor(shape.row + half_rows + TOLERANCE), floor(shape.column + half_columns + TOLERANCE)
    return Box(top, left, max(bottom - top + 1, 0), max(right - left + 1, 0))


def clipped(box: Box, shape: tuple[int, int]) -> Box:
    """Return the part of `box` inside an image of `shape`; possibly empty."""
    top, left = max(box.row, 0), max(box.column, 0)
    bottom, right = min(box.row + box.rows, shape[0]), min(box.column + box.columns, shape[1])
    return Box(top, left, max(bottom - top, 0), max(right - left, 0))


def mask_of(shape: Area, box: Box) -> BoolArray:
    """Return which pixels of `box` have their centre inside `shape`.

    Distances are taken in mm with row and column spacing separately; the
    boundary belongs to a disc. A rectangle `n` pixels wide about `c` covers
    `c - n/2` up to but without `c + n/2`, so that it always holds n pixels.
    """
    rows = np.arange(box.row, box.row + box.rows, dtype=np.float64)
    columns = np.arange(box.column, box.column + box.columns, dtype=np.float64)
    return _contains(shape, rows[:, None], columns[None, :])


def weights_of(shape: Area, box: Box) -> FloatArray:
    """Return the fraction of each pixel of `box` that `shape` covers (8 × 8 points per pixel).

    Meant for regions of fewer than about 100 pixels, where whole pixels
    make the area depend on how the centre falls on the grid.
    """
    points = (np.arange(SUBSAMPLES) + 0.5) / SUBSAMPLES - 0.5
    rows = (np.arange(box.row, box.row + box.rows)[:, None] + points).ravel()
    columns = (np.arange(box.column, box.column + box.columns)[:, None] + points).ravel()
    inside = _contains(shape, rows[:, None], columns[None, :])
    tiles = inside.reshape(box.rows, SUBSAMPLES, box.columns, SUBSAMPLES)
    return np.asarray(tiles.mean(axis=(1, 3)), dtype=np.float64)


def weighted_mean(image: Image, shape: Area) -> float:
    """Return the mean inside `shape`, each pixel weighted with its covered fraction; NaN where nothing is left."""
    box = box_of(Rectangle(shape.row, shape.column, *(2 * half + 1 for half in _half_extent(shape))))
    box = clipped(box, image.shape)
    values, weights = image.values(box), weights_of(shape, box)
    weights[np.isnan(values)] = 0.0
    total = float(weights.sum())
    return float((np.nan_to_num(values) * weights).sum()) / total if total else nan


def share_inside(image: Image, shape: Area) -> float:
    """Return which fraction of the pixels of `shape` lies in `image` and holds data."""
    return _share(_inside_values(image, shape), shape)


def measure_roi(image: Image, shape: Area) -> Roi:
    """Measure the pixels of `image` whose centre lies inside `shape`.

    Parameters
    ----------
    image : Image
        Padding is left out.
    shape : Disc or Rectangle
        Region in pixel coordinates of `image`.

    Returns
    -------
    Roi
        With the note `roi_clipped` where up to 5 % of the pixels are missing
        and `roi_small` below 25 pixels.

    Raises
    ------
    AnalysisError
        `roi_outside` where less than 95 % of the region's pixels lie in the
        image and hold data, `roi_too_small` below 9 pixels.
    """
    values = _inside_values(image, shape)
    share = _share(values, shape)
    if share < FULL_SHARE:
        raise AnalysisError(
            "roi_outside",
            N_("only {share:.0f} % of a region lies inside the image, {needed:.0f} % are needed"),
            advice=N_("centre the phantom or reconstruct with a larger field of view"),
            share=100.0 * share,
            needed=100.0 * FULL_SHARE,
        )
    if values.size < FEWEST_PIXELS:
        raise AnalysisError(
            "roi_too_small",
            N_("a region holds {pixels} pixels, at least {needed} are needed"),
            advice=N_("use a larger matrix or a smaller field of view"),
            pixels=int(values.size),
            needed=FEWEST_PIXELS,
        )
    return Roi(shape, values, statistics(values, _pixel_area(image)), _notes(share, int(values.size)))


def extremes(values: FloatArray, shape: Area) -> tuple[float, float]:
    """Return the smallest and the largest of `values`, shape (M, N), with their pixel centre inside `shape`.

    NaN is left out; both are NaN where nothing else is there.
    """
    box = clipped(box_of(shape), (values.shape[0], values.shape[1]))
    inside = values[box.slices][mask_of(shape, box)]
    inside = inside[np.isfinite(inside)]
    return (float(inside.min()), float(inside.max())) if inside.size else (nan, nan)


def statistics(values: FloatArray, pixel_area_mm2: float) -> RoiStatistics:
    """Return the statistics of `values`, NaN left out; SD with one degree of freedom, NaN below two values."""
    values = values[np.isfinite(values)]
    if not values.size:
        return RoiStatistics(nan, nan, nan, nan, nan, 0, 0.0)
    sd = float(values.std(ddof=1)) if values.size > 1 else nan
    return RoiStatistics(
        float(values.mean()),
        sd,
        float(np.median(values)),
        float(values.min()),
        float(values.max()),
        int(values.size),
        int(values.size) * pixel_area_mm2,
    )


def _half_extent(shape: Area) -> tuple[float, float]:
    return shape.radii_px if isinstance(shape, Disc) else (shape.rows / 2, shape.columns / 2)


def _contains(shape: Area, rows: FloatArray, columns: FloatArray) -> BoolArray:
    dy, dx = rows - shape.row, columns - shape.column
    if isinstance(shape, Disc):
        dy, dx = dy * shape.spacing_mm[0], dx * shape.spacing_mm[1]
        return np.asarray(dy**2 + dx**2 <= (shape.radius_mm + TOLERANCE) ** 2)
    across, down = shape.columns / 2, shape.rows / 2
    in_rows = (dy >= -down - TOLERANCE) & (dy < down - TOLERANCE)
    return np.asarray(in_rows & (dx >= -across - TOLERANCE) & (dx < across - TOLERANCE))


def _inside_values(image: Image, shape: Area) -> FloatArray:
    box = clipped(box_of(shape), image.shape)
    values = image.values(box)[mask_of(shape, box)]
    return values[np.isfinite(values)]


def _share(values: FloatArray, shape: Area) -> float:
    whole = int(mask_of(shape, box_of(shape)).sum())
    return values.size / whole if whole else 0.0


def _pixel_area(image: Image) -> float:
    return image.spacing_mm[0] * image.spacing_mm[1] if image.spacing_mm else nan


def _notes(share: float, pixels: int) -> tuple[Note, ...]:
    notes = []
    if share < 1.0:
        template = N_("{missing:.1f} % of a region lie outside the image or hold no data")
        notes.append(Note("roi_clipped", Message(template, {"missing": 100.0 * (1.0 - share)})))
    if pixels < FEW_PIXELS:
        template = N_("a region holds only {pixels} pixels, its statistics are rough")
        notes.append(Note("roi_small", Message(template, {"pixels": pixels})))
    return tuple(notes)
