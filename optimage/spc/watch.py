# SPDX-License-Identifier: LGPL-3.0-or-later
"""The newest point of a trend against everything before it."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from optimage.model.baseline import Baseline
from optimage.model.control import ControlLines, Signal, TrendPoint
from optimage.model.control_rule import ControlRule, Repeats
from optimage.spc.rules import RuleHit
from optimage.spc.segments import in_use, segment_hits, segment_of, tested


@dataclass(frozen=True, slots=True)
class Watched:
    """The lines that the newest point was held against, and the signals it raised."""

    lines: ControlLines | None
    signals: tuple[Signal, ...]


def watched(
    points: Sequence[TrendPoint],
    rule: ControlRule,
    baselines: Iterable[Baseline] = (),
    borders: Iterable[datetime] = (),
    key: str = "",
) -> Watched:
    """Hold the last point of a trend against the lines that hold for it.

    Parameters
    ----------
    points : sequence of TrendPoint
        The trend, `ordered`, up to the judged point; leave out what is acquired after it.
    rule : ControlRule
        Spread, rules and their numbers.
    baselines, borders
        As for `segments`.
    key : str
        The measurement, told in the signals.

    Returns
    -------
    Watched
        Lines that no baseline fixes come from the points before the judged
        one alone, so that it cannot widen them. No signals without lines,
        for a point that does not count, and for one of a frozen baseline.
    """
    if not points:
        return Watched(None, ())
    last = points[-1]
    frozen = in_use(baselines)
    start = max((time for time in (*frozen, *borders) if time <= last.at), default=None)
    recent = tuple(points[bisect_left(points, start, key=attrgetter("at")) if start else 0 :])
    baseline = frozen.get(start) if start else None
    segment = segment_of(recent, rule, baseline, judged=1)
    if segment.lines is None or not last.counts:
        return Watched(segment.lines, ())
    hits = segment_hits(segment, rule, since=len(recent) - 1)
    value = float(tested(segment, rule).values[-1]) if hits and rule.repeats is Repeats.MEAN else last.value
    blank = Signal("", key, value, segment.lines, last.result_id)
    return Watched(segment.lines, tuple(_signal(blank, hit, recent) for hit in hits))


def _signal(blank: Signal, hit: RuleHit, points: tuple[TrendPoint, ...]) -> Signal:
    involved = [points[place] for place in hit.involved]
    return replace(blank, rule=hit.rule, points=tuple(point.result_id for point in involved), since=involved[0].at)
