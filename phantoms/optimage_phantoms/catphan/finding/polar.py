# SPDX-License-Identifier: LGPL-3.0-or-later
"""Values round a centre: nearest pixels of the stored integers for looking, linear ones for measuring."""

import numpy as np
import numpy.typing as npt

from optimage.api import FloatArray, Image

Indices = npt.NDArray[np.intp]


def offsets_px(
    radii_mm: FloatArray, angles_deg: FloatArray, spacing_mm: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Return row and column offsets of a polar grid, shape (radii, angles); angles clockwise from 3 o'clock."""
    angles = np.radians(angles_deg)
    return np.outer(radii_mm, np.sin(angles)) / spacing_mm[0], np.outer(radii_mm, np.cos(angles)) / spacing_mm[1]


def nearest(image: Image, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Return the values of the pixels nearest to `rows` and `columns`, of equal shape; NaN where there is no data."""
    return taken(image, np.rint(rows).astype(np.intp), np.rint(columns).astype(np.intp))


def linear(image: Image, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Return linearly interpolated values at `rows` and `columns`, of equal shape; NaN where there is no data."""
    top, left = np.floor(rows), np.floor(columns)
    down, right = rows - top, columns - left
    r, c = top.astype(np.intp), left.astype(np.intp)
    upper = taken(image, r, c) * (1.0 - right) + taken(image, r, c + 1) * right
    lower = taken(image, r + 1, c) * (1.0 - right) + taken(image, r + 1, c + 1) * right
    return upper * (1.0 - down) + lower * down


def taken(image: Image, rows: Indices, columns: Indices) -> FloatArray:
    """Return the values of the pixels at whole `rows` and `columns`, of equal shape; NaN where there is no data."""
    height, width = image.shape
    whole = rows.min() >= 0 and columns.min() >= 0 and rows.max() < height and columns.max() < width
    if whole:
        stored = image.pixels[rows, columns]
        missing = None
    else:
        missing = (rows < 0) | (columns < 0) | (rows >= height) | (columns >= width)
        stored = image.pixels[np.where(missing, 0, rows), np.where(missing, 0, columns)]
    values = stored.astype(np.float64)
    values *= image.slope
    values += image.intercept
    if image.padding is not None:
        low, high = image.padding
        values[(stored >= low) & (stored <= high)] = np.nan  # type: ignore[operator]
    if missing is not None:
        values[missing] = np.nan
    return values


def median(values: FloatArray) -> float:
    """Return the median of a few finite values: as `numpy.median`, without its overhead."""
    count = values.size
    ordered = np.partition(values, (count - 1) // 2 if count % 2 else (count // 2 - 1, count // 2))
    return float(ordered[count // 2]) if count % 2 else float(ordered[count // 2 - 1] + ordered[count // 2]) / 2.0
