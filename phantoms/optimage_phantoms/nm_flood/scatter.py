# SPDX-License-Identifier: LGPL-3.0-or-later
"""What counting statistics do to extremes: the floor of the integral uniformity, and standard uncertainties."""

from math import hypot, nan, sqrt

import numpy as np

from optimage.imaging.extremes import expected_maximum
from optimage.imaging.flood import Integral, nine_points, separable_sum, smooth_inside
from optimage.imaging.rois import BoolArray
from optimage.model.images import FloatArray
from optimage_phantoms.nm_flood.method import NoiseRules

SQUARED = (1.0, 4.0, 1.0)  # the weights 1 2 1 squared
REPEATS = 2  # further smoothings that bring out the field behind the noise
REPEATED_SD = 924 / 4096 / 0.375  # SD of white noise smoothed three times over that smoothed once
LAGS = (3, 4)  # pixels of a run of five that share no smoothing weight: their noise is independent


def smoothed_sd(variance: FloatArray, mask: BoolArray) -> FloatArray:
    """Return the standard deviation of smoothed counts from the `variance` of each pixel, shape (M, N).

    The smoothing is that inside `mask`; NaN outside.
    """
    total = separable_sum(np.where(mask, variance, 0.0), SQUARED)
    weight = nine_points(mask.astype(np.float64))
    return np.asarray(np.divide(np.sqrt(total), weight, out=np.full(mask.shape, np.nan), where=mask))


def expected_floor(sigma: FloatArray, mask: BoolArray, mean: float, rules: NoiseRules) -> float:
    """Return the integral uniformity in percent that counting statistics alone are expected to give.

    Parameters
    ----------
    sigma : ndarray of shape (M, N)
        Standard deviation of the smoothed counts of a uniform field.
    mask : ndarray of shape (M, N)
        The field of view.
    mean : float
        Counts per pixel.
    """
    values = sigma[mask]
    if not mean > 0 or not values.size:
        return nan
    extreme = expected_maximum(np.zeros(values.size), values, independence=rules.independence_range)
    return 100.0 * extreme.mean / mean


def without_noise(smooth: FloatArray, sigma: FloatArray, mask: BoolArray) -> FloatArray:
    """Return an estimate of the field behind smoothed counts, arrays of shape (M, N); NaN outside `mask`.

    `smooth` is smoothed twice more and drawn towards its mean until what is
    left is no more than noise of `sigma` does not explain: a uniform field
    becomes uniform, structure stays.
    """
    field = smooth
    for _ in range(REPEATS):
        field = smooth_inside(field, mask)
    values, noise = field[mask], REPEATED_SD * sigma[mask]
    mean, variance = float(values.mean()), float(values.var())
    kept = sqrt(max(0.0, 1.0 - float((noise**2).mean()) / variance)) if variance > 0 else 0.0
    return np.asarray(mean + kept * (field - mean))


def integral_uncertainty(
    field: FloatArray, sigma: FloatArray, mask: BoolArray, *, found: Integral, rules: NoiseRules
) -> float:
    """Return the standard uncertainty of an integral uniformity in percent: how it scatters on repetition.

    `field` is the field behind the noise (`without_noise`), `sigma` the
    standard deviation of the smoothed counts, arrays of shape (M, N). A
    uniform field has many candidates for either extreme, so that the
    largest of them scatters less than a single pixel; a field with one hot
    spot has only this one.
    """
    means, noise = field[mask], sigma[mask]
    upper = expected_maximum(means, noise, independence=rules.independence_range).sd
    lower = expected_maximum(-means, noise, independence=rules.independence_range).sd
    high, low = float(field[found.highest]), float(field[found.lowest])
    return 200.0 * hypot(low * upper, high * lower) / (high + low) ** 2 if high + low > 0 else nan


def differential_uncertainty(
    field: FloatArray, sigma: FloatArray, mask: BoolArray, *, axis: int, rules: NoiseRules
) -> float:
    """Return the standard uncertainty in percent of the worst run of five pixels along `axis` (1: in a row).

    The worst run is the largest difference of two pixels three or four
    apart; the differences are treated like the pixels in
    `integral_uncertainty` (arrays of shape (M, N)).
    """
    if axis == 0:
        field, sigma, mask = field.T, sigma.T, mask.T
    differences, noise = [], []
    for lag in LAGS:
        together = np.logical_and.reduce([mask[:, i : mask.shape[1] - lag + i] for i in range(lag + 1)])
        first, second = field[:, :-lag][together], field[:, lag:][together]
        total = np.maximum(first + second, 1.0)
        differences.append(100.0 * (first - second) / total)
        spreads = second * sigma[:, :-lag][together], first * sigma[:, lag:][together]
        noise.append(200.0 * np.hypot(*spreads) / total**2)
    means, sigmas = np.concatenate(differences), np.concatenate(noise)
    both = np.concatenate((means, -means))
    return expected_maximum(both, np.concatenate((sigmas, sigmas)), independence=rules.independence_runs).sd
