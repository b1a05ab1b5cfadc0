# SPDX-License-Identifier: LGPL-3.0-or-later
"""Structure beyond noise: is a region homogeneous."""

from dataclasses import dataclass
from math import ceil, inf, nan, sqrt

import numpy as np
from scipy import ndimage

from optimage.imaging.rois import BoolArray, box_of, clipped, mask_of
from optimage.imaging.trend import residuals
from optimage.imaging.voids import edge_voids
from optimage.model.images import Box, FloatArray, Image
from optimage.model.shapes import Disc

TRUNCATE = 3.0  # standard deviations after which the Gaussian is cut
TREND_ORDER = 2
EVERY = 2  # pixels of the smoothed area that are looked at, per axis
MAD_TO_SIGMA = 1.4826
DEEP_SIGMA = 6.0  # no noise goes that deep
MOST_VOID = 0.1  # of the area; more than this is no bubble any more


@dataclass(frozen=True, slots=True)
class Homogeneity:
    """What the middle and the whole area show, as they are and after smoothing.

    Attributes
    ----------
    mean, sd, smoothed_sd : float
        Of the middle: mean, SD, and SD after smoothing.
    area_sd, area_noise, peak : float
        Of the whole area after smoothing, about a quadratic surface so that
        cupping and tilt are no structure: SD, SD as the median absolute
        deviation says it, and the largest deviation.
    void : float
        Share of the area left out because a bubble at its rim spoils it.

    NaN where no pixel is left.
    """

    mean: float
    sd: float
    smoothed_sd: float
    area_sd: float
    area_noise: float
    peak: float
    void: float


def measure_homogeneity(
    image: Image, middle: Disc, *, area: Disc, sigma_mm: float, void_depth: float = inf
) -> Homogeneity:
    """Compare the SD in `middle` before and after a Gaussian of `sigma_mm`, and smooth all of `area`.

    Noise averages out, structure stays. The Gaussian is at least one pixel
    wide: white noise then keeps at most 28 % of its SD (`1 / (2√π σ)` with σ
    in pixels), noise of a soft kernel about 40 %. Padding is left out of the
    smoothing, its weights renormalised. What lies more than `void_depth`
    (and six standard deviations) below the mean of the middle is air; where
    it reaches the rim of `area` it is a bubble and left out.
    """
    sigma = tuple(max(sigma_mm / d, 1.0) for d in area.spacing_mm)
    box = clipped(_widened(box_of(area), sigma), image.shape)
    values = image.values(box)
    finite = np.isfinite(values)
    inside, whole = mask_of(middle, box) & finite, mask_of(area, box) & finite
    if inside.sum() < 2:
        return Homogeneity(nan, nan, nan, nan, nan, nan, 0.0)
    smooth = _smoothed(values, sigma)
    own = values[inside]
    mean = float(own.mean())
    depth = max(void_depth, DEEP_SIGMA * _robust_sd(smooth[inside]))
    voids = edge_voids(smooth, box, area, level=mean - depth, reach_mm=TRUNCATE * sigma_mm) & whole
    void = float(voids.sum() / whole.sum())
    void = void if void <= MOST_VOID else 0.0
    left = _about_trend(smooth, whole & ~voids if void else whole)
    return Homogeneity(
        mean,
        float(own.std(ddof=1)),
        float(smooth[inside].std(ddof=1)),
        sqrt(float((left**2).mean())),
        _robust_sd(left),
        float(np.abs(left).max()),
        void,
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


def _robust_sd(values: FloatArray) -> float:
    return MAD_TO_SIGMA * float(np.median(np.abs(values - np.median(values))))


def _about_trend(smooth: FloatArray, mask: BoolArray) -> FloatArray:
    rows, columns = np.nonzero(mask[::EVERY, ::EVERY])
    values = smooth[::EVERY, ::EVERY][rows, columns]
    return residuals(values, columns.astype(np.float64), rows.astype(np.float64), order=TREND_ORDER)
