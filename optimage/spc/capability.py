# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whether a process fits into its tolerance."""

from dataclasses import dataclass
from math import inf, isinf, nan, sqrt

from optimage.messages import N_, Message

GOOD, MARGINAL = 1.33, 1.0
Z95 = 1.96


@dataclass(frozen=True, slots=True)
class Capability:
    """How often the process fits into its tolerance, and how surely that is known.

    Attributes
    ----------
    cp : float
        Width of the tolerance over six sigma; NaN for a tolerance with one side.
    cpk : float
        Distance of the mean from the nearer limit over three sigma.
    low, high : float
        95 % interval of `cpk`.
    """

    cp: float
    cpk: float
    low: float
    high: float

    @property
    def words(self) -> Message:
        """What the figure means."""
        if self.cpk >= GOOD:
            return Message(N_("the process fits well into its tolerance"))
        if self.cpk >= MARGINAL:
            return Message(N_("the process just fits into its tolerance"))
        return Message(N_("the tolerance is tighter than the process"))


def capability(mean: float, sigma: float, n: int, *, lower: float = -inf, upper: float = inf) -> Capability | None:
    """Hold a process against its tolerance.

    Parameters
    ----------
    mean, sigma : float
        Of the process, in the unit of the limits; sigma as of its control lines.
    n : int
        Values they come from.
    lower, upper : float
        Limits; infinite where the tolerance has none on that side.

    Returns
    -------
    Capability or None
        None without any limit, without scatter, and for fewer than two values.

    References
    ----------
    Montgomery, Introduction to Statistical Quality Control, chapter 8 (interval after Bissell).
    """
    if n < 2 or not sigma > 0 or (isinf(lower) and isinf(upper)):
        return None
    cp = nan if isinf(upper - lower) else (upper - lower) / (6 * sigma)
    cpk = min(upper - mean, mean - lower) / (3 * sigma)
    half = Z95 * sqrt(1 / (9 * n) + cpk**2 / (2 * (n - 1)))  # cpk times the root of methods, without a division by it
    return Capability(cp, cpk, cpk - half, cpk + half)
