# SPDX-License-Identifier: LGPL-3.0-or-later
"""From the points of a trend to charts: the statistics joined with what is drawn."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from math import isfinite, nan

import numpy as np

from optimage.charts.histogram import histogram_chart
from optimage.charts.history import History, Revision, Stretch
from optimage.charts.process import Track, cusum_chart, ewma_chart, moving_range_chart
from optimage.charts.spec import ChartSpec
from optimage.i18n import localised
from optimage.model.baseline import Baseline, ServiceEvent
from optimage.model.control import Signal, TrendPoint
from optimage.model.control_rule import ControlRule
from optimage.spc.cusum import cusum
from optimage.spc.ewma import ewma
from optimage.spc.histogram import histogram
from optimage.spc.moving import centred_average, moving_ranges
from optimage.spc.repeats import collapse
from optimage.spc.segments import Segment, segment_hits, segments, tested
from optimage.spc.standardise import standardised
from optimage.workflow.control import Control
from optimage.workflow.history import Trend

ONLY_A_LINE = "R1w"  # about every twentieth result of a sound device: the control line shows it, no label does

MOST_AVERAGED = 600  # results; over more, a mean of a few is as restless as they are and only hides them


@dataclass(frozen=True, slots=True)
class Background:
    """What a trend is seen against: events of its device, frozen baselines, other borders, and the period shown."""

    events: tuple[ServiceEvent, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    borders: tuple[datetime, ...] = ()
    since: datetime | None = None
    until: datetime | None = None

    def shows(self, at: datetime) -> bool:
        """Tell whether a moment lies in the period."""
        return (self.since is None or at >= self.since) and (self.until is None or at <= self.until)


def history_of(points: Sequence[TrendPoint], rule: ControlRule, background: Background) -> History:
    """Return a trend with lines, moving average and rule hits.

    All of them follow from the whole trend; the period is cut out last.
    """
    return history_in(_segments(points, rule, background), points, rule, background)


def history_in(
    whole: Sequence[Segment], points: Sequence[TrendPoint], rule: ControlRule, background: Background
) -> History:
    """Return the same of a trend that was cut into its segments already."""
    shown = [replace(segment, points=_within(segment.points, background)) for segment in whole]
    averaged = whole if len(points) <= MOST_AVERAGED else ()
    average = tuple(pair for segment in averaged for pair in _average(segment, rule))
    return History(
        segments=tuple(segment for segment in shown if segment.points),
        average=tuple((at, value) for at, value in average if background.shows(at)),
        signals=tuple(signal for segment in whole for signal in _signals(segment, rule)),
        events=tuple(event for event in background.events if background.shows(event.at)),
        revisions=tuple(revision for revision in _revisions(points) if background.shows(revision.at)),
    )


def background_of(control: Control) -> Background:
    """Return what a trend is seen against, of all times."""
    return Background(control.events, control.baselines, control.borders)


def history_of_result(trend: Trend) -> History:
    """Return the trend of a result as it was then: nothing later, and the lines that the result was held against."""
    background = replace(background_of(trend.control), until=trend.points[-1].at)
    history = history_of(trend.points, trend.control.rule, background)
    *before, last = history.segments
    carriers = last.carriers - {trend.points[-1].result_id} if trend.lines else frozenset()
    own = Stretch(last.points, trend.lines, carriers)
    return replace(history, segments=(*before, own), average=())


def histogram_of(
    points: Sequence[TrendPoint], rule: ControlRule, background: Background, *, title: str, unit: str
) -> ChartSpec:
    """Return the histogram of what counts in the last segment, against its lines."""
    whole = _segments(points, rule, background)
    last = whole[-1] if whole else Segment((), None)
    values = collapse(_within(last.points, background), rule.repeats).values
    found = histogram(values, last.lines)
    beyond = found.beyond
    between = (
        (beyond.below_lal, beyond.lal_to_lcl, beyond.inside, beyond.ucl_to_ual, beyond.above_ual) if beyond else ()
    )
    return histogram_chart(
        found.edges, found.counts, title=title, unit=unit, lines=last.lines, expected=found.expected, between=between
    )


def derived_chart(
    kind: str, points: Sequence[TrendPoint], rule: ControlRule, background: Background, *, title: str, unit: str
) -> ChartSpec:
    """Return the chart of moving ranges, weighted means or cumulative sums, each segment against its own lines."""
    tracks = (track for segment in _segments(points, rule, background) for track in _TRACKS[kind](segment, rule))
    shown = tuple(cut for track in tracks if (cut := _cut(track, background)).at)
    if kind == "moving-range":
        return moving_range_chart(shown, title=title, unit=unit)
    if kind == "ewma":
        return ewma_chart(shown, title=title, weight=localised(f"{rule.ewma_weight:g}"))
    return cusum_chart(shown, title=title, slack=localised(f"{rule.cusum_slack:g}"))


def _segments(points: Sequence[TrendPoint], rule: ControlRule, background: Background) -> tuple[Segment, ...]:
    borders = {*background.borders, *(event.at for event in background.events if event.border)}
    return segments(points, rule, background.baselines, borders)


def _within(points: tuple[TrendPoint, ...], background: Background) -> tuple[TrendPoint, ...]:
    return tuple(point for point in points if background.shows(point.at))


def _average(segment: Segment, rule: ControlRule) -> Iterator[tuple[datetime, float]]:
    """Yield the moving average where there is one, and a gap behind it."""
    series = collapse(segment.points, rule.repeats)
    means = centred_average(series.values, rule.moving_average).tolist()
    found = [(segment.points[i].at, mean) for i, mean in zip(series.places.tolist(), means, strict=True)]
    kept = [(at, mean) for at, mean in found if isfinite(mean)]
    yield from kept
    if kept:
        yield kept[-1][0], nan


def _signals(segment: Segment, rule: ControlRule) -> Iterator[Signal]:
    if segment.lines is None:
        return
    for hit in segment_hits(segment, rule):
        point = segment.points[hit.at]
        if hit.rule != ONLY_A_LINE:
            numbers = tuple(segment.points[i].result_id for i in hit.involved)
            yield Signal(hit.rule, "", point.value, segment.lines, point.result_id, numbers)


def _revisions(points: Sequence[TrendPoint]) -> Iterator[Revision]:
    for before, after in pairwise(points):
        if after.revision != before.revision:
            yield Revision(after.at, after.revision)


def _moving_range(segment: Segment, rule: ControlRule) -> Iterator[Track]:
    series = collapse(segment.points, rule.repeats)
    found = moving_ranges(series.values)
    if len(found.ranges):
        at = tuple(segment.points[i].at for i in series.places.tolist()[1:])
        yield Track(at, tuple(found.ranges.tolist()), (found.ucl,) * len(at), centre=found.centre)


def _ewma(segment: Segment, rule: ControlRule) -> Iterator[Track]:
    for at, z in _standardised(segment, rule):
        found = ewma(z, weight=rule.ewma_weight, limit=rule.ewma_limit)
        limit = found.limit.tolist()
        yield Track(at, tuple(found.mean.tolist()), tuple(limit), tuple(-value for value in limit))


def _cusum(segment: Segment, rule: ControlRule) -> Iterator[Track]:
    for at, z in _standardised(segment, rule):
        found = cusum(z, slack=rule.cusum_slack)
        limit = (rule.cusum_limit,) * len(at)
        below = tuple((-found.lower).tolist())
        yield Track(at, tuple(found.upper.tolist()), limit, tuple(-value for value in limit), below=below)


def _standardised(segment: Segment, rule: ControlRule) -> Iterator[tuple[tuple[datetime, ...], np.ndarray]]:
    """Yield once what rules look at, in sigma; nothing without lines or points."""
    series = tested(segment, rule)
    if segment.lines is not None and len(series):
        places: list[int] = series.places.tolist()
        yield tuple(segment.points[i].at for i in places), standardised(series.values, segment.lines)


_TRACKS: Mapping[str, Callable[[Segment, ControlRule], Iterator[Track]]] = {
    "moving-range": _moving_range,
    "ewma": _ewma,
    "cusum": _cusum,
}
DERIVED = tuple(_TRACKS)


def _cut(track: Track, background: Background) -> Track:
    kept = [i for i, at in enumerate(track.at) if background.shows(at)]

    def taken(values: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(values[i] for i in kept) if values else ()

    return replace(
        track,
        at=tuple(track.at[i] for i in kept),
        values=taken(track.values),
        upper=taken(track.upper),
        lower=taken(track.lower),
        below=taken(track.below),
    )
