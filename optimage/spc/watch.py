# SPDX-License-Identifier: LGPL-3.0-or-later
"""The newest point of a trend against everything before it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from optimage.model.baseline import Baseline
from optimage.model.control import ControlLines, Signal, TrendPoint
from optimage.model.control_rule import ControlRule, Repeats
from optimage.spc.rules import RuleHit
from optimage.spc.segments import in_use, segment_hits, segment_of, tested
from optimage.spc.trend import ordered


@dataclass(frozen=True, slots=True)
class Watched:
    """The lines that the newest point was held against, and the signals it raised."""

    lines: ControlLines | None
    signals: tuple[Signal, ...]


def watch(
    points: Iterable[TrendPoint],
    rule: ControlRule,
    baselines: Iterable[Baseline] = (),
    borders: Iterable[datetime] = (),
    key: str = "",
) -> tuple[Signal, ...]:
    """Return the new signals of the last point (see `watched`)."""
    return watched(points, rule, baselines, borders, key).signals


def watched(
    points: Iterable[TrendPoint],
    rule: ControlRule,
    baselines: Iterable[Baseline] = (),
    borders: Iterable[datetime] = (),
    key: str = "",
) -> Watched:
    """Hold the last point of a trend against the lines that hold for it.

    Parameters
    ----------
    points : iterable of TrendPoint
        The trend up to the judged point, which is the last in time; leave out what is acquired after it.
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
    line = ordered(points)
    if not line:
        return Watched(None, ())
    last = line[-1]
    frozen = in_use(baselines)
    start = max((time for time in (*frozen, *borders) if time <= last.at), default=None)
    recent = line if start is None else tuple(point for point in line if point.at >= start)
    baseline = frozen.get(start) if start is not None else None
    segment = replace(segment_of(recent[:-1], rule, baseline), points=recent)
    if segment.lines is None or not last.counts:
        return Watched(segment.lines, ())
    hits = segment_hits(segment, rule, since=len(recent) - 1)
    value = float(tested(segment, rule).values[-1]) if hits and rule.repeats is Repeats.MEAN else last.value
    blank = Signal("", key, value, segment.lines, last.result_id)
    return Watched(segment.lines, tuple(_signal(blank, hit, recent) for hit in hits))


def _signal(blank: Signal, hit: RuleHit, points: tuple[TrendPoint, ...]) -> Signal:
    involved = [points[place] for place in hit.involved]
    return replace(blank, rule=hit.rule, points=tuple(point.result_id for point in involved), since=involved[0].at)
