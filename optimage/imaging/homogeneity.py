# SPDX-License-Identifier: LGPL-3.0-or-later
"""Structure beyond noise: is a region homogeneous."""

from dataclasses import dataclass
from math import ceil, nan, sqrt

import numpy as np
from scipy import ndimage

from optimage.imaging.rois import BoolArray, box_of, clipped, mask_of
from optimage.imaging.trend import residuals
from optimage.model.images import Box, FloatArray, Image
from optimage.model.shapes import Disc

TRUNCATE = 3.0  # standard deviations after which the Gaussian is cut
TREND_ORDER = 2
EVERY = 2  # pixels of the smoothed area that are looked at, per axis


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """Mean and SD in the middle, SD of the middle after smoothing, SD of the whole area after smoothing.

    The last one about a quadratic surface, so that cupping and tilt are no
    structure. NaN where no pixel is left.
    """

    mean: float
    sd: float
    smoothed_sd: float
    area_sd: float


def measure_homogeneity(image: Image, middle: Disc, *, area: Disc, sigma_mm: float) -> Homogeneity:
    """Compare the SD in `middle` before and after a Gaussian of `sigma_mm`, and smooth all of `area`.

    Noise averages out, structure stays. The Gaussian is at least one pixel
    wide: white noise then keeps at most 28 % of its SD (`1 / (2√π σ)` with σ
    in pixels), noise of a soft kernel about 40 %. Padding is left out of the
    smoothing, its weights renormalised.
    """
    sigma = tuple(max(sigma_mm / d, 1.0) for d in area.spacing_mm)
    box = clipped(_widened(box_of(area), sigma), image.shape)
    values = image.values(box)
    finite = np.isfinite(values)
    inside, whole = mask_of(middle, box) & finite, mask_of(area, box) & finite
    if inside.sum() < 2:
        return Homogeneity(nan, nan, nan, nan)
    smooth = _smoothed(values, sigma)
    own = values[inside]
    return Homogeneity(
        float(own.mean()), float(own.std(ddof=1)), float(smooth[inside].std(ddof=1)), _sd_about_trend(smooth, whole)
    )


def _widened(box: Box, sigma: tuple[float, ...]) -> Box:
    rows, columns = (ceil(TRUNCATE * s) for s in sigma)
    return Box(box.row - rows, box.column - columns, box.rows + 2 * rows, box.columns + 2 * columns)


def _smoothed(values: FloatArray, sigma: tuple[float, ...]) -> FloatArray:
    finite = np.isfinite(values)
    if finite.all():
        return np.asarray(ndimage.gaussian_filter(values, sigma, truncate=TRUNCATE))
    total = ndimage.gaussian_filter(np.where(finite, values, 0.0), sigma, truncate=TRUNCATE)
    weight = ndimage.gaussian_filter(finite.astype(np.float64), sigma, truncate=TRUNCATE)
    return np.asarray(np.divide(total, weight, out=np.full_like(total, np.nan), where=weight > 0))


def _sd_about_trend(smooth: FloatArray, mask: BoolArray) -> float:
    rows, columns = np.nonzero(mask[::EVERY, ::EVERY])
    values = smooth[::EVERY, ::EVERY][rows, columns]
    left = residuals(values, columns.astype(np.float64), rows.astype(np.float64), order=TREND_ORDER)
    return sqrt(float((left**2).mean()))
