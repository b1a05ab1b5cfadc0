# SPDX-License-Identifier: LGPL-3.0-or-later
"""The past of a result: its trends, the control lines they give, and what stands out."""

from collections.abc import Mapping
from dataclasses import dataclass

from optimage.model.control import ControlLines, Signal, TrendPoint
from optimage.model.control_rule import ControlRule
from optimage.model.outcome import Result
from optimage.spc.limits import control_lines
from optimage.spc.watch import watched
from optimage.store.engine import Store


@dataclass(frozen=True, slots=True)
class Trend:
    """A measurement's points up to and including the result, and the lines its predecessors give."""

    key: str
    points: tuple[TrendPoint, ...]
    lines: ControlLines | None
    signals: tuple[Signal, ...] = ()


def trends_of(store: Store, result: Result, rule: ControlRule) -> Mapping[str, Trend]:
    """Return the trend of every summary value of a stored result that has a profile."""
    if result.id is None or result.profile is None:
        return {}
    keys = [j.measurement.key for j in result.measurements if not j.measurement.item]
    return {key: trend_of(store, result.id, key, rule) for key in keys}


def trend_of(store: Store, result_id: int, key: str, rule: ControlRule) -> Trend:
    """Return the trend that ends at the result: later points are its future and left out."""
    points = store.results.trend(result_id, key)
    place = next((n for n, point in enumerate(points) if point.result_id == result_id), None)
    if place is None:  # superseded: what came before cannot be told from its order any more
        return Trend(key, points, control_lines(points, rule))
    until = points[: place + 1]
    found = watched(until, rule, key=key)
    return Trend(key, until, found.lines, found.signals)
