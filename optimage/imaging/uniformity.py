# SPDX-License-Identifier: LGPL-3.0-or-later
"""Uniformity of a magnetic resonance image: percent integral uniformity, average deviation, map of grey levels.

Sources: NEMA MS 3 (percent integral uniformity and normalised absolute
average deviation after the nine-point kernel); ACR large phantom guidance
(the same ratio of the means of 1 cm² discs).

`noise_share` is always what white noise alone would take from a perfectly
uniform region, in percentage points: the most by which noise lowers the
value. Standard uncertainties (k = 1) hold for white noise of SD `sigma`;
they are NaN where `sigma` is not given.
"""

from dataclasses import dataclass
from math import nan, pi, sqrt

import numpy as np

from optimage.imaging.disc_means import disc_means, disc_pixels, disc_radius_mm
from optimage.imaging.extremes import expected_maximum
from optimage.imaging.flood import integral_uniformity, nine_points, separable_sum, smooth_inside
from optimage.imaging.rois import BoolArray
from optimage.imaging.smooth import moving_mean
from optimage.model.images import FloatArray

Pixel = tuple[int, int]

KERNEL_NOISE = 0.375  # SD of white noise after the whole nine-point kernel: Σw² = (6/16)²
KERNEL_INDEPENDENCE = 0.80  # independent values per pixel after that kernel, from simulated noise
DISC_INDEPENDENCE = 18.0  # independent means per disc area, from simulated noise
COARSE_PX = 9  # what is left after a mean this wide is taken for structure, not noise
CLASS_LIMITS_PERCENT = (5.0, 10.0, 15.0, 20.0)


@dataclass(frozen=True, slots=True)
class PercentUniformity:
    """100 · (1 - (max - min) / (max + min)) in percent.

    `highest` and `lowest` are the pixels (row, column) of the extremes, or
    of the centres of the discs with the extreme means; `high` and `low`
    their values.
    """

    percent: float
    high: float
    low: float
    highest: Pixel
    lowest: Pixel
    uncertainty: float
    noise_share: float


@dataclass(frozen=True, slots=True)
class AverageDeviation:
    """100 · (1 - mean |Y - mean Y| / mean Y) in percent."""

    percent: float
    mean: float
    uncertainty: float
    noise_share: float


@dataclass(frozen=True, slots=True, eq=False)
class GreyscaleMap:
    """Regions of equal deviation from the mean.

    Attributes
    ----------
    classes : ndarray of shape (M, N)
        0 up to the first limit, ±1 up to the second, and so on; the sign is
        that of the deviation. NaN outside the region.
    limits_percent : tuple of float
        Deviations that part the classes; one on a limit belongs to the inner class.
    shares_percent : tuple of float
        Area of the classes -n to n in percent of the region; their sum is 100.
    within_percent : tuple of float
        Area with at most the deviation of each limit.
    sd_percent : float
        SD of the deviations in percent of the mean, with one degree of freedom.
    mean : float
        What the deviations refer to.
    """

    classes: FloatArray
    limits_percent: tuple[float, ...]
    shares_percent: tuple[float, ...]
    within_percent: tuple[float, ...]
    sd_percent: float
    mean: float


def percent_integral_uniformity(
    values: FloatArray, mask: BoolArray, *, smooth: bool = True, sigma: float = nan
) -> PercentUniformity | None:
    """Return the percent integral uniformity of `values` in `mask`, both of shape (M, N), after NEMA MS 3.

    Parameters
    ----------
    values : ndarray of shape (M, N)
        NaN counts as outside the mask.
    mask : ndarray of shape (M, N)
        The region.
    smooth : bool
        Whether to apply the kernel 1 2 1, 2 4 2, 1 2 1 first. Pixels outside
        the region have no weight in it.
    sigma : float
        SD of the noise in one pixel of `values`.

    Returns
    -------
    PercentUniformity or None
        None where the region is empty. Of equal extremes the first in
        row-major order is named. NaN percent unless max + min is positive.
    """
    inside = mask & np.isfinite(values)
    if not inside.any():
        return None
    taken = smooth_inside(values, inside) if smooth else values
    noise = sigma * (_kernel_noise(inside) if smooth else np.ones(values.shape))[inside]
    coarse = moving_mean(np.where(inside, values, np.nan), COARSE_PX)[inside]
    return _percent_uniformity(taken, inside, coarse, noise, KERNEL_INDEPENDENCE if smooth else 1.0)


def disc_integral_uniformity(
    values: FloatArray,
    mask: BoolArray,
    spacing_mm: tuple[float, float],
    *,
    area_mm2: float = 100.0,
    sigma: float = nan,
) -> PercentUniformity | None:
    """Return the percent integral uniformity of disc means that lie wholly in `mask`, after the ACR guidance.

    Parameters
    ----------
    values, mask : ndarrays of shape (M, N)
        NaN counts as outside the mask.
    spacing_mm : (float, float)
        Distance of row centres, then of column centres.
    area_mm2 : float
        Area of the disc, moved pixel by pixel.
    sigma : float
        SD of the noise in one pixel of `values`.

    Returns
    -------
    PercentUniformity or None
        None where no disc fits into the region.
    """
    radius = disc_radius_mm(area_mm2)
    means = disc_means(values, mask, spacing_mm, radius_mm=radius)
    whole = np.isfinite(means)
    if not whole.any():
        return None
    pixels = disc_pixels(radius, spacing_mm)
    independence = min(DISC_INDEPENDENCE / pixels, 1.0)
    noise = np.full(int(whole.sum()), sigma / sqrt(pixels))
    return _percent_uniformity(means, whole, means[whole], noise, independence)


def normalised_absolute_average_deviation(
    values: FloatArray, mask: BoolArray, *, smooth: bool = True, sigma: float = nan
) -> AverageDeviation | None:
    """Return the normalised absolute average deviation of `values` in `mask`, both of shape (M, N), after NEMA MS 3.

    100 for a uniform region. The absolute deviation never averages noise
    away: white noise alone takes `100 · √(2/π) · SD / mean` (`noise_share`;
    SD after the kernel). The uncertainty is an upper limit, reached where
    structure outweighs the noise.

    Parameters
    ----------
    values, mask : ndarrays of shape (M, N)
        NaN counts as outside the mask.
    smooth : bool
        Whether to apply the nine-point kernel inside the region first.
    sigma : float
        SD of the noise in one pixel of `values`.

    Returns
    -------
    AverageDeviation or None
        None where the region is empty; NaN percent unless the mean is positive.
    """
    inside = mask & np.isfinite(values)
    if not inside.any():
        return None
    taken = (smooth_inside(values, inside) if smooth else values)[inside]
    mean = float(taken.mean())
    if not mean > 0:
        return AverageDeviation(nan, mean, nan, nan)
    percent = 100.0 * (1.0 - float(np.abs(taken - mean).mean()) / mean)
    noise = 100.0 * sigma / mean
    share = sqrt(2 / pi) * (KERNEL_NOISE if smooth else 1.0) * noise
    return AverageDeviation(percent, mean, noise / sqrt(taken.size), share)


def greyscale_map(
    values: FloatArray,
    mask: BoolArray,
    *,
    limits_percent: tuple[float, ...] = CLASS_LIMITS_PERCENT,
    smooth: bool = True,
) -> GreyscaleMap | None:
    """Sort the pixels of `mask` into classes by their deviation from the mean, as the grey-scale map of NEMA MS 3.

    Parameters
    ----------
    values, mask : ndarrays of shape (M, N)
        NaN counts as outside the mask.
    limits_percent : tuple of float
        Rising deviations in percent of the mean that part the classes.
    smooth : bool
        Whether to apply the nine-point kernel inside the region first.

    Returns
    -------
    GreyscaleMap or None
        None where the region is empty or its mean is not positive.
    """
    inside = mask & np.isfinite(values)
    taken = smooth_inside(values, inside) if smooth else values
    mean = float(taken[inside].mean()) if inside.any() else 0.0
    if not mean > 0:
        return None
    deviation = 100.0 * (taken[inside] - mean) / mean
    order = np.searchsorted(np.asarray(limits_percent), np.abs(deviation), side="left")
    signed = np.where(deviation < 0, -order, order)
    classes = np.full(values.shape, np.nan)
    classes[inside] = signed
    counts = np.bincount(signed + len(limits_percent), minlength=2 * len(limits_percent) + 1)
    shares = tuple(100.0 * float(count) / signed.size for count in counts)
    within = tuple(100.0 * float((np.abs(deviation) <= limit).mean()) for limit in limits_percent)
    sd = float(deviation.std(ddof=1)) if deviation.size > 1 else nan
    return GreyscaleMap(classes, limits_percent, shares, within, sd, mean)


def _kernel_noise(inside: BoolArray) -> FloatArray:
    """Return the SD of white noise of SD 1 after the nine-point kernel inside a region; more at its rim."""
    region = inside.astype(np.float64)
    squares, weights = separable_sum(region, (1.0, 4.0, 1.0)), nine_points(region)
    return np.asarray(np.divide(np.sqrt(squares), weights, out=np.full(inside.shape, np.nan), where=inside))


def _percent_uniformity(
    taken: FloatArray, inside: BoolArray, coarse: FloatArray, noise: FloatArray, independence: float
) -> PercentUniformity | None:
    """Return the uniformity of `taken` in `inside`: there `coarse` without noise, and noise of SD `noise`."""
    extremes = integral_uniformity(taken, inside)
    if extremes is None:
        return None
    high, low = float(taken[extremes.highest]), float(taken[extremes.lowest])
    if not high + low > 0:
        return PercentUniformity(nan, high, low, extremes.highest, extremes.lowest, nan, nan)
    uncertainty, share = nan, nan
    if float(noise.min()) >= 0:
        up, down = (expected_maximum(sign * coarse, noise, independence=independence).sd for sign in (1.0, -1.0))
        uncertainty = 200.0 / (high + low) ** 2 * sqrt((low * up) ** 2 + (high * down) ** 2)
        alone = expected_maximum(np.zeros(coarse.size), noise, independence=independence).mean
        share = 200.0 * alone / (high + low)
    return PercentUniformity(100.0 - extremes.percent, high, low, extremes.highest, extremes.lowest, uncertainty, share)
