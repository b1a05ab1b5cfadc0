# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where a mean most likely changed."""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import ArrayLike

from optimage.spc.mixture import STRONG

SHORTEST = 5  # points on either side; fewer are outliers rather than a new level


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """Place of the first value of the new level, means before and after, and how much better two means fit (BIC)."""

    at: int
    before: float
    after: float
    delta_bic: float


def change_point(values: ArrayLike) -> ChangePoint | None:
    """Return where one step of the mean explains finite values in order of time (n,) much better than none.

    The place with the least sum of squares about two means is taken. BIC
    counts two parameters without a step, and four with one: it must fall by
    more than 6. None otherwise, for fewer than ten values, and for equal ones.
    """
    x = np.asarray(values, dtype=float)
    n = len(x)
    if n < 2 * SHORTEST or x.min() == x.max():
        return None
    d = x - x.mean()
    places = np.arange(SHORTEST, n - SHORTEST + 1)
    sums = np.cumsum(d)[places - 1]
    gains = sums**2 * n / (places * (n - places))
    best = int(np.argmax(gains))
    at, whole = int(places[best]), float((d * d).sum())
    rest = max(whole - float(gains[best]), np.finfo(float).eps * whole)
    delta = n * log(whole / rest) - 2 * log(n)
    return ChangePoint(at, float(x[:at].mean()), float(x[at:].mean()), delta) if delta > STRONG else None
