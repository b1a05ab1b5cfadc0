# SPDX-License-Identifier: LGPL-3.0-or-later
"""Control lines out of the history: centre and sigma of a baseline that stays put."""

from collections.abc import Sequence
from itertools import pairwise
from math import exp, fsum, lgamma, sqrt

from optimage.model.control import ControlLines, Phase, TrendPoint
from optimage.model.control_rule import ControlRule
from optimage.spc.trend import carries_lines

D2 = 1.128  # expected range of two normal values over their sigma, ISO 7870-2


def control_lines(points: Sequence[TrendPoint], rule: ControlRule) -> ControlLines | None:
    """Derive control and alarm lines from what came before the judged point.

    Parameters
    ----------
    points : sequence of TrendPoint
        The points previous to the judged one, oldest first.
    rule : ControlRule
        Multiples of sigma, and how many points make lines provisional and full.

    Returns
    -------
    ControlLines or None
        None with fewer than `rule.provisional_points` points that count, and
        where all of them are equal: then the tolerance alone decides.

    Notes
    -----
    Only the first `rule.full_points` points that count are used. Once they
    are there the lines no longer move, so a slow drift cannot drag its own
    alarm along. sigma is the standard deviation over c4(n), without bias for
    normal values.
    """
    baseline = [point.value for point in points if carries_lines(point)][: rule.full_points]
    if len(baseline) < max(2, rule.provisional_points) or min(baseline) == max(baseline):
        return None
    phase = Phase.FULL if len(baseline) >= rule.full_points else Phase.PROVISIONAL
    sigma = standard_deviation(baseline) / c4(len(baseline))
    return ControlLines(phase, len(baseline), mean(baseline), sigma, rule.control_sigma, rule.alarm_sigma)


def c4(n: int) -> float:
    """Return the expected standard deviation of `n` >= 2 normal values over their sigma (ISO 7870-2)."""
    return sqrt(2 / (n - 1)) * exp(lgamma(n / 2) - lgamma((n - 1) / 2))


def mean(values: Sequence[float]) -> float:
    """Return the mean of one or more values."""
    return fsum(values) / len(values)


def standard_deviation(values: Sequence[float]) -> float:
    """Return the standard deviation of two or more values, with one degree of freedom."""
    centre = mean(values)
    return sqrt(fsum((value - centre) ** 2 for value in values) / (len(values) - 1))


def moving_range_sigma(values: Sequence[float]) -> float:
    """Return sigma from the mean moving range of two or more values in order (ISO 7870-2).

    It sees the scatter from one value to the next only, so a drift within
    the baseline widens it less than it widens the standard deviation.
    """
    return mean([abs(later - earlier) for earlier, later in pairwise(values)]) / D2
