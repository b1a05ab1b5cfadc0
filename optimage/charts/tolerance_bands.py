# SPDX-License-Identifier: LGPL-3.0-or-later
"""Tolerances behind a trend, as each point was judged by them."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import isfinite

from optimage.charts.spec import Axis, Band, Line, Role
from optimage.model.control import TrendPoint
from optimage.model.tolerance import Judgement, Limits

Span = tuple[float, float, Judgement]


def spans(points: Sequence[TrendPoint], x_axis: Axis) -> Iterator[Span]:
    """Yield where each set of limits holds: from its first point to the first one judged otherwise."""
    groups = [list(group) for _key, group in groupby(points, key=_yardstick)]
    starts = [x_axis.low, *(group[0].at.timestamp() for group in groups[1:]), x_axis.high]
    for group, low, high in zip(groups, starts, starts[1:], strict=False):
        yield low, high, group[0].judgement


def bands(span: Span, y_axis: Axis) -> Iterator[Band]:
    """Yield what passes, warns and fails within the axis."""
    x_low, x_high, judgement = span
    limits = judgement.limits
    if limits is None:
        return
    fail_low, fail_high = max(limits.fail_low, y_axis.low), min(limits.fail_high, y_axis.high)
    warning_low, warning_high = max(limits.warning_low, y_axis.low), min(limits.warning_high, y_axis.high)
    for low, high, role in (
        (y_axis.low, fail_low, Role.FAIL),
        (fail_low, warning_low, Role.WARNING),
        (warning_low, warning_high, Role.PASS),
        (warning_high, fail_high, Role.WARNING),
        (fail_high, y_axis.high, Role.FAIL),
    ):
        if low < high:
            yield Band(x_low, x_high, low, high, role)


def reference(span: Span) -> Iterator[Line]:
    """Yield the reference value as a line, where there is one."""
    x_low, x_high, judgement = span
    if judgement.reference is not None and isfinite(judgement.reference):
        yield Line(judgement.reference, x_low, x_high, Role.REFERENCE)


def _yardstick(point: TrendPoint) -> tuple[Limits | None, float | None]:
    return point.judgement.limits, point.judgement.reference
