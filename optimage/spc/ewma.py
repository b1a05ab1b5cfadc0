# SPDX-License-Identifier: LGPL-3.0-or-later
"""The exponentially weighted moving average: it remembers, so it sees small shifts early."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BLOCK = 64
FARTHEST = 1e6  # sigma; a logarithm of zero must not hide all that follows behind an infinity


@dataclass(frozen=True, slots=True, eq=False)
class Ewma:
    """Weighted mean at each point (n,), and how far from zero it may be (n,), both in sigma of the process."""

    mean: FloatArray
    limit: FloatArray


def ewma(z: ArrayLike, *, weight: float, limit: float) -> Ewma:
    """Return the weighted mean of standardised values, beginning at zero, with its limits.

    Parameters
    ----------
    z : array_like (n,)
        Standardised values; NaN is passed over, the mean stays as it was.
    weight : float
        Weight of the newest value, in (0, 1].
    limit : float
        Limits in standard deviations of the weighted mean.

    References
    ----------
    NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4; exact limits
    for the first points: Montgomery, Introduction to Statistical Quality Control, chapter 9.
    """
    x = np.clip(np.asarray(z, dtype=float), -FARTHEST, FARTHEST)
    known = ~np.isnan(x)
    seen = np.cumsum(known)
    means = np.concatenate([np.zeros(1), _means(x[known], weight)])[seen]
    return Ewma(means, limit * np.sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2.0 * seen))))


def _means(x: FloatArray, weight: float) -> FloatArray:
    """Return the weighted mean at each value (n,): block by block by its sum, each block carried on from the last."""
    blocks = np.zeros(-(-len(x) // BLOCK) * BLOCK)
    blocks[: len(x)] = x
    steps = np.arange(BLOCK)
    lag = steps[:, None] - steps
    weights = np.where(lag >= 0, weight * (1 - weight) ** np.maximum(lag, 0), 0.0)
    means = blocks.reshape(-1, BLOCK) @ weights.T
    carried = (1 - weight) ** (steps + 1.0)
    for block in range(1, len(means)):
        means[block] += means[block - 1, -1] * carried
    return means.ravel()[: len(x)]
