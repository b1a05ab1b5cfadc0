# SPDX-License-Identifier: LGPL-3.0-or-later
"""Measurements over time: values in a period, lines and limits that hold, and where the values are going."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from math import nan

from optimage.document.period import TrendView
from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.baseline import Baseline
from optimage.model.control import TrendKey, TrendPoint
from optimage.model.overview import TrendEntry
from optimage.model.tolerance import Limits
from optimage.spc.limits import mean, standard_deviation
from optimage.spc.repeats import collapse
from optimage.spc.segments import Segment, segments
from optimage.spc.slope import Slope, slope
from optimage.store.overview import Within
from optimage.workflow.chart_kinds import background_of, history_in
from optimage.workflow.control import Control, Controls
from optimage.workflow.reporting.sources import Sources

SHORTEST = timedelta(microseconds=1)  # a period ends before its end; what is shown, at its last moment


def trends(sources: Sources) -> tuple[TrendView, ...]:
    """Return the trends with values in the period, by profile and device and then in the order of the results.

    They are those of the chosen measurements, else of the ones that a tolerance judges; charts show the period, while
    lines and rules follow from the whole trend.

    Raises
    ------
    UsageError
        `unknown_key` for a chosen measurement that never had a value.
    """
    keys = sources.ask.selection.keys
    found = [one for one in sources.store.overview.trends(sources.within, keys) if _is_chosen(sources, one)]
    _require_known(sources, [one.trend.key for one in found])
    points = sources.store.overview.points(_fewest(sources, found))
    baselines: defaultdict[str, list[Baseline]] = defaultdict(list)
    for baseline in sources.store.baselines.list(also_released=False):
        baselines[baseline.trend.profile_id].append(baseline)
    return tuple(
        _view(sources, _controls(sources, trend.profile_id, values, baselines[trend.profile_id]), trend, values)
        for trend, values in points.items()
    )


def _is_chosen(sources: Sources, one: TrendEntry) -> bool:
    wanted = bool(sources.ask.selection.keys) or one.judged or one.trend.key in sources.ask.also
    return wanted and sources.chosen.takes(one.trend.profile_id, one.trend.device_id)


def _require_known(sources: Sources, found: Sequence[str]) -> None:
    """Refuse what was never measured; that there is nothing of it in this period is no mistake."""
    missing = [key for key in sources.ask.selection.keys if key not in found]
    if not missing:
        return
    chosen = sources.chosen
    ever = sources.store.overview.trends(Within(None, None, chosen.profile_ids, chosen.device_ids))
    known = sorted({one.trend.key for one in ever if chosen.takes(one.trend.profile_id, one.trend.device_id)})
    for key in missing:
        if key not in known:
            raise UsageError(
                "unknown_key",
                N_("there are no values of {key} in what was chosen"),
                advice=N_("choose one of {known}"),
                key=key,
                known=", ".join(known) or "–",
            )


def _fewest(sources: Sources, found: Sequence[TrendEntry]) -> Iterator[TrendKey]:
    """Yield the first trends of each profile on each device, and those that are read in any case."""
    also, most = sources.ask.also, sources.ask.most
    places: defaultdict[tuple[str, int], list[TrendEntry]] = defaultdict(list)
    for one in found:
        places[one.trend.profile_id, one.trend.device_id].append(one)
    for of_place in places.values():
        of_place.sort(key=lambda one: (one.position, one.trend.key, one.trend.method))
        first = [one for one in of_place if one.judged or sources.ask.selection.keys][: most or None]
        yield from (one.trend for one in of_place if one in first or one.trend.key in also)


def _controls(
    sources: Sources, profile_id: str, points: Sequence[TrendPoint], baselines: Sequence[Baseline]
) -> Controls:
    """Return what the statistics of a profile stand on; earlier revisions are read only where one judged a point."""
    several = len({point.revision for point in points}) > 1
    applied = sources.revisions(profile_id) if several else {}
    return Controls(sources.chosen.profiles[profile_id], applied, tuple(baselines), sources.events)


def _view(sources: Sources, controls: Controls, trend: TrendKey, points: Sequence[TrendPoint]) -> TrendView:
    period = sources.ask.period
    past = tuple(point for point in points if period.end is None or point.at < period.end)
    control = controls.of(trend, past)
    until = period.end - SHORTEST if period.end else None
    whole = segments(past, control.rule, control.baselines, control.borders)
    background = replace(background_of(control), since=period.begin, until=until)
    history = history_in(whole, past, control.rule, background)
    counted = [point.value for point in history.points if point.counts]
    limits = _limits(history.points)
    line = _line(whole[-1], control)
    return TrendView(
        profile_id=trend.profile_id,
        profile=sources.names.profile(trend.profile_id),
        device=sources.names.device(trend.device_id),
        key=trend.key,
        title=sources.names.measurement(trend.profile_id, trend.key),
        unit=history.points[-1].unit,
        history=history,
        n=len(counted),
        mean=mean(counted) if counted else nan,
        sd=standard_deviation(counted) if len(counted) > 1 else nan,
        lines=history.segments[-1].lines,
        limits=limits,
        reaches=line.reaches(*_tolerance(limits)) if line else None,
        slope=line,
    )


def _line(segment: Segment, control: Control) -> Slope | None:
    """Return where the values since statistics last began anew are going."""
    series = collapse(segment.points, control.rule.repeats)
    times = [segment.points[place].at for place in series.places.tolist()]
    return slope(times, series.values.tolist())


def _limits(points: Sequence[TrendPoint]) -> Limits | None:
    """Return the limits that the latest judged point had."""
    return next((point.judgement.limits for point in reversed(points) if point.judgement.limits), None)


def _tolerance(limits: Limits | None) -> tuple[float, float]:
    found = limits or Limits()
    return found.fail_low, found.fail_high
