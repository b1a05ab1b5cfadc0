# SPDX-License-Identifier: LGPL-3.0-or-later
"""Bars, lines and points in a count image: does something repeat that noise does not explain."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np
from scipy import ndimage

from optimage.imaging.periodogram import hann_window, periodogram
from optimage.model.images import Box, FloatArray

MAD_TO_SIGMA = 1.4826
CLIP_SIGMA = 4.0  # a spot that is no pattern may not outweigh the field around it
FEWEST_COUNTS = 1.0  # variance of a pixel that expects none
MARGIN = 0.01  # of the counts on either side that do not tell where the field ends
FACTOR = 5.0
SMALLEST_BOX = 3

Trend = Callable[[FloatArray, tuple[int, int]], FloatArray]


@dataclass(frozen=True, slots=True)
class Pattern:
    """The strongest frequency over the median of all, what white noise may reach, and how many frequencies."""

    strength: float
    limit: float
    frequencies: int

    @property
    def present(self) -> bool:
        """Whether it is stronger than noise explains."""
        return self.strength > self.limit


def field_box(counts: FloatArray) -> Box:
    """Return the rows and columns between which all but 1 % of `counts`, shape (M, N), lie on either side."""
    (top, bottom), (left, right) = (_span(counts.sum(axis=axis)) for axis in (1, 0))
    return Box(top, left, bottom - top + 1, right - left + 1)


def find_pattern(counts: FloatArray, spacing_mm: tuple[float, float], *, trend_mm: float, share: float) -> Pattern:
    """Look for a repeating pattern in the central part of a field.

    Parameters
    ----------
    counts : ndarray of shape (M, N)
        Counts as they were collected: their noise is Poisson's.
    spacing_mm : (float, float)
        Row and column spacing.
    trend_mm : float
        Structures wider than this are trends.
    share : float
        Part of the field, per axis, that is looked at.

    Returns
    -------
    Pattern
        Strength 0 where the field is too small to tell.

    Notes
    -----
    Trends are taken away first by a moving mean. What then looks like a
    pattern is looked at again with a separable median, `trend_mm` wide: like
    any median it keeps the edges of what is wider, so that a dead
    photomultiplier is a trend, and bars are none. Residuals are divided by the root of the trend (unit
    variance for Poisson noise) and clipped at four robust standard
    deviations: a spot of a few pixels cannot outweigh the field, while
    bars, being everywhere, set that deviation themselves.

    The periodogram (Hann window) of white noise is exponentially
    distributed: of N frequencies above `1 / trend_mm` the largest over the
    median expects about `ln N / ln 2`. Five times that is the limit. A
    median below that of Poisson noise, as smoothed images have, does not
    raise the strength.
    """
    inner = central_part(field_box(counts), share)
    if min(inner.rows, inner.columns) < SMALLEST_BOX:
        return Pattern(0.0, 0.0, 0)
    size = _odd(trend_mm / spacing_mm[0]), _odd(trend_mm / spacing_mm[1])
    found = Pattern(0.0, 0.0, 0)
    for trend in (_moving_mean, _moving_median):
        residual = _residual(counts, inner, size, trend)
        spectrum = periodogram(residual, spacing_mm, weights=hann_window(residual.shape))
        found = _strongest(spectrum.power[spectrum.frequency_per_mm > 1.0 / trend_mm])
        if not found.present:
            break
    return found


def _span(profile: FloatArray) -> tuple[int, int]:
    share = np.cumsum(profile) / profile.sum()
    return int(np.searchsorted(share, MARGIN)), int(np.searchsorted(share, 1.0 - MARGIN))


def central_part(box: Box, share: float) -> Box:
    """Return the middle of `box`, `share` of its rows and columns."""
    rows, columns = round(share * box.rows), round(share * box.columns)
    return Box(box.row + (box.rows - rows) // 2, box.column + (box.columns - columns) // 2, rows, columns)


def _odd(pixels: float) -> int:
    return max(3, 2 * int(pixels / 2) + 1)


def _moving_mean(counts: FloatArray, size: tuple[int, int]) -> FloatArray:
    return np.asarray(ndimage.uniform_filter(counts, size))


def _moving_median(counts: FloatArray, size: tuple[int, int]) -> FloatArray:
    return np.asarray(ndimage.median_filter(ndimage.median_filter(counts, (size[0], 1)), (1, size[1])))


def _residual(counts: FloatArray, inner: Box, size: tuple[int, int], trend: Trend) -> FloatArray:
    """Return what `trend` leaves of the inner box, in standard deviations, clipped, its mean taken away."""
    top, left = max(inner.row - size[0], 0), max(inner.column - size[1], 0)
    around = counts[top : inner.row + inner.rows + size[0], left : inner.column + inner.columns + size[1]]
    own = Box(inner.row - top, inner.column - left, inner.rows, inner.columns).slices
    level = trend(around, size)[own]
    residual = (around[own] - level) / np.sqrt(np.maximum(level, FEWEST_COUNTS))
    residual = residual - np.median(residual)
    sigma = max(MAD_TO_SIGMA * float(np.median(np.abs(residual))), 1.0)
    residual = np.clip(residual, -CLIP_SIGMA * sigma, CLIP_SIGMA * sigma)
    return np.asarray(residual - residual.mean())


def _strongest(power: FloatArray) -> Pattern:
    if power.size < 2:
        return Pattern(0.0, 0.0, 0)
    floor = max(float(np.median(power)), log(2.0))
    return Pattern(float(power.max()) / floor, FACTOR * log(power.size) / log(2.0), int(power.size))
