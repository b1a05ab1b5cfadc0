# SPDX-License-Identifier: LGPL-3.0-or-later
"""Means in a disc moved over a region, wherever the whole disc lies inside."""

from math import floor, pi, sqrt

import numpy as np

from optimage.imaging.rois import BoolArray
from optimage.model.images import FloatArray

TOLERANCE = 1e-9  # a pixel centre on the rim belongs to the disc, whatever rounding says


def disc_radius_mm(area_mm2: float) -> float:
    """Return the radius of a disc of `area_mm2`."""
    return sqrt(area_mm2 / pi)


def half_widths(radius_mm: float, spacing_mm: tuple[float, float]) -> tuple[int, ...]:
    """Return for the rows -n to n of a disc on a pixel centre how many pixels it reaches to either side."""
    rows = floor(radius_mm / spacing_mm[0] + TOLERANCE)
    heights = (row * spacing_mm[0] for row in range(-rows, rows + 1))
    return tuple(floor(sqrt(max(radius_mm**2 - y**2, 0.0)) / spacing_mm[1] + TOLERANCE) for y in heights)


def disc_pixels(radius_mm: float, spacing_mm: tuple[float, float]) -> int:
    """Return the number of pixel centres in a disc that lies on a pixel centre."""
    return sum(2 * half + 1 for half in half_widths(radius_mm, spacing_mm))


def disc_means(values: FloatArray, mask: BoolArray, spacing_mm: tuple[float, float], *, radius_mm: float) -> FloatArray:
    """Return the mean of `values` in a disc about each pixel, both of shape (M, N).

    Parameters
    ----------
    values : ndarray of shape (M, N)
        NaN counts as outside the mask.
    mask : ndarray of shape (M, N)
        The region.
    spacing_mm : (float, float)
        Distance of row centres, then of column centres.
    radius_mm : float
        Radius of the disc; a pixel belongs to it by its centre, boundary included.

    Returns
    -------
    ndarray of shape (M, N)
        NaN where a pixel of the disc lies outside `mask` or the matrix.
    """
    inside = mask & np.isfinite(values)
    widths = half_widths(radius_mm, spacing_mm)
    pixels = sum(2 * half + 1 for half in widths)
    count = _disc_sums(inside.astype(np.float64), widths)
    level = float(values[inside].mean()) if inside.any() else 0.0  # sums about it lose no digits
    total = _disc_sums(np.where(inside, values - level, 0.0), widths)
    whole = count > pixels - 0.5
    return np.asarray(np.where(whole, level + total / pixels, np.nan))


def _disc_sums(values: FloatArray, widths: tuple[int, ...]) -> FloatArray:
    """Return the sums over discs given by their `widths`, row by row from running sums; zeros beyond the matrix."""
    reach, widest = len(widths) // 2, max(widths)
    padded = np.pad(values, ((reach, reach), (widest + 1, widest)))
    running = np.cumsum(padded, axis=1)
    rows, columns = values.shape
    total = np.zeros_like(values)
    for row, half in enumerate(widths):
        right = running[row : row + rows, widest + 1 + half : widest + 1 + half + columns]
        left = running[row : row + rows, widest - half : widest - half + columns]
        total += right - left
    return total
