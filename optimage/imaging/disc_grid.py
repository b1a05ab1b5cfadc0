# SPDX-License-Identifier: LGPL-3.0-or-later
"""Means in many equal discs at once, and how discs that do not touch fill a region."""

from functools import lru_cache
from math import ceil, nan, sqrt

import numpy as np
import numpy.typing as npt

from optimage.imaging.rois import box_of, weights_of
from optimage.model.images import FloatArray
from optimage.model.shapes import Disc

IntArray = npt.NDArray[np.intp]


def discs_on_pixels(
    values: FloatArray, rows: IntArray, columns: IntArray, *, radius_mm: float, spacing_mm: tuple[float, float]
) -> FloatArray:
    """Return the mean in a disc about each of the pixels `rows`, `columns`.

    Parameters
    ----------
    values : ndarray of shape (..., M, N)
        One image or several.
    rows, columns : ndarray of shape (n,)
        Pixels the discs are centred on.
    radius_mm : float
        Radius; pixels on the rim count with the fraction that the disc covers,
        so that small discs have the right area.
    spacing_mm : (float, float)
        Distance of row centres, then of column centres.

    Returns
    -------
    ndarray of shape (..., n)
        NaN where a disc leaves the matrix or holds NaN.
    """
    down, across, share = disc_shares(radius_mm, spacing_mm)
    height, width = values.shape[-2:]
    inside = (rows + down.min() >= 0) & (rows + down.max() < height)
    inside &= (columns + across.min() >= 0) & (columns + across.max() < width)
    means = np.full((*values.shape[:-2], rows.size), nan)
    flat = values.reshape(*values.shape[:-2], -1)
    pixels = (rows[inside] * width + columns[inside])[:, None] + (down * width + across)
    means[..., inside] = flat.take(pixels, axis=-1) @ share
    return means


@lru_cache(maxsize=64)
def disc_shares(radius_mm: float, spacing_mm: tuple[float, float]) -> tuple[IntArray, IntArray, FloatArray]:
    """Return row and column offsets of the pixels of a disc about a pixel, and their shares of its area, shape (n,)."""
    box = box_of(Disc(0.0, 0.0, radius_mm + max(spacing_mm) / 2, spacing_mm))
    weights = weights_of(Disc(0.0, 0.0, radius_mm, spacing_mm), box)
    down, across = np.nonzero(weights)
    found = down + box.row, across + box.column, weights[down, across] / weights.sum()
    for part in found:
        part.flags.writeable = False
    return found


def packed_in_disc(area: Disc, *, diameter_mm: float) -> tuple[IntArray, IntArray]:
    """Return the pixels that discs of `diameter_mm` can be centred on, so that none touches another or leaves `area`.

    They lie in rows, every other one shifted by half a step (hexagonal
    packing rounded up to whole pixels). Rows and columns of shape (n,), in row-major order.
    """
    down, across = area.spacing_mm
    step = ceil(diameter_mm / across - 1e-9)
    beside = (step // 2) * across
    pitch = max(ceil(sqrt(max(diameter_mm**2 - beside**2, 0.0)) / down - 1e-9), 1)
    row, column, reach = round(area.row), round(area.column), area.radius_mm - diameter_mm / 2
    lines = np.arange(-int(max(reach, 0.0) / (pitch * down)) - 1, int(max(reach, 0.0) / (pitch * down)) + 2)
    each = int(max(reach, 0.0) / (step * across)) + 2
    rows = np.repeat(row + lines * pitch, 2 * each + 1)
    columns = (column + (lines % 2)[:, None] * (step // 2) + np.arange(-each, each + 1) * step).ravel()
    kept = np.hypot((rows - area.row) * down, (columns - area.column) * across) <= reach
    return rows[kept].astype(np.intp), columns[kept].astype(np.intp)
