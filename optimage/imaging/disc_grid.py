# SPDX-License-Identifier: LGPL-3.0-or-later
"""Means in many equal discs at once, and how discs that do not touch fill a region."""

from math import ceil, hypot, nan, sqrt

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
    disc = Disc(0.0, 0.0, radius_mm, spacing_mm)
    box = box_of(Disc(0.0, 0.0, radius_mm + max(spacing_mm) / 2, spacing_mm))
    weights = weights_of(disc, box)
    down, across = np.nonzero(weights)
    share = weights[down, across] / weights.sum()
    r, c = rows[:, None] + (down + box.row), columns[:, None] + (across + box.column)
    inside = ((r >= 0) & (c >= 0) & (r < values.shape[-2]) & (c < values.shape[-1])).all(axis=1)
    means = np.full((*values.shape[:-2], rows.size), nan)
    flat = values.reshape(*values.shape[:-2], -1)
    means[..., inside] = flat.take(r[inside] * values.shape[-1] + c[inside], axis=-1) @ share
    return means


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
    found: list[tuple[int, int]] = []
    lines = int(max(reach, 0.0) / (pitch * down)) + 1
    for line in range(-lines, lines + 1):
        first = column + (line % 2) * (step // 2)
        each = int(max(reach, 0.0) / (step * across)) + 2
        for number in range(-each, each + 1):
            at = row + line * pitch, first + number * step
            if hypot((at[0] - area.row) * down, (at[1] - area.column) * across) <= reach:
                found.append(at)
    places = np.array(found, dtype=np.intp).reshape(-1, 2)
    return places[:, 0], places[:, 1]
