# SPDX-License-Identifier: LGPL-3.0-or-later
"""Axes with round numbers and round dates."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from math import ceil, floor, isfinite, log10

from optimage.charts.spec import Axis, Tick
from optimage.i18n import local_date, local_hour, local_month, localised

MARGIN = 0.06  # of the range, so that no marker is cut by the frame
DAY_S = 86400.0
TIME_STEPS_S = (60.0, 300.0, 900.0, 3600.0, 10800.0, 21600.0, DAY_S, 2 * DAY_S, 7 * DAY_S, 14 * DAY_S)
MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
MONTH_S = 30.44 * DAY_S


def number_axis(values: Iterable[float], *, title: str, count: int = 6, floor_at: float | None = None) -> Axis:
    """Return an axis that holds all finite `values`, with about `count` round ticks, from `floor_at` on if given."""
    low, high = _range(values, smallest=1e-9)
    low = low if floor_at is None else floor_at
    step = _round_step((high - low) / count)
    decimals = max(0, -floor(log10(step) + 1e-9))
    first = ceil(low / step)
    ticks = tuple(_number_tick(i * step, decimals) for i in range(first, floor(high / step) + 1))
    return Axis(low, high, ticks, title)


def time_axis(times: Iterable[float], *, title: str, count: int = 6) -> Axis:
    """Return an axis that holds all `times` (seconds since 1970 UTC), with ticks at round dates."""
    low, high = _range(times, smallest=DAY_S)
    wanted = (high - low) / count
    if wanted <= TIME_STEPS_S[-1]:
        step = next(step for step in TIME_STEPS_S if step >= wanted)
        ticks = tuple(_time_tick(i * step, step) for i in range(ceil(low / step), floor(high / step) + 1))
    else:
        months = next((n for n in MONTH_STEPS if n * MONTH_S >= wanted), MONTH_STEPS[-1])
        ticks = tuple(_month_ticks(low, high, months))
    return Axis(low, high, ticks, title, time=True)


def _range(values: Iterable[float], *, smallest: float) -> tuple[float, float]:
    finite = [value for value in values if isfinite(value)] or [0.0, 1.0]
    low, high = min(finite), max(finite)
    width = max(high - low, smallest, 1e-6 * abs(high))
    centre = (low + high) / 2
    half = width * (0.5 + MARGIN)
    return centre - half, centre + half


def _round_step(step: float) -> float:
    power = 10.0 ** floor(log10(step))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step * 0.999)


def _number_tick(at: float, decimals: int) -> Tick:
    return Tick(at, localised(f"{at:z.{decimals}f}"))


def _time_tick(at: float, step: float) -> Tick:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
    return Tick(at, local_date(moment) if step >= DAY_S else local_hour(moment))


def _month_ticks(low: float, high: float, months: int) -> Iterator[Tick]:
    start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=low)
    number = (start.year * 12) // months * months
    while True:
        moment = datetime(number // 12, number % 12 + 1, 1, tzinfo=UTC)
        at = moment.timestamp()
        if at > high:
            return
        if at >= low:
            yield Tick(at, local_month(moment))
        number += months
