# SPDX-License-Identifier: LGPL-3.0-or-later
"""The order of a trend, and what came before a point.

Values of another method, unit or item never meet here: they have a
`TrendKey` of their own, so a change of method starts a new trend by itself.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from math import isfinite
from operator import attrgetter, lt

from optimage.model.control import TrendPoint
from optimage.model.tolerance import Verdict

_moment = attrgetter("at", "result_id")


def ordered(points: Iterable[TrendPoint]) -> tuple[TrendPoint, ...]:
    """Return `points` by time of acquisition; equal times in the order they were stored."""
    given = tuple(points)
    times = [point.at for point in given]
    if all(map(lt, times, islice(times, 1, None))):
        return given
    return tuple(sorted(given, key=_moment))


def previous(points: Iterable[TrendPoint], point: TrendPoint) -> tuple[TrendPoint, ...]:
    """Return, in order, the points that lie before `point`; `point` itself is never among them."""
    moment: tuple[datetime, int] = _moment(point)
    return tuple(other for other in ordered(points) if _moment(other) < moment)


def is_tested(point: TrendPoint) -> bool:
    """Tell whether rules look at a point: excluded and rejected ones and values that are no number are passed over."""
    return point.counts and isfinite(point.value)


def carries_lines(point: TrendPoint) -> bool:
    """Tell whether a point may be part of a baseline.

    Excluded and rejected points and values that are no number never count; a
    value that failed its tolerance counts only where a person accepted it,
    since a defect must not widen the lines that are to show the next one.
    """
    return is_tested(point) and (point.judgement.verdict is not Verdict.FAIL or point.accepted)
