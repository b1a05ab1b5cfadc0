# SPDX-License-Identifier: LGPL-3.0-or-later
"""How far the next good value may lie from the mean of a few: prediction intervals that few values can carry.

The standard deviation of five values is uncertain by a third. The standard
uncertainty that a module states with every result is a second, independent
view of the same scatter, though it knows nothing of what changes from day
to day. Both are pooled, and the stated one is a lower bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from statistics import fmean, stdev

STATED_DOF = 4  # the stated uncertainty counts as much as the scatter of five acquisitions
WARNING_LEVEL = 0.98  # share of good results inside the warning limits if both views agree
FAIL_LEVEL = 0.9973


@dataclass(frozen=True, slots=True)
class Spread:
    """What a few acquisitions say of one measurement.

    Attributes
    ----------
    n, mean, s : int, float, float
        Acquisitions, their mean and standard deviation (one degree of freedom less; 0 for n = 1).
    sigma, dof : float, int
        Estimate for a single result with its degrees of freedom; sigma is 0
        where nothing can be said.
    """

    n: int
    mean: float
    s: float
    sigma: float
    dof: int

    @property
    def widths(self) -> tuple[float, float]:
        """Half widths of the warning and the fail band about `mean`."""
        return self._width(WARNING_LEVEL), self._width(FAIL_LEVEL)

    def _width(self, level: float) -> float:
        """Return the half width of the interval for one future value, Student's t times sigma times √(1 + 1/n)."""
        from scipy.special import stdtrit

        return float(stdtrit(self.dof, (1 + level) / 2)) * self.sigma * sqrt(1 + 1 / self.n)


def spread_of(values: Sequence[float], uncertainties: Sequence[float], *, resolution: float) -> Spread:
    """Estimate the scatter of a single result.

    Parameters
    ----------
    values : sequence of float
        One or more, finite.
    uncertainties : sequence of float
        Stated standard uncertainties (k = 1) of the same results; NaN where unknown.
    resolution : float
        Last digit that people see, in the unit of the values; where there is
        any scatter, sigma is not smaller.

    Notes
    -----
    With s from n values and u the root mean square of the uncertainties,
    σ² = ((n - 1)·s² + 4·u²) / (n + 3) with n + 3 degrees of freedom, and
    σ ≥ u. Without u, σ = s with n - 1.
    """
    n, mean = len(values), fmean(values)
    s = stdev(values) if n > 1 else 0.0
    stated = [u for u in uncertainties if isfinite(u) and u > 0]
    if stated:
        u2 = fmean(u * u for u in stated)
        dof = n - 1 + STATED_DOF
        sigma = sqrt(max(((n - 1) * s**2 + STATED_DOF * u2) / dof, u2))
    else:
        dof, sigma = n - 1, s
    return Spread(n, mean, s, max(sigma, resolution) if sigma else 0.0, dof)
