# SPDX-License-Identifier: LGPL-3.0-or-later
"""How control lines come out of a history, and which rules watch new points."""

from dataclasses import dataclass
from enum import StrEnum


class Spread(StrEnum):
    """How the scatter of a baseline becomes lines."""

    SD = "sd"
    """Standard deviation over c4(n)."""
    MOVING_RANGE = "moving_range"
    """Mean moving range over d2(2): a slow drift within the baseline widens it less."""
    LOG = "log"
    """Standard deviation of the logarithms: for positive, skewed values such as a maximum deviation."""
    QUANTILES = "quantiles"
    """Empirical quantiles of the baseline: for anything else that is skewed; needs 200 points."""
    STEPS = "steps"
    """A number of steps about the median: for counts and scores."""


class Repeats(StrEnum):
    """What several results of one day are to a chart."""

    LAST = "last"
    """The last one that counts stands for the day."""
    MEAN = "mean"
    """The mean of those that count stands for the day."""
    ALL = "all"
    """Each stands for itself."""


RULES = ("R1", "R1w", "WE2", "WE3", "WE4", "N2", "N3", "N4", "N7", "N8", "EWMA", "CUSUM")
"""Ids of all rules; what each means is told by `optimage.spc`."""
DEFAULT_RULES = ("R1", "R1w", "WE2", "WE4", "N3")


@dataclass(frozen=True, slots=True)
class ControlRule:
    """Everything about the statistics of one measurement that a profile may set.

    Attributes
    ----------
    control_sigma, alarm_sigma : float
        Control and alarm lines, in standard deviations of the process.
    provisional_points, full_points : int
        How many points make lines at all, and lines that no longer move.
    spread : Spread
        How the scatter of the baseline becomes lines.
    rules : tuple of str
        Rules that raise signals, by their ids.
    control_steps, alarm_steps : float
        Distance of the lines from the median, in the unit of the value, where `spread` is `STEPS`.
    ewma_weight, ewma_limit : float
        Weight of a new point in the exponentially weighted mean, and its limits in standard deviations of that mean.
    cusum_slack, cusum_limit : float
        Allowance k and decision limit h of the cumulative sums, in standard deviations of the process.
    moving_average : int
        Points in the window of the moving average, odd.
    repeats : Repeats
        What several results of one day are to the chart.
    longest_gap : float
        Run rules begin anew after a pause of more than so many median intervals.
    """

    control_sigma: float = 2.0
    alarm_sigma: float = 3.0
    provisional_points: int = 10
    full_points: int = 30
    spread: Spread = Spread.SD
    rules: tuple[str, ...] = DEFAULT_RULES
    control_steps: float = 1.0
    alarm_steps: float = 2.0
    ewma_weight: float = 0.2
    ewma_limit: float = 2.7
    cusum_slack: float = 0.5
    cusum_limit: float = 4.77
    moving_average: int = 5
    repeats: Repeats = Repeats.LAST
    longest_gap: float = 3.0
