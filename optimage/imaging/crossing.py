# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where a falling curve passes a level."""

from dataclasses import dataclass
from math import nan

import numpy as np

from optimage.model.images import FloatArray


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where a curve falls through a level, in units of x, between the samples `before` and `before + 1`.

    `slope` is that of the straight line between both, negative.
    """

    x: float
    before: int
    share: float
    slope: float


NOT_REACHED = Crossing(nan, -1, nan, nan)


def falling_crossing(x: FloatArray, y: FloatArray, level: float) -> Crossing:
    """Return the first place where the running minimum of a curve falls through `level`.

    Parameters
    ----------
    x, y : ndarray of shape (n,)
        The curve, `x` rising. The curve ends at the first NaN in `y`.
    level : float
        What is looked for; a curve that begins below it has no crossing.

    Returns
    -------
    Crossing
        By linear interpolation. `NOT_REACHED`, whose `x` is NaN, where the curve does not get
        there: nothing is extrapolated.
    """
    gaps = np.flatnonzero(np.isnan(y))
    end = int(gaps[0]) if gaps.size else len(y)
    envelope = np.minimum.accumulate(y[:end])
    below = np.flatnonzero(envelope <= level)
    if not below.size or (below[0] == 0 and envelope[0] < level):
        return NOT_REACHED
    after = max(int(below[0]), 1)
    if after >= end:
        return NOT_REACHED
    high, low = float(envelope[after - 1]), float(envelope[after])
    step = float(x[after] - x[after - 1])
    share = (high - level) / (high - low) if high > low else 0.0
    return Crossing(float(x[after - 1]) + share * step, after - 1, share, (low - high) / step)
