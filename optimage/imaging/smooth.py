# SPDX-License-Identifier: LGPL-3.0-or-later
"""Smoothing that leaves out what is missing."""

import numpy as np
from scipy import ndimage

from optimage.model.images import FloatArray

HALF_A_PIXEL = 0.5  # a weight below it is none: running sums leave rounding errors behind


def moving_mean(values: FloatArray, size_px: int) -> FloatArray:
    """Return the mean of the `size_px` × `size_px` pixels around each of `values`, shape (M, N).

    Pixels that are NaN or outside the image are left out of the mean; where
    none is left the mean is NaN.
    """
    finite = np.isfinite(values)
    area = size_px**2
    total = area * ndimage.uniform_filter(np.where(finite, values, 0.0), size_px, mode="constant")
    count = area * ndimage.uniform_filter(finite.astype(np.float64), size_px, mode="constant")
    return np.asarray(np.divide(total, count, out=np.full(values.shape, np.nan), where=count > HALF_A_PIXEL))
