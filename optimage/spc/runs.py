# SPDX-License-Identifier: LGPL-3.0-or-later
"""Counting within runs: how many in a row, how many of the last few, and when something becomes true."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]


def beginnings(days: Sequence[int] | IntArray, longest_gap: float) -> BoolArray:
    """Tell which points begin a run: the first, and each after a pause longer than `longest_gap` median intervals.

    Parameters
    ----------
    days : int array (n,)
        Day of each point, in order.
    longest_gap : float
        In median intervals between days with a point; repeats of a day are no interval.
    """
    known: IntArray = np.asarray(days, dtype=np.intp)
    steps: IntArray = known[1:] - known[:-1]
    between = steps[steps > 0]
    first = np.ones(min(len(days), 1), dtype=bool)
    if not len(between):
        return np.append(first, np.zeros(len(steps), dtype=bool))
    return np.append(first, steps > longest_gap * _median(between))


def ages(fresh: BoolArray) -> IntArray:
    """Return how many points of its run came before each point, where `fresh` marks the first point of each run."""
    places = np.arange(len(fresh))
    return places - np.maximum.accumulate(np.where(fresh, places, 0))


def in_a_row(flags: BoolArray, age: IntArray) -> IntArray:
    """Return how many points up to and including each one are true without a pause, within its run."""
    places = np.arange(len(flags))
    since_false = places - np.maximum.accumulate(np.where(flags, -1, places))
    return np.minimum(since_false, age + 1)


def of_the_last(flags: BoolArray, window: int, age: IntArray) -> IntArray:
    """Return how many of the last `window` points are true, within the run of each point."""
    sums = np.zeros(len(flags) + 1, dtype=np.intp)
    np.cumsum(flags, out=sums[1:])
    starts = np.arange(1, len(sums)) - np.minimum(window, age + 1)
    counts: IntArray = sums[1:] - sums[starts]
    return counts


def becoming(truth: BoolArray, age: IntArray) -> IntArray:
    """Return the places where `truth` is true and was not one point earlier in the same run."""
    begins = truth.copy()
    begins[1:] &= ~truth[:-1] | (age[1:] == 0)
    return begins.nonzero()[0]


def _median(values: IntArray) -> float:
    middle = len(values) // 2
    if len(values) % 2:
        return float(np.partition(values, middle)[middle])
    low, high = np.partition(values, (middle - 1, middle))[middle - 1 : middle + 1]
    return float(low + high) / 2
