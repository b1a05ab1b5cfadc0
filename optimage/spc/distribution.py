# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whether the values of a baseline scatter as control lines suppose: normally, and independently of each other."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
FEWEST = 3
MOST_SHAPIRO = 5000
ANDERSON_LIMIT = 0.752  # 5 % point of the adjusted statistic; Stephens in D'Agostino & Stephens (1986)
SIGNIFICANT = 0.05


@dataclass(frozen=True, slots=True)
class Distribution:
    """What was found about n values; NaN where there are fewer than three or all are equal.

    Attributes
    ----------
    n : int
        Values.
    shapiro_p : float
        Probability of Shapiro and Wilk for values at least as unlike normal ones; NaN above 5000 values.
    anderson : float
        Statistic of Anderson and Darling, adjusted for n; above 0.752 normality is refused at 5 %.
    skewness, excess_kurtosis : float
        Third and fourth moment about the mean over those powers of the standard deviation, the fourth less 3;
        without correction for n.
    autocorrelation : float
        Correlation of each value with the next one.
    """

    n: int
    shapiro_p: float = nan
    anderson: float = nan
    skewness: float = nan
    excess_kurtosis: float = nan
    autocorrelation: float = nan

    @property
    def is_normal(self) -> bool:
        """Neither test refuses a normal distribution at 5 %; True also where neither could be made."""
        return not (self.shapiro_p < SIGNIFICANT or self.anderson > ANDERSON_LIMIT)

    @property
    def autocorrelation_bound(self) -> float:
        """What |autocorrelation| of independent values exceeds in about 5 % of cases: 2 / sqrt(n)."""
        return 2 / sqrt(self.n) if self.n else nan

    @property
    def is_independent(self) -> bool:
        """Whether the autocorrelation stays within its bound; beyond it lines lie too close, and alarms are false."""
        return not abs(self.autocorrelation) > self.autocorrelation_bound


def distribution(values: ArrayLike) -> Distribution:
    """Check finite values in order of time (n,); NaN and infinities are left out."""
    x = np.asarray(values, dtype=float)
    x = x[np.isfinite(x)]
    if len(x) < FEWEST or x.min() == x.max():
        return Distribution(len(x))
    from scipy.stats import shapiro

    z = (x - x.mean()) / x.std()
    p = float(shapiro(x).pvalue) if len(x) <= MOST_SHAPIRO else nan
    return Distribution(
        len(x), p, anderson_darling(x), float((z**3).mean()), float((z**4).mean()) - 3, lag_one_autocorrelation(x)
    )


def anderson_darling(values: FloatArray) -> float:
    """Return A*2 for normal values with estimated mean and deviation: A2 (1 + 0.75 / n + 2.25 / n2)."""
    from scipy.special import log_ndtr

    n = len(values)
    z = np.sort((values - values.mean()) / values.std(ddof=1))
    weights = 2 * np.arange(1, n + 1) - 1
    squared = -n - float((weights * (log_ndtr(z) + log_ndtr(-z[::-1]))).sum()) / n
    return squared * (1 + 0.75 / n + 2.25 / n**2)


def lag_one_autocorrelation(values: FloatArray) -> float:
    """Return the sum of products of neighbours about the mean, over the sum of squares."""
    d = values - values.mean()
    return float((d[1:] * d[:-1]).sum() / (d * d).sum())
