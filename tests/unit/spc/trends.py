# SPDX-License-Identifier: LGPL-3.0-or-later
"""Points of a trend, one a day, for tests of statistics."""

from datetime import UTC, datetime, timedelta
from math import nan

from optimage.model.control import TrendPoint
from optimage.model.tolerance import Judgement, Verdict

START = datetime(2026, 1, 1, 8, tzinfo=UTC)


def day(index):
    return START + timedelta(days=index)


def point(value, index=0, *, verdict=Verdict.PASS, counts=True, accepted=False, at=None):
    return TrendPoint(index, at or day(index), value, "HU", Judgement(verdict), nan, 1, counts, accepted)


def trend(values, first=0):
    return tuple(point(value, first + i) for i, value in enumerate(values))


def steady(n, *, base=10.0, first=0):
    """Values that go up and down around `base` by 1, 2 or 3: no rule becomes true among them."""
    return tuple(point(base + (-1) ** i * (1 + i % 3), first + i) for i in range(n))
