# SPDX-License-Identifier: LGPL-3.0-or-later
"""A straight line through a trend that single bad points do not bend, and when it reaches a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import erfc, inf, sqrt

import numpy as np
from numpy.typing import NDArray

YEAR = timedelta(days=365.25)
FARTHEST_YEARS = 10.0
SIGNIFICANT = 0.05
FEWEST = 3
AT_ONCE = 512  # points whose pairs are reckoned by matrices
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Slope:
    """The line of Theil and Sen.

    Attributes
    ----------
    per_year : float
        Median of the slopes between all pairs of points, in units of the value a year (365.25 days).
    p : float
        Two-sided probability of Mann and Kendall for such an order by chance.
    n : int
        Points.
    since, until : datetime
        Time of the first and of the last point.
    first : float
        Height of the line at `since`.
    """

    per_year: float
    p: float
    n: int
    since: datetime
    until: datetime
    first: float

    def at(self, time: datetime) -> float:
        """Return the height of the line at `time`."""
        return self.first + self.per_year * ((time - self.since) / YEAR)

    def reaches(self, lower: float = -inf, upper: float = inf) -> datetime | None:
        """Return when the line reaches the limit that it runs towards.

        None where it is level or beyond that limit already, where p exceeds
        0.05, and where it takes more than ten years from the last point on.
        """
        if not self.per_year or not self.p <= SIGNIFICANT:
            return None
        now = self.at(self.until)
        years = ((upper if self.per_year > 0 else lower) - now) / self.per_year
        return self.until + years * YEAR if 0 < years <= FARTHEST_YEARS else None


def slope(times: Sequence[datetime], values: Sequence[float]) -> Slope | None:
    """Return the line through finite values in order of time.

    Parameters
    ----------
    times : sequence of datetime (n,)
        All with a time zone, or none of them; pairs of equal time say nothing.
    values : sequence of float (n,)
        Finite.

    Returns
    -------
    Slope or None
        None for fewer than three points, and where all have the same time.

    Notes
    -----
    It looks at all pairs: n (n - 1) / 2 numbers at once, 100 MB for 5000 points.

    References
    ----------
    Sen, J. Am. Stat. Assoc. 63 (1968) 1379. Gilbert, Statistical Methods for
    Environmental Pollution Monitoring (1987), chapter 16: normal
    approximation with correction for ties and for continuity.
    """
    if len(values) < FEWEST or times[0] == times[-1]:
        return None
    years = np.array([(time - times[0]) / YEAR for time in times])
    heights = np.asarray(values, dtype=float)
    slopes, score = _pairs(years, heights)
    if not len(slopes):
        return None
    per_year = float(np.median(slopes))
    first = float(np.median(heights - per_year * years))
    return Slope(per_year, _probability(score, heights), len(heights), times[0], times[-1], first)


def _pairs(years: FloatArray, heights: FloatArray) -> tuple[FloatArray, int]:
    """Return the slopes of all pairs apart in time, and how many more of them rise than fall."""
    if len(years) <= AT_ONCE:
        return _all_pairs(years, heights)
    slopes = []
    score = 0
    for i in range(len(years) - 1):
        apart = years[i + 1 :] - years[i]
        rise = (heights[i + 1 :] - heights[i])[apart > 0]
        slopes.append(rise / apart[apart > 0])
        score += int(np.sign(rise).sum())
    return np.concatenate(slopes), score


def _all_pairs(years: FloatArray, heights: FloatArray) -> tuple[FloatArray, int]:
    """Return the same by matrices: for a year of days in a fifth of the time, for more in too much memory."""
    later = np.triu(np.ones((len(years), len(years)), dtype=bool), k=1)
    apart = (years - years[:, None])[later]
    rise = (heights - heights[:, None])[later]
    counted = apart > 0
    return rise[counted] / apart[counted], int(np.sign(rise[counted]).sum())


def _probability(score: int, heights: FloatArray) -> float:
    n = len(heights)
    ties = np.unique(heights, return_counts=True)[1]
    variance = (n * (n - 1) * (2 * n + 5) - int((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    return erfc(max(abs(score) - 1, 0) / sqrt(variance) / sqrt(2)) if variance > 0 else 1.0
