# SPDX-License-Identifier: LGPL-3.0-or-later
"""Control lines out of the history: centre and sigma of a baseline that stays put."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import islice, pairwise
from math import exp, fsum, lgamma, log, sqrt
from statistics import NormalDist, median

from optimage.model.control import ControlLines, Phase, TrendPoint
from optimage.model.control_rule import ControlRule, Spread
from optimage.spc.repeats import carriers

D2 = 1.128  # expected range of two normal values over their sigma, ISO 7870-2
QUANTILE_POINTS = 200  # fewer values say nothing about the outermost thousandths


class Lacking(StrEnum):
    """Why there are no lines."""

    POINTS = "points"
    """Too few points that count."""
    SCATTER = "scatter"
    """All of them are equal: then the tolerance alone decides."""
    SIGN = "sign"
    """A value is not positive and has no logarithm."""


def control_lines(points: Sequence[TrendPoint], rule: ControlRule) -> ControlLines | None:
    """Derive control and alarm lines from what came before the judged point.

    Parameters
    ----------
    points : sequence of TrendPoint
        The points previous to the judged one, oldest first.
    rule : ControlRule
        How scatter becomes lines, multiples of sigma, how many points make
        lines provisional and full, and what repeats of a day are.

    Returns
    -------
    ControlLines or None
        None where `lines_or_reason` tells a reason.

    Notes
    -----
    Only the first `rule.full_points` points that count are used. Once they
    are there the lines no longer move, so a slow drift cannot drag its own
    alarm along.
    """
    found = lines_or_reason(points, rule)
    return found if isinstance(found, ControlLines) else None


def lines_or_reason(points: Sequence[TrendPoint], rule: ControlRule) -> ControlLines | Lacking:
    """Return the lines that `points` give, or why they give none."""
    full, least = needed(rule)
    return lines_from([point.value for point in islice(carriers(points, rule.repeats), full)], rule, least=least)


def needed(rule: ControlRule) -> tuple[int, int]:
    """Return how many points make lines full, and how many make lines at all; quantiles need 200 of them."""
    least = QUANTILE_POINTS if rule.spread is Spread.QUANTILES else 2
    return max(rule.full_points, least), max(rule.provisional_points, least)


def lines_from(values: Sequence[float], rule: ControlRule, *, least: int = 2) -> ControlLines | Lacking:
    """Return the lines that finite values in order of time give, or why they give none.

    Parameters
    ----------
    values : sequence of float (n,)
        All of them are used.
    rule : ControlRule
        How the scatter becomes lines.
    least : int
        Fewer values than this are too few; never below 2, nor below 200 for quantiles.

    Returns
    -------
    ControlLines or Lacking
        sigma is the standard deviation over c4(n), that of the logarithms
        for `LOG`, or the mean moving range over d2 for `MOVING_RANGE`.
    """
    full, fewest = needed(replace(rule, provisional_points=least))
    if len(values) < fewest:
        return Lacking.POINTS
    if min(values) == max(values) and rule.spread is not Spread.STEPS:
        return Lacking.SCATTER
    if rule.spread is Spread.LOG and min(values) <= 0:
        return Lacking.SIGN
    phase = Phase.FULL if len(values) >= full else Phase.PROVISIONAL
    centre, sigma, levels = _SPREADS[rule.spread](values, rule)
    return ControlLines(
        phase, len(values), centre, sigma, rule.control_sigma, rule.alarm_sigma, rule.spread, levels=levels
    )


Levels = tuple[float, float, float, float]
Shape = tuple[float, float, Levels | None]


def _deviation(values: Sequence[float], _: ControlRule) -> Shape:
    return mean(values), unbiased_sigma(values), None


def _moving_range(values: Sequence[float], _: ControlRule) -> Shape:
    return mean(values), moving_range_sigma(values), None


def _log(values: Sequence[float], rule: ControlRule) -> Shape:
    logarithms = [log(value) for value in values]
    centre, sigma = mean(logarithms), unbiased_sigma(logarithms)
    lal, lcl, ucl, ual = (exp(centre + multiple * sigma) for multiple in _multiples(rule))
    return exp(centre), sigma, (lal, lcl, ucl, ual)


def _quantiles(values: Sequence[float], rule: ControlRule) -> Shape:
    inside = sorted(values)
    lal, lcl, ucl, ual = (quantile(inside, NormalDist().cdf(multiple)) for multiple in _multiples(rule))
    return median(values), unbiased_sigma(values), (lal, lcl, ucl, ual)


def _steps(values: Sequence[float], rule: ControlRule) -> Shape:
    centre = median(values)
    far, near = rule.alarm_steps, rule.control_steps
    return centre, unbiased_sigma(values), (centre - far, centre - near, centre + near, centre + far)


_SPREADS: Mapping[Spread, Callable[[Sequence[float], ControlRule], Shape]] = {
    Spread.SD: _deviation,
    Spread.MOVING_RANGE: _moving_range,
    Spread.LOG: _log,
    Spread.QUANTILES: _quantiles,
    Spread.STEPS: _steps,
}


def _multiples(rule: ControlRule) -> Levels:
    return (-rule.alarm_sigma, -rule.control_sigma, rule.control_sigma, rule.alarm_sigma)


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


def unbiased_sigma(values: Sequence[float]) -> float:
    """Return the standard deviation of two or more values over c4(n): without bias for normal values."""
    return standard_deviation(values) / c4(len(values))


def moving_range_sigma(values: Sequence[float]) -> float:
    """Return sigma from the mean moving range of two or more values in order (ISO 7870-2).

    It sees the scatter from one value to the next only, so a drift within
    the baseline widens it less than it widens the standard deviation.
    """
    return mean([abs(later - earlier) for earlier, later in pairwise(values)]) / D2


def quantile(ordered: Sequence[float], share: float) -> float:
    """Return the quantile of one or more sorted values, linear between the two nearest (Hyndman & Fan 1996, type 7)."""
    place = share * (len(ordered) - 1)
    below = min(int(place), len(ordered) - 2) if len(ordered) > 1 else 0
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
