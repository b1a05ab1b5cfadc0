# SPDX-License-Identifier: LGPL-3.0-or-later
"""Values round a centre: nearest pixels of the stored integers for looking, linear ones for measuring."""

import numpy as np
from scipy import ndimage

from optimage.api import Box, FloatArray, Image
from optimage.imaging.rois import clipped


def offsets_px(
    radii_mm: FloatArray, angles_deg: FloatArray, spacing_mm: tuple[float, float]
) -> tuple[FloatArray, FloatArray]:
    """Return row and column offsets of a polar grid, shape (radii, angles); angles clockwise from 3 o'clock."""
    angles = np.radians(angles_deg)
    return np.outer(radii_mm, np.sin(angles)) / spacing_mm[0], np.outer(radii_mm, np.cos(angles)) / spacing_mm[1]


def nearest(image: Image, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Return the values of the pixels nearest to `rows` and `columns`, of equal shape; NaN where there is no data."""
    r, c = np.rint(rows).astype(np.intp), np.rint(columns).astype(np.intp)
    inside = (r >= 0) & (c >= 0) & (r < image.shape[0]) & (c < image.shape[1])
    whole = bool(inside.all())
    stored = image.pixels[r, c] if whole else image.pixels[np.where(inside, r, 0), np.where(inside, c, 0)]
    values = stored.astype(np.float64) * image.slope + image.intercept
    if image.padding is not None:
        low, high = image.padding
        inside &= ~((stored >= low) & (stored <= high))  # type: ignore[operator]
        whole = False
    return values if whole else np.where(inside, values, np.nan)


def linear(image: Image, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Return linearly interpolated values at `rows` and `columns`, of equal shape; NaN outside the image."""
    top, left = int(np.floor(rows.min())), int(np.floor(columns.min()))
    box = Box(top, left, int(np.ceil(rows.max())) - top + 2, int(np.ceil(columns.max())) - left + 2)
    box = clipped(box, image.shape)
    if not box.rows or not box.columns:
        return np.full(rows.shape, np.nan)
    values = image.values(box)
    at = rows - box.row, columns - box.column
    return np.asarray(ndimage.map_coordinates(values, at, order=1, mode="constant", cval=np.nan))
