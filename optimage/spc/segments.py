# SPDX-License-Identifier: LGPL-3.0-or-later
"""Stretches of a trend that have lines of their own."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, pairwise
from operator import attrgetter

import numpy as np

from optimage.model.baseline import Baseline
from optimage.model.control import ControlLines, TrendPoint
from optimage.model.control_rule import ControlRule
from optimage.spc.limits import Lacking, lines_from, needed
from optimage.spc.repeats import Series, carriers, collapse, days_of
from optimage.spc.rules import REACH, RuleHit, remembers, rule_hits
from optimage.spc.runs import beginnings
from optimage.spc.standardise import standardised
from optimage.spc.trend import ordered


@dataclass(frozen=True, slots=True)
class Segment:
    """Points between two borders.

    Attributes
    ----------
    points : tuple of TrendPoint
        All of them in order of time, also those that do not count.
    lines : ControlLines or None
        Lines of the frozen baseline that begins here, else those that the first points give.
    baseline : Baseline or None
        The frozen baseline.
    carriers : frozenset of int
        Results that carry the lines, by their number.
    lacking : Lacking or None
        Why there are no lines.
    """

    points: tuple[TrendPoint, ...]
    lines: ControlLines | None
    baseline: Baseline | None = None
    carriers: frozenset[int] = frozenset()
    lacking: Lacking | None = None


def segments(
    points: Iterable[TrendPoint],
    rule: ControlRule,
    baselines: Iterable[Baseline] = (),
    borders: Iterable[datetime] = (),
) -> tuple[Segment, ...]:
    """Cut a trend at its borders and give each stretch its lines.

    Parameters
    ----------
    points : iterable of TrendPoint
        One trend, in any order.
    rule : ControlRule
        How lines come about where no baseline is frozen.
    baselines : iterable of Baseline
        Frozen baselines of this trend. Each begins a segment at its `valid_from`; a released one is passed over.
        Of two that begin at the same time the one frozen later holds.
    borders : iterable of datetime
        Other times at which statistics begin anew: service events, revisions that change how is measured.

    Returns
    -------
    tuple of Segment
        In order of time, none of them without points.
    """
    line = ordered(points)
    frozen = in_use(baselines)
    starts = sorted({*frozen, *borders})
    times = [point.at for point in line]
    cuts = [0, *(bisect_left(times, start) for start in starts), len(line)]
    begun = [None, *starts]
    return tuple(
        segment_of(line[first:last], rule, frozen.get(start) if start else None)
        for start, (first, last) in zip(begun, pairwise(cuts), strict=True)
        if first < last
    )


def in_use(baselines: Iterable[Baseline]) -> dict[datetime, Baseline]:
    """Return the baselines that nobody released, by when they begin; of equal ones the one frozen last."""
    kept = (baseline for baseline in baselines if baseline.released is None)
    return {baseline.valid_from: baseline for baseline in sorted(kept, key=attrgetter("at"))}


def segment_of(
    points: tuple[TrendPoint, ...], rule: ControlRule, baseline: Baseline | None = None, *, judged: int = 0
) -> Segment:
    """Return the segment of ordered points that lie between two borders; the last `judged` of them carry no lines."""
    if baseline is not None:
        return Segment(points, baseline.lines, baseline, frozenset(baseline.result_ids))
    full, least = needed(rule)
    before = islice(points, len(points) - judged)
    base = tuple(islice(carriers(before, rule.repeats), full))
    found = lines_from([point.value for point in base], rule, least=least)
    if isinstance(found, Lacking):
        return Segment(points, None, lacking=found)
    return Segment(points, found, carriers=frozenset(point.result_id for point in base))


def tested(segment: Segment, rule: ControlRule, *, first: int = 0) -> Series:
    """Return what rules look at in a segment from its point `first` on: what counts and no frozen baseline has."""
    series = collapse(segment.points[first:], rule.repeats)
    places = series.places + first
    whole = Series(places, series.values, series.days)
    if segment.baseline is None:
        return whole
    frozen = segment.carriers | {int(number) for number in segment.baseline.excluded}
    numbers = [segment.points[place].result_id for place in places.tolist()]
    return whole.taken(np.array([number not in frozen for number in numbers], dtype=bool))


def segment_hits(segment: Segment, rule: ControlRule, *, since: int = 0) -> tuple[RuleHit, ...]:
    """Return where rules become true in a segment from the place `since` on, as places in `segment.points`.

    Nothing without lines. Run rules begin anew after a pause in measuring:
    points that do not count are passed over, but no pause.
    """
    if segment.lines is None:
        return ()
    series = tested(segment, rule) if remembers(rule) else _near(segment, rule, since)
    stretch = np.cumsum(beginnings(days_of(segment.points), rule.longest_gap))[series.places]
    fresh = np.append(np.ones(min(len(series), 1), dtype=bool), stretch[1:] != stretch[:-1])
    z = standardised(series.values, segment.lines)
    hits = rule_hits(z, rule, fresh, since=int(np.searchsorted(series.places, since)))
    return tuple(
        RuleHit(hit.rule, int(series.places[hit.at]), tuple(series.places[list(hit.involved)].tolist())) for hit in hits
    )


def _near(segment: Segment, rule: ControlRule, since: int) -> Series:
    """Return what rules without a memory look at that look at the place `since` and later, and a little more."""
    back = 2 * REACH
    while back < since:
        series = tested(segment, rule, first=since - back)
        if np.searchsorted(series.places, since) >= REACH:
            return series
        back *= 2
    return tested(segment, rule)
