# SPDX-License-Identifier: LGPL-3.0-or-later
"""Edges of a bright object half way between the levels on either side, to a fraction of a pixel.

Levels are local: a coil that sees one side of the phantom better moves a
threshold for the whole image, but not half of the local level. In magnitude
images the background is the mean of the noise. Where the image is sharp it
adds to the signal as a square, where it is blurred as it is: the level lies
between the two, which differ by 0.07 pixels at a signal-to-noise ratio of 20.
"""

from math import exp, sqrt

import numpy as np
from scipy import ndimage

from optimage.model.images import FloatArray

BLUR_PX = 0.8  # makes a sampled edge smooth, so that linear interpolation finds it; a symmetric blur leaves it in place
NEAR_PX, FAR_PX = 3.0, 8.0  # where on either side of the edge the levels are taken
NOISE_POWER = 2 / np.pi  # variance of one channel over the square of the mean of a Rayleigh distribution
LEVEL_RAYS = 9  # over which they are averaged
MAD_TO_SIGMA = 1.4826
APART = 3  # rays whose noise is independent
LAGS = 6


def blurred(values: FloatArray) -> FloatArray:
    """Return `values`, shape (M, N), after a Gaussian of 0.8 pixels; what is NaN is left out and stays NaN."""
    there = np.isfinite(values)
    total = ndimage.gaussian_filter(np.where(there, values, 0.0), BLUR_PX, mode="nearest")
    weight = ndimage.gaussian_filter(there.astype(np.float64), BLUR_PX, mode="nearest")
    return np.asarray(np.divide(total, weight, out=np.full(values.shape, np.nan), where=there))


def sample(values: FloatArray, rows: FloatArray, columns: FloatArray) -> FloatArray:
    """Return `values`, shape (M, N), at `rows` and `columns` of equal shape by linear interpolation; NaN outside."""
    return np.asarray(ndimage.map_coordinates(values, (rows, columns), order=1, mode="constant", cval=np.nan))


def half_level_edges(
    profiles: FloatArray, at_mm: FloatArray, expected_mm: FloatArray, *, pixel_mm: float, closed: bool
) -> FloatArray:
    """Return where each profile of a magnitude image falls through half of its own level, nearest to where expected.

    Parameters
    ----------
    profiles : ndarray of shape (n, m)
        Values from the inside outwards, one neighbouring profile a row; NaN where there is no data.
    at_mm : ndarray of shape (m,)
        Where they were taken, evenly spaced.
    expected_mm : ndarray of shape (n,)
        Where each edge is about.
    pixel_mm : float
        Size of a pixel: levels are taken 3 to 8 pixels from the edge and
        averaged over nine neighbouring profiles.
    closed : bool
        Whether the last profile is a neighbour of the first.

    Returns
    -------
    ndarray of shape (n,)
        NaN where a profile has no edge, or no data beside it.
    """
    first = _edges(profiles, at_mm, expected_mm, pixel_mm, closed)
    seen = np.where(np.isfinite(first), first, expected_mm)
    return _edges(profiles, at_mm, seen, pixel_mm, closed)


def edge_noise_mm(edges_mm: FloatArray, accepted: np.ndarray, *, closed: bool) -> float:
    """Return the SD of the noise in single edges, robustly, from differences of those three apart.

    Only the `accepted` ones count; `closed` says whether the last is a
    neighbour of the first. NaN below nine differences.
    """
    values = np.where(accepted, edges_mm, np.nan)
    difference = values - np.roll(values, APART)
    difference = difference if closed else difference[APART:]
    difference = difference[np.isfinite(difference)]
    return MAD_TO_SIGMA * float(np.median(np.abs(difference))) / sqrt(2) if difference.size >= LEVEL_RAYS else np.nan


def correlation(step_px: float) -> float:
    """Return by which factor the variance of a mean of edges `step_px` apart grows because of the blur."""
    return 1.0 + 2.0 * sum(exp(-((lag * step_px) ** 2) / (4 * BLUR_PX**2)) for lag in range(1, LAGS + 1))


def _edges(
    profiles: FloatArray, at_mm: FloatArray, expected_mm: FloatArray, pixel_mm: float, closed: bool
) -> FloatArray:
    offset = (at_mm[None, :] - expected_mm[:, None]) / pixel_mm
    inside = _level(profiles, (offset >= -FAR_PX) & (offset <= -NEAR_PX), closed)
    outside = _level(profiles, (offset >= NEAR_PX) & (offset <= FAR_PX), closed)
    level = (np.sqrt((inside / 2) ** 2 + NOISE_POWER * outside**2) + (inside + outside) / 2) / 2
    before, after = profiles[:, :-1], profiles[:, 1:]
    falls = (before > level[:, None]) & (after <= level[:, None])
    nearest = np.where(falls, np.abs(offset[:, :-1] + offset[:, 1:]), np.inf).argmin(axis=1)
    rays = np.arange(len(profiles))
    found, high, low = (part[rays, nearest] for part in (falls, before, after))
    share = np.divide(high - level, high - low, out=np.full(len(rays), np.nan), where=found)
    return np.asarray(at_mm[nearest] + share * (at_mm[1] - at_mm[0]))


def _level(profiles: FloatArray, window: np.ndarray, closed: bool) -> FloatArray:
    """Return the mean of each profile in `window`, averaged over neighbours; NaN where none has data."""
    chosen = window & np.isfinite(profiles)
    mode = "wrap" if closed else "constant"
    total = ndimage.uniform_filter1d(np.where(chosen, profiles, 0.0).sum(axis=1), LEVEL_RAYS, mode=mode)
    count = ndimage.uniform_filter1d(chosen.sum(axis=1).astype(np.float64), LEVEL_RAYS, mode=mode)
    return np.asarray(np.divide(total, count, out=np.full(len(profiles), np.nan), where=count > 1e-6))
