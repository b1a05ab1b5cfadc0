# SPDX-License-Identifier: LGPL-3.0-or-later
"""The exponentially weighted moving average: it remembers, so it sees small shifts early."""

from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import ArrayLike, NDArray

FARTHEST = 1e6  # sigma; a logarithm of zero must not hide all that follows behind an infinity


@dataclass(frozen=True, slots=True, eq=False)
class Ewma:
    """Weighted mean at each point (n,), and how far from zero it may be (n,), both in sigma of the process."""

    mean: NDArray[np.float64]
    limit: NDArray[np.float64]


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
    keep = 1 - weight
    means = accumulate(x.tolist(), lambda old, new: weight * new + keep * old if new == new else old, initial=0.0)  # noqa: PLR0124
    seen = np.cumsum(~np.isnan(x))
    width = limit * np.sqrt(weight / (2 - weight) * (1 - keep ** (2.0 * seen)))
    return Ewma(np.array(list(means)[1:]), width)
