# SPDX-License-Identifier: LGPL-3.0-or-later
"""What several results of one day are to the statistics."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from math import fsum, nan
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from optimage.model.control import TrendPoint
from optimage.model.control_rule import Repeats
from optimage.spc.trend import carries_lines, is_tested

_at: Callable[[TrendPoint], datetime] = itemgetter(TrendPoint._fields.index("at"))  # `point.at` for thousands at once


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The values of a trend that statistics see, in order of time.

    Attributes
    ----------
    places : int array (n,)
        Where among all points of the trend each value belongs; for a mean, the place of the last result of its day.
    values : float array (n,)
        The values, all finite.
    days : int array (n,)
        Day of each as `date.toordinal`, in the time zone that its point carries.
    """

    places: NDArray[np.intp]
    values: NDArray[np.float64]
    days: NDArray[np.intp]

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self.places)

    def taken(self, which: NDArray[np.bool_]) -> "Series":
        """Return the values for which `which` is true."""
        return Series(self.places[which], self.values[which], self.days[which])


def collapse(points: Sequence[TrendPoint], repeats: Repeats = Repeats.LAST) -> Series:
    """Return what the rules test: points that count, with the repeats of one day made one.

    Parameters
    ----------
    points : sequence of TrendPoint
        In order of time (see `ordered`).
    repeats : Repeats
        The last of a day that counts, the mean of those that count, or all.
    """
    values = np.array([point.value if point.counts else nan for point in points], dtype=float)
    days = days_of(points)
    places = np.flatnonzero(np.isfinite(values))
    whole = Series(places, values[places], days[places])
    if repeats is Repeats.ALL or not len(places):
        return whole
    changes = whole.days[1:] != whole.days[:-1]
    last = whole.taken(np.append(changes, True))
    if repeats is Repeats.LAST or len(last) == len(whole):
        return last
    starts = np.flatnonzero(np.append(True, changes))
    sizes = np.diff(np.append(starts, len(whole)))
    return Series(last.places, np.add.reduceat(whole.values, starts) / sizes, last.days)


def days_of(points: Sequence[TrendPoint]) -> NDArray[np.intp]:
    """Return the day of each point (n,) as `date.toordinal`, in the time zone that the point carries."""
    return np.fromiter(map(datetime.toordinal, map(_at, points)), np.intp, len(points))


def carriers(points: Iterable[TrendPoint], repeats: Repeats = Repeats.LAST) -> Iterator[TrendPoint]:
    """Yield one point a day that may carry lines; the mean of a day is the last of its points with that value.

    The mean of a day may carry lines only if every result in it that counts may.
    """
    for _, day in groupby(points, key=lambda point: point.at.toordinal()):
        counted = [point for point in day if is_tested(point)]
        if repeats is Repeats.ALL:
            yield from (point for point in counted if carries_lines(point))
        elif repeats is Repeats.LAST and counted and carries_lines(counted[-1]):
            yield counted[-1]
        elif repeats is Repeats.MEAN and counted and all(map(carries_lines, counted)):
            yield counted[-1]._replace(value=fsum(point.value for point in counted) / len(counted))
