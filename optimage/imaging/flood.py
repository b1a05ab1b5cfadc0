# SPDX-License-Identifier: LGPL-3.0-or-later
"""Uniformity of a flood image after NEMA NU 1: nine-point smoothing, integral and differential uniformity."""

from dataclasses import dataclass
from math import nan

import numpy as np

from optimage.imaging.rois import BoolArray
from optimage.model.images import FloatArray

RUN = 5  # pixels of a differential window
Pixel = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Integral:
    """100 · (max - min) / (max + min) in percent, and where the two lie (row, column)."""

    percent: float
    highest: Pixel
    lowest: Pixel


@dataclass(frozen=True, slots=True)
class Differential:
    """The worst run of five pixels in percent: its first pixel, and the pixels of its maximum and minimum."""

    percent: float
    first: Pixel
    highest: Pixel
    lowest: Pixel


def smooth_inside(values: FloatArray, mask: BoolArray) -> FloatArray:
    """Return `values` smoothed once by 1 2 1, 2 4 2, 1 2 1 inside `mask`, both of shape (M, N).

    What lies outside has no weight, and the sum is divided by the weights
    used. NaN outside `mask`.
    """
    total, weight = nine_points(np.where(mask, values, 0.0)), nine_points(mask.astype(np.float64))
    return np.asarray(np.divide(total, weight, out=np.full(values.shape, np.nan), where=mask))


def nine_points(values: FloatArray) -> FloatArray:
    """Return `values`, shape (M, N), weighted 1 2 1, 2 4 2, 1 2 1 and added; zeros beyond the matrix."""
    return separable_sum(values, (1.0, 2.0, 1.0))


def separable_sum(values: FloatArray, weights: tuple[float, float, float]) -> FloatArray:
    """Return the 3 × 3 sums of `values`, shape (M, N), with the outer product of `weights`; zeros beyond the matrix."""
    first, middle, last = weights
    padded = np.pad(values, 1)
    rows = first * padded[:-2] + middle * padded[1:-1] + last * padded[2:]
    return np.asarray(first * rows[:, :-2] + middle * rows[:, 1:-1] + last * rows[:, 2:])


def integral_uniformity(values: FloatArray, mask: BoolArray) -> Integral | None:
    """Return the integral uniformity of `values` in `mask`, shape (M, N); None where the mask is empty.

    Of equal extremes the first in row-major order is named. NaN percent
    where all values are zero.
    """
    if not mask.any():
        return None
    high = int(np.where(mask, values, -np.inf).argmax())
    low = int(np.where(mask, values, np.inf).argmin())
    highest, lowest = divmod(high, values.shape[1]), divmod(low, values.shape[1])
    return Integral(_ratio(float(values[highest]), float(values[lowest])), highest, lowest)


def differential_uniformity(values: FloatArray, mask: BoolArray, *, axis: int) -> Differential | None:
    """Return the worst run of five pixels along an axis that lies wholly in `mask`.

    Parameters
    ----------
    values : ndarray of shape (M, N)
        Smoothed counts.
    mask : ndarray of shape (M, N)
        Runs that meet a pixel outside do not count.
    axis : int
        0 for runs in a column (Y), 1 for runs in a row (X).

    Returns
    -------
    Differential or None
        None where no run of five pixels fits. Of equal runs the first in
        row-major order is named.
    """
    along = (values, mask) if axis == 1 else (values.T, mask.T)
    count = along[0].shape[1] - RUN + 1
    if count < 1:
        return None
    runs = [along[0][:, i : i + count] for i in range(RUN)]
    whole = np.logical_and.reduce([along[1][:, i : i + count] for i in range(RUN)])
    if not whole.any():
        return None
    high, low = np.maximum.reduce(runs), np.minimum.reduce(runs)
    total = high + low
    ratio = np.divide(high - low, total, out=np.zeros_like(total), where=whole & (total > 0))
    ratio = np.where(whole, ratio, -1.0)
    ratio = ratio if axis == 1 else ratio.T
    first = divmod(int(ratio.argmax()), ratio.shape[1])
    step = (0, 1) if axis == 1 else (1, 0)
    pixels = [(first[0] + i * step[0], first[1] + i * step[1]) for i in range(RUN)]
    inside = [float(values[pixel]) for pixel in pixels]
    return Differential(
        100.0 * float(ratio[first]), first, pixels[int(np.argmax(inside))], pixels[int(np.argmin(inside))]
    )


def _ratio(high: float, low: float) -> float:
    return 100.0 * (high - low) / (high + low) if high + low > 0 else nan
