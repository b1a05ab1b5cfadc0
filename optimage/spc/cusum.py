# SPDX-License-Identifier: LGPL-3.0-or-later
"""Cumulative sums: they add up what exceeds an allowance, so they date a small lasting shift."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimage.spc.ewma import FARTHEST

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Cusum:
    """Upper and lower sum at each point (n,), both zero or more, in sigma of the process."""

    upper: FloatArray
    lower: FloatArray


def cusum(z: ArrayLike, *, slack: float) -> Cusum:
    """Return both one-sided sums of standardised values, beginning at zero.

    Parameters
    ----------
    z : array_like (n,)
        Standardised values; NaN is passed over, the sums stay as they were.
    slack : float
        Allowance k: half the shift to be found, in sigma.

    References
    ----------
    NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.3.
    """
    x = np.clip(np.asarray(z, dtype=float), -FARTHEST, FARTHEST)
    known = ~np.isnan(x)
    upper, lower = (_above_lowest(np.where(known, side - slack, 0.0)) for side in (x, -x))
    return Cusum(upper, lower)


def _above_lowest(steps: FloatArray) -> FloatArray:
    """Return max(0, previous + step) from step to step: how far the plain sum is above its lowest value so far."""
    sums = np.cumsum(steps)
    return np.asarray(sums - np.minimum(np.minimum.accumulate(sums), 0.0)) if len(sums) else sums
