# SPDX-License-Identifier: LGPL-3.0-or-later
"""The rules that make a signal of a series: Western Electric, Nelson, EWMA and CUSUM.

Each looks at z, the distance from the centre line in sigma, and speaks once:
when it becomes true. Comparisons are strict, so a point on a line is inside.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimage.model.control_rule import ControlRule
from optimage.spc.cusum import cusum
from optimage.spc.ewma import ewma
from optimage.spc.runs import BoolArray, IntArray, ages, becoming, in_a_row, of_the_last

FloatArray = NDArray[np.float64]
Found = Iterator[tuple[int, tuple[int, ...]]]


@dataclass(frozen=True, slots=True)
class RuleHit:
    """A rule became true: at which point, and which points it speaks of (places in the series, the earliest first)."""

    rule: str
    at: int
    involved: tuple[int, ...]


def rule_hits(z: ArrayLike, rule: ControlRule, fresh: BoolArray | None = None) -> tuple[RuleHit, ...]:
    """Return where each rule of `rule.rules` becomes true.

    Parameters
    ----------
    z : array_like (n,)
        Standardised values in order of time. NaN is beyond nothing and on no side, and breaks what has to be in a row.
    rule : ControlRule
        Which rules, and their numbers.
    fresh : bool array (n,), optional
        Where run rules begin anew (see `beginnings`). EWMA and CUSUM run on: they have no reach to break.

    Returns
    -------
    tuple of RuleHit
        In order of time. Where a point is outside the alarm lines (R1), that it
        is outside the control lines too (R1w) is not told beside it.
    """
    x = np.asarray(z, dtype=float)
    if not len(x):
        return ()
    age = ages(np.arange(len(x)) == 0 if fresh is None else fresh)
    hits = [RuleHit(name, at, involved) for name in rule.rules for at, involved in _RULES[name](x, age, rule)]
    alarms = {hit.at for hit in hits if hit.rule == "R1"}
    told = (hit for hit in hits if hit.rule != "R1w" or hit.at not in alarms)
    return tuple(sorted(told, key=lambda hit: hit.at))


def _outside_alarm(z: FloatArray, _: IntArray, rule: ControlRule) -> Found:
    return ((at, (at,)) for at in np.flatnonzero(np.abs(z) > rule.alarm_sigma).tolist())


def _outside_control(z: FloatArray, _: IntArray, rule: ControlRule) -> Found:
    return ((at, (at,)) for at in np.flatnonzero(np.abs(z) > rule.control_sigma).tolist())


def _some_beyond(z: FloatArray, age: IntArray, least: int, window: int, distance: float) -> Found:
    """`least` of `window` points in a row lie beyond `distance` on the same side."""
    for beyond in (z > distance, z < -distance):
        for at in becoming(of_the_last(beyond, window, age) >= least, age).tolist():
            start = at - min(window - 1, int(age[at]))
            yield at, tuple((start + np.flatnonzero(beyond[start : at + 1])).tolist())


def _two_of_three(z: FloatArray, age: IntArray, _: ControlRule) -> Found:
    return _some_beyond(z, age, 2, 3, 2.0)


def _four_of_five(z: FloatArray, age: IntArray, _: ControlRule) -> Found:
    return _some_beyond(z, age, 4, 5, 1.0)


def _in_a_row(flags: BoolArray, age: IntArray, count: int, points: int | None = None) -> Found:
    """Yield where `flags` are true `count` times in a row; the rule speaks of `points` points."""
    span = points or count
    for at in np.flatnonzero(in_a_row(flags, age) == count).tolist():
        yield at, tuple(range(at - span + 1, at + 1))


def _one_side(count: int) -> "Rule":
    def found(z: FloatArray, age: IntArray, _: ControlRule) -> Found:
        yield from _in_a_row(z > 0, age, count)
        yield from _in_a_row(z < 0, age, count)

    return found


def _trend(z: FloatArray, age: IntArray, _: ControlRule) -> Found:
    """Six points steadily rising or falling are five steps."""
    steps = _steps(z, age)
    yield from _in_a_row(steps > 0, age, 5, 6)
    yield from _in_a_row(steps < 0, age, 5, 6)


def _alternating(z: FloatArray, age: IntArray, _: ControlRule) -> Found:
    """Fourteen points up and down in turn are thirteen steps, twelve of them against the one before."""
    steps = _steps(z, age)
    turns = np.append(False, steps[1:] * steps[:-1] < 0) & (age > 1)
    return _in_a_row(turns, age, 12, 14)


def _near_centre(z: FloatArray, age: IntArray, _: ControlRule) -> Found:
    return _in_a_row(np.abs(z) < 1, age, 15)


def _both_sides(z: FloatArray, age: IntArray, _: ControlRule) -> Found:
    """Eight in a row have none within one sigma, and lie on both sides: on one side it is another rule."""
    far = in_a_row(np.abs(z) > 1, age) >= 8
    mixed = (of_the_last(z > 0, 8, age) > 0) & (of_the_last(z < 0, 8, age) > 0)
    return ((at, tuple(range(at - 7, at + 1))) for at in becoming(far & mixed, age).tolist())


def _steps(z: FloatArray, age: IntArray) -> FloatArray:
    """Return the sign of the step that leads to each point; 0 for the first of a run."""
    finite = np.where(np.isinf(z), np.sign(z) * np.finfo(float).max, z)
    signs = np.sign(finite[1:] / 2 - finite[:-1] / 2)
    return np.where(age > 0, np.append(0.0, signs), 0.0)


def _ewma(z: FloatArray, _: IntArray, rule: ControlRule) -> Found:
    series = ewma(z, weight=rule.ewma_weight, limit=rule.ewma_limit)
    for sign in (1.0, -1.0):
        level = sign * series.mean
        yield from _since_zero(level > series.limit, level > 0)


def _cusum(z: FloatArray, _: IntArray, rule: ControlRule) -> Found:
    sums = cusum(z, slack=rule.cusum_slack)
    for one in (sums.upper, sums.lower):
        yield from _since_zero(one > rule.cusum_limit, one > 0)


def _since_zero(truth: BoolArray, positive: BoolArray) -> Found:
    """Yield where `truth` becomes true, with the points since the statistic was last at zero or below."""
    whole = np.arange(len(truth))
    for at in becoming(truth, whole).tolist():
        rest = np.flatnonzero(~positive[: at + 1])
        yield at, tuple(range(int(rest[-1]) + 1 if len(rest) else 0, at + 1))


Rule = Callable[[FloatArray, IntArray, ControlRule], Found]

_RULES: Mapping[str, Rule] = {
    "R1": _outside_alarm,
    "R1w": _outside_control,
    "WE2": _two_of_three,
    "WE3": _four_of_five,
    "WE4": _one_side(8),
    "N2": _one_side(9),
    "N3": _trend,
    "N4": _alternating,
    "N7": _near_centre,
    "N8": _both_sides,
    "EWMA": _ewma,
    "CUSUM": _cusum,
}
