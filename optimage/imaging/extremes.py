# SPDX-License-Identifier: LGPL-3.0-or-later
"""What noise does to the largest of many values: its expectation and its scatter."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from scipy.special import log_ndtr

from optimage.model.images import FloatArray

REACH = 7.0  # standard deviations about the largest expectation within which the maximum surely lies
STEPS = 96
GROUPS = 64
KINDS = 100  # standard deviations that agree to 1 % of the largest are taken together


@dataclass(frozen=True, slots=True)
class Extreme:
    """Expectation and standard deviation of the largest of many values."""

    mean: float
    sd: float


def expected_maximum(means: FloatArray, sigmas: FloatArray, *, independence: float) -> Extreme:
    """Return expectation and standard deviation of the maximum of many normal values.

    Parameters
    ----------
    means, sigmas : ndarray of shape (n,)
        Expectation and standard deviation of each value.
    independence : float
        0 to 1: how many independent values the correlated ones are worth, as
        a share of their number (the extremal index).

    Returns
    -------
    Extreme
        NaN where there is no value, SD 0 where no value scatters.

    Notes
    -----
    The maximum lies below t with probability `F(t) = Π Φ((t - mean) / sigma)^independence`;
    expectation and variance are integrals over `1 - F`. Values whose
    expectation lies so far below the largest that they never win are left
    out, the others are put into groups a fraction of a standard deviation
    wide.
    """
    if not means.size:
        return Extreme(nan, nan)
    top, widest = float(means.max()), float(sigmas.max())
    if not widest > 0:
        return Extreme(top, 0.0)
    mean, sigma, counts = _grouped(means, sigmas, floor=top - REACH * widest)
    t = np.linspace(top - REACH * widest, top + REACH * widest, STEPS)
    below = np.exp(independence * (counts * log_ndtr((t[:, None] - mean) / sigma)).sum(axis=1))
    step = float(t[1] - t[0])
    middles, share = (t[1:] + t[:-1]) / 2, np.diff(below)
    expectation = float(t[-1]) - step * (float(below.sum()) - (float(below[0]) + float(below[-1])) / 2)
    variance = float((share * (middles - expectation) ** 2).sum()) + step**2 / 12 * (float(share.sum()) - 1.0)
    return Extreme(expectation, sqrt(max(variance, 0.0)))


def _grouped(means: FloatArray, sigmas: FloatArray, *, floor: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return means, standard deviations and counts of groups of nearly equal values above `floor`."""
    sigmas = np.maximum(sigmas, sigmas.max() * 1e-6)
    chosen = means >= floor
    means, sigmas = means[chosen], sigmas[chosen]
    width = (float(means.max()) - floor) / GROUPS
    step = np.minimum((means - floor) // width, GROUPS - 1)
    kind = np.rint(sigmas * (KINDS / sigmas.max()))
    key = (kind * GROUPS + step).astype(np.int64)
    counts = np.bincount(key).astype(np.float64)
    there = counts > 0
    mean, sigma = (np.bincount(key, weights)[there] / counts[there] for weights in (means, sigmas))
    return mean, sigma, counts[there]
