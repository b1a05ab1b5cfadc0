# SPDX-License-Identifier: LGPL-3.0-or-later
"""One chart of every kind, of made-up results that have something to show."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import exp, nan

import numpy as np

from optimage.charts.control_chart import control_chart
from optimage.charts.curve import curve_chart
from optimage.charts.spec import ChartSpec
from optimage.charts.two_axes import two_axes_chart
from optimage.model.baseline import EventKind, ServiceEvent
from optimage.model.control import TrendPoint
from optimage.model.control_rule import ControlRule
from optimage.model.results import Curve
from optimage.model.tolerance import Judgement, Limits, Verdict
from optimage.workflow.chart_kinds import Background, derived_chart, histogram_of, history_of

START = datetime(2026, 1, 5, 6, 30, tzinfo=UTC)
LIMITS = Limits(warning_low=-4, warning_high=4, fail_low=-6, fail_high=6)
RULE = ControlRule()
TITLE = "CT number of water"
TUBE_CHANGED, DRIFT_BEGINS = 60, 95  # number of the result
EVENTS = (
    ServiceEvent(
        1, START + timedelta(days=30), EventKind.SOFTWARE, keyword="SoftwareVersions", before="7.1", after="7.2"
    ),
    ServiceEvent(1, START + timedelta(days=2 * TUBE_CHANGED - 1), EventKind.TUBE, "new tube", border=True),
)
BACKGROUND = Background(EVENTS)


def results(n: int = 120, *, seed: int = 3, centre: float = 0.4, every_days: float = 2.0) -> tuple[TrendPoint, ...]:
    """Return results with a step where the tube is changed and a drift at the end, one left out for a cause."""
    noise = np.random.default_rng(seed).normal(0, 0.7, n)
    numbers = np.arange(n)
    values = centre + noise - 1.5 * (numbers >= TUBE_CHANGED) + 0.15 * np.maximum(0, numbers - DRIFT_BEGINS)
    points = [point(i, float(value), every_days) for i, value in enumerate(values)]
    if n > 45:
        points[44] = point(44, 4.6, every_days)._replace(counts=False, reason="phantom lay askew")
    return tuple(points)


def point(number: int, value: float, every_days: float = 2.0) -> TrendPoint:
    """Return one result, judged."""
    off = abs(value)
    verdict = Verdict.FAIL if off > LIMITS.fail_high else Verdict.WARNING if off > LIMITS.warning_high else Verdict.PASS
    at = START + timedelta(days=number * every_days)
    return TrendPoint(number + 1, at, value, "HU", Judgement(verdict, 0.0, LIMITS), nan, 1)


def trend() -> ChartSpec:
    """Return a control chart with two segments, events, rules that became true and a result that does not count."""
    return control_chart(history_of(results(), RULE, BACKGROUND), title=TITLE, unit="HU")


def two_axes() -> ChartSpec:
    """Return two measurements over time."""
    noise = tuple(p._replace(value=9 + 0.1 * p.value) for p in results(seed=8))
    first, second = (history_of(points, RULE, BACKGROUND) for points in (results(), noise))
    return two_axes_chart(first, second, titles=(TITLE, "Noise"), units=("HU", "HU"))


def long_history() -> ChartSpec:
    """Return a control chart of 5000 results."""
    return many(5000)


def many(n: int) -> ChartSpec:
    """Return a control chart of so many results of a steady process, two a day."""
    points = tuple(point(i, v, 0.5) for i, v in enumerate(np.random.default_rng(5).normal(0, 1.1, n).tolist()))
    return control_chart(history_of(points, replace(RULE, rules=("R1",)), Background()), title=TITLE, unit="HU")


def histogram() -> ChartSpec:
    """Return the histogram of the last segment."""
    return histogram_of(results(59), RULE, Background(), title=TITLE, unit="HU")


def moving_range() -> ChartSpec:
    """Return the moving ranges."""
    return derived_chart("moving-range", results(), RULE, BACKGROUND, title=TITLE, unit="HU")


def ewma() -> ChartSpec:
    """Return the weighted means."""
    return derived_chart("ewma", results(), RULE, BACKGROUND, title=TITLE, unit="HU")


def cusum() -> ChartSpec:
    """Return the cumulative sums."""
    return derived_chart("cusum", results(), RULE, BACKGROUND, title=TITLE, unit="HU")


def curve() -> ChartSpec:
    """Return a modulation transfer function over its baseline."""
    x = tuple(i / 20 for i in range(25))
    now, before = (
        Curve("MTF", x, tuple(exp(-((f / width) ** 2)) for f in x), "spatial frequency", "modulation", "1/mm", "1")
        for width in (0.55, 0.6)
    )
    return curve_chart(now, title="Modulation transfer function", baseline=(before,))


EXAMPLES: Mapping[str, Callable[[], ChartSpec]] = {
    "trend": trend,
    "two-axes": two_axes,
    "long": long_history,
    "histogram": histogram,
    "moving-range": moving_range,
    "ewma": ewma,
    "cusum": cusum,
    "curve": curve,
}


def small() -> ChartSpec:
    """Return what the documentation shows at 80 mm."""
    return trend()
