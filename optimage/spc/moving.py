# SPDX-License-Identifier: LGPL-3.0-or-later
"""Moving averages and moving ranges."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
D4 = 3.267  # upper line of the range of two normal values, in mean ranges; its lower line is zero (ISO 7870-2)


def centred_average(values: ArrayLike, window: int) -> FloatArray:
    """Return the mean of each value and its neighbours on both sides, for the eye.

    Parameters
    ----------
    values : array_like (n,)
        In order of time. A window with NaN in it gives NaN.
    window : int
        Points in a window, odd. Nearer to an end than half of it there is no mean but NaN.
    """
    if window % 2 == 0:
        raise ValueError(f"a window about a point is odd, not {window}")
    return np.roll(trailing_average(values, window), -(window // 2))


def trailing_average(values: ArrayLike, window: int) -> FloatArray:
    """Return the mean of each value and the `window` - 1 before it; NaN for those that have fewer before them."""
    x = np.asarray(values, dtype=float)
    means = np.full(len(x), np.nan)
    if 0 < window <= len(x):
        means[window - 1 :] = np.lib.stride_tricks.sliding_window_view(x, window).mean(axis=-1)
    return means


@dataclass(frozen=True, slots=True, eq=False)
class MovingRanges:
    """Steps between neighbours (n - 1,), their mean, and the line that a step seldom exceeds."""

    ranges: FloatArray
    centre: float
    ucl: float


def moving_ranges(values: ArrayLike) -> MovingRanges:
    """Return what the chart of moving ranges shows of values in order; NaN for the lines of fewer than two."""
    ranges: FloatArray = np.abs(np.diff(np.asarray(values, dtype=float)))
    centre = float(ranges.mean()) if len(ranges) else np.nan
    return MovingRanges(ranges, centre, D4 * centre)
