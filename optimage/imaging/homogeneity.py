# SPDX-License-Identifier: LGPL-3.0-or-later
"""Is a region homogeneous, or does it show structure beyond noise?"""

from dataclasses import dataclass
from math import ceil, nan

import numpy as np
from scipy import ndimage

from optimage.imaging.rois import box_of, clipped, mask_of
from optimage.model.images import Box, FloatArray, Image
from optimage.model.shapes import Disc

TRUNCATE = 3.0  # standard deviations after which the Gaussian is cut


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """Mean and SD of a region before, and its SD after smoothing; NaN where no pixel is left."""

    mean: float
    sd: float
    smoothed_sd: float


def measure_homogeneity(image: Image, disc: Disc, *, sigma_mm: float) -> Homogeneity:
    """Compare the SD in `disc` before and after a Gaussian of `sigma_mm`.

    Noise averages out, structure stays. The Gaussian is at least one pixel
    wide: white noise then keeps at most 28 % of its SD (`1 / (2√π σ)` with σ
    in pixels), noise of a soft kernel about half. Padding is left out of the
    smoothing, its weights renormalised.
    """
    sigma = tuple(max(sigma_mm / d, 1.0) for d in disc.spacing_mm)
    margin = tuple(ceil(TRUNCATE * s) for s in sigma)
    own = box_of(disc)
    wide = Box(own.row - margin[0], own.column - margin[1], own.rows + 2 * margin[0], own.columns + 2 * margin[1])
    box = clipped(wide, image.shape)
    values, mask = image.values(box), mask_of(disc, box)
    mask &= np.isfinite(values)
    if mask.sum() < 2:
        return Homogeneity(nan, nan, nan)
    smooth = _smoothed(values, sigma)[mask]
    inside = values[mask]
    return Homogeneity(float(inside.mean()), float(inside.std(ddof=1)), float(smooth.std(ddof=1)))


def _smoothed(values: FloatArray, sigma: tuple[float, ...]) -> FloatArray:
    finite = np.isfinite(values)
    if finite.all():
        return np.asarray(ndimage.gaussian_filter(values, sigma, truncate=TRUNCATE))
    total = ndimage.gaussian_filter(np.where(finite, values, 0.0), sigma, truncate=TRUNCATE)
    weight = ndimage.gaussian_filter(finite.astype(np.float64), sigma, truncate=TRUNCATE)
    return np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0)
