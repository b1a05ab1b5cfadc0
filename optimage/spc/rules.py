# SPDX-License-Identifier: LGPL-3.0-or-later
"""The rules that make a signal of a series: Western Electric, Nelson, EWMA and CUSUM.

Each looks at z, the distance from the centre line in sigma, and speaks once:
when it becomes true. Comparisons are strict, so a point on a line is inside.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimage.model.control_rule import ControlRule
from optimage.spc.cusum import cusum
from optimage.spc.ewma import ewma
from optimage.spc.runs import BoolArray, IntArray, ages, becoming, in_a_row, of_the_last

FloatArray = NDArray[np.float64]
Involved = Callable[[int], Sequence[int]]
Found = Iterable[tuple[IntArray, Involved]]
"""Where a rule becomes true, and which points it speaks of at each such place."""


REACH = 32  # points before a hit that decide about it, of any rule without a memory: fifteen and the one before


class RuleHit(NamedTuple):
    """A rule became true: at which point, and which points it speaks of (places in the series, the earliest first)."""

    rule: str
    at: int
    involved: tuple[int, ...]


def rule_hits(
    z: ArrayLike, rule: ControlRule, fresh: BoolArray | None = None, *, since: int = 0
) -> tuple[RuleHit, ...]:
    """Return where each rule of `rule.rules` becomes true.

    Parameters
    ----------
    z : array_like (n,)
        Standardised values in order of time. NaN is beyond nothing and on no side, and breaks what has to be in a row.
    rule : ControlRule
        Which rules, and their numbers.
    fresh : bool array (n,), optional
        Where run rules begin anew (see `beginnings`). EWMA and CUSUM run on: they have no reach to break.
    since : int
        Only hits at this place and later are told; the points before still count.

    Returns
    -------
    tuple of RuleHit
        In order of time. Where a point is outside the alarm lines (R1), that it
        is outside the control lines too (R1w) is not told beside it.
    """
    x = np.asarray(z, dtype=float)
    begins = np.arange(len(x)) == 0 if fresh is None else fresh
    near = max(0, since - REACH)
    short = _hits(x[near:], begins[near:], rule, _SHORT, since - near)
    hits = [*(_moved(hit, near) for hit in short), *_hits(x, begins, rule, _LONG, since)]
    alarms = {hit.at for hit in hits if hit.rule == "R1"}
    told = (hit for hit in hits if hit.rule != "R1w" or hit.at not in alarms)
    return tuple(sorted(told, key=attrgetter("at")))


def remembers(rule: ControlRule) -> bool:
    """Tell whether a rule of `rule.rules` looks back to the beginning: a weighted mean or cumulative sums."""
    return not _LONG.keys().isdisjoint(rule.rules)


def _hits(z: FloatArray, fresh: BoolArray, rule: ControlRule, known: "Rules", since: int) -> Iterator[RuleHit]:
    """Yield the hits, from `since` on, of those rules that are known."""
    age = ages(fresh)
    for name in rule.rules:
        for places, involved in known[name](z, age, rule) if name in known and len(z) else ():
            for at in places[np.searchsorted(places, since) :].tolist():
                yield RuleHit(name, at, tuple(involved(at)))


def _moved(hit: RuleHit, by: int) -> RuleHit:
    return RuleHit(hit.rule, hit.at + by, tuple(place + by for place in hit.involved)) if by else hit


def _alone(at: int) -> tuple[int]:
    return (at,)


def _outside_alarm(z: FloatArray, _: IntArray, rule: ControlRule) -> Found:
    return [(np.flatnonzero(np.abs(z) > rule.alarm_sigma), _alone)]


def _outside_control(z: FloatArray, _: IntArray, rule: ControlRule) -> Found:
    return [(np.flatnonzero(np.abs(z) > rule.control_sigma), _alone)]


def _some_beyond(least: int, window: int, distance: float) -> "Rule":
    """`least` of `window` points in a row lie beyond `distance` on the same side."""

    def found(z: FloatArray, age: IntArray, _: ControlRule) -> Found:
        for beyond in (z > distance, z < -distance):

            def involved(at: int, beyond: BoolArray = beyond) -> Sequence[int]:
                start = at - min(window - 1, int(age[at]))
                return [place for place in range(start, at + 1) if beyond[place]]

            yield becoming(of_the_last(beyond, window, age) >= least, age), involved

    return found


def _in_a_row(flags: BoolArray, age: IntArray, count: int, points: int | None = None) -> Found:
    """Yield where `flags` are true `count` times in a row; the rule speaks of `points` points."""
    return [(np.flatnonzero(in_a_row(flags, age) == count), _last(points or count))]


def _last(points: int) -> Involved:
    return lambda at: range(at - points + 1, at + 1)


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
    return [(becoming(far & mixed, age), _last(8))]


def _steps(z: FloatArray, age: IntArray) -> FloatArray:
    """Return the sign of the step that leads to each point; 0 for the first of a run and beside what is no number."""
    earlier, later = z[:-1], z[1:]
    signs = (later > earlier).astype(float) - (later < earlier)
    return np.where(age > 0, np.append(0.0, signs), 0.0)


def _ewma(z: FloatArray, _: IntArray, rule: ControlRule) -> Found:
    series = ewma(z, weight=rule.ewma_weight, limit=rule.ewma_limit)
    for sign in (1.0, -1.0):
        level = sign * series.mean
        yield _since_zero(level > series.limit, level > 0)


def _cusum(z: FloatArray, _: IntArray, rule: ControlRule) -> Found:
    sums = cusum(z, slack=rule.cusum_slack)
    for one in (sums.upper, sums.lower):
        yield _since_zero(one > rule.cusum_limit, one > 0)


def _since_zero(truth: BoolArray, positive: BoolArray) -> tuple[IntArray, Involved]:
    """Return where `truth` becomes true, with the points since the statistic was last at zero or below."""

    def involved(at: int) -> Sequence[int]:
        rest = np.flatnonzero(~positive[: at + 1])
        return range(int(rest[-1]) + 1 if len(rest) else 0, at + 1)

    return becoming(truth, np.arange(len(truth))), involved


Rule = Callable[[FloatArray, IntArray, ControlRule], Found]
Rules = Mapping[str, Rule]

_SHORT: Rules = {
    "R1": _outside_alarm,
    "R1w": _outside_control,
    "WE2": _some_beyond(2, 3, 2.0),
    "WE3": _some_beyond(4, 5, 1.0),
    "WE4": _one_side(8),
    "N2": _one_side(9),
    "N3": _trend,
    "N4": _alternating,
    "N7": _near_centre,
    "N8": _both_sides,
}
_LONG: Rules = {"EWMA": _ewma, "CUSUM": _cusum}
