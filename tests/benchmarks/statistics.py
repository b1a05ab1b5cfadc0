# SPDX-License-Identifier: LGPL-3.0-or-later
"""Statistics of one trend of 5000 points, in milliseconds of CPU time."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import nan
from statistics import median
from time import process_time

import numpy as np

from optimage.model.control import TrendPoint
from optimage.model.control_rule import RULES, ControlRule
from optimage.model.tolerance import Judgement, Verdict
from optimage.spc.limits import lines_from
from optimage.spc.rules import rule_hits
from optimage.spc.segments import segment_hits, segments
from optimage.spc.standardise import standardised
from optimage.spc.watch import watched

POINTS = 5000
GOAL_MS = 1.0
RUNS = 50


def trend() -> tuple[TrendPoint, ...]:
    """Return a healthy trend, one point a week."""
    start = datetime(1930, 1, 1, tzinfo=UTC)
    values = np.random.default_rng(1).normal(100.0, 2.0, POINTS).tolist()
    judged = Judgement(Verdict.PASS)
    return tuple(TrendPoint(n, start + n * timedelta(days=7), x, "HU", judged, nan, 1) for n, x in enumerate(values))


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median CPU time of `work`, run once before to warm up."""
    work()
    times = []
    for _ in range(RUNS):
        start = process_time()
        work()
        times.append(process_time() - start)
    return 1000 * median(times)


def race_statistics() -> bool:
    """Print what the newest of 5000 points costs by the default rules, and more; whether the goals were reached."""
    points, rule, every = trend(), ControlRule(), ControlRule(rules=RULES)
    values = np.array([point.value for point in points])

    def newest(of: ControlRule) -> None:
        lines = lines_from(values[: of.full_points].tolist(), of)
        rule_hits(standardised(values, lines), of, since=POINTS - 1)

    goals = {
        "lines and rules on 5000 values, newest": lambda: newest(rule),
        "watch the newest of 5000 points": lambda: watched(points, rule),
    }
    reached = True
    for title, work in goals.items():
        found = milliseconds(work)
        reached &= found <= GOAL_MS
        verdict = "reached" if found <= GOAL_MS else "MISSED"
        print(f"{title:<46} {found:.2f} ms  goal ≤ {GOAL_MS:.0f} ms  {verdict}", flush=True)
    others = {
        "every rule on 5000 values, newest": lambda: newest(every),
        "all signals of 5000 points, for a chart": lambda: [
            segment_hits(part, rule) for part in segments(points, rule)
        ],
    }
    for title, work in others.items():
        print(f"{title:<46} {milliseconds(work):.2f} ms", flush=True)
    return reached


if __name__ == "__main__":
    sys.exit(not race_statistics())
