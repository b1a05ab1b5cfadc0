# SPDX-License-Identifier: LGPL-3.0-or-later
"""The past of a result: its trends, the control lines that hold for it, and what stands out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from optimage.model.control import ControlLines, Signal, TrendPoint
from optimage.model.control_rule import ControlRule
from optimage.model.outcome import Result
from optimage.spc.watch import watched
from optimage.store.engine import Store
from optimage.workflow.control import Control, Controls, controls_of


@dataclass(frozen=True, slots=True)
class Trend:
    """A measurement's points up to and including the result, what its statistics stand on, and what came of them."""

    key: str
    points: tuple[TrendPoint, ...]
    lines: ControlLines | None
    signals: tuple[Signal, ...] = ()
    control: Control = field(default_factory=lambda: Control(ControlRule()))


def trends_of(store: Store, result: Result) -> Mapping[str, Trend]:
    """Return the trend of every summary value of a stored result that has a profile."""
    if result.id is None or result.profile is None:
        return {}
    controls = controls_of(store, result.profile.id, result.profile.revision)
    keys = [j.measurement.key for j in result.measurements if not j.measurement.item]
    return {key: trend_of(store, result.id, key, controls) for key in keys}


def trend_of(store: Store, result_id: int, key: str, controls: Controls) -> Trend:
    """Return the trend that ends at the result: later points are its future and left out.

    A superseded result is in its trend no more: what came before cannot be
    told from its order, so the trend is shown as it is, and nothing stands out.
    """
    trend = store.results.trend_key(result_id, key)
    if trend is None:
        return Trend(key, (), None)
    points = store.results.points(trend)
    place = next((n for n, point in enumerate(points) if point.result_id == result_id), None)
    until = points if place is None else points[: place + 1]
    control = controls.of(trend, until)
    found = watched(until, control.rule, control.baselines, control.borders, key=key)
    return Trend(key, until, found.lines, found.signals if place is not None else (), control)
