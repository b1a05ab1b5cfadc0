# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reports: 20 charts beside matplotlib's own PDF of the same charts, a year of 100 profiles, growth of the process."""

import subprocess
import sys

from tests.benchmarks.in_process import one_thread

PAIRS = 5
GOAL_SHARE = 0.3  # of matplotlib's time
GOAL_YEAR_S = 5.0
GOAL_GROWTH_KIB = 1024.0  # a report

MADE = """
import sys
from datetime import UTC, datetime, timedelta
from math import nan
from time import process_time

import numpy as np

from optimage.charts.control_chart import control_chart
from optimage.charts.history import of_one_piece
from optimage.document.parts import Align, Cell, Chart, Charts, Column, Document, Heading, Table, Title
from optimage.model.control import ControlLines, Phase, TrendPoint
from optimage.model.tolerance import Judgement, Limits, Verdict
from optimage.report.pdf import write_pdf

AT, LIMITS = datetime(2026, 1, 1, tzinfo=UTC), Limits(-4, 4, -8, 8)
PASSED = Judgement(Verdict.PASS, 0.0, LIMITS)

def spec(seed, points):
    values = np.random.default_rng(seed).normal(0, 1, points)
    trend = [
        TrendPoint(i, AT - timedelta(days=points - i), float(value), "HU", PASSED, nan, 3)
        for i, value in enumerate(values)
    ]
    lines = ControlLines(Phase.FULL, 30, 0.0, 1.0)
    return control_chart(of_one_piece(tuple(trend), lines), title=f"Measurement {seed}", unit="HU")

def document(parts):
    return Document("title", "author", "subject", "en", "footer", tuple(parts))

def median_seconds(work, runs=3):
    work()
    taken = []
    for _ in range(runs):
        began = process_time()
        work()
        taken.append(process_time() - began)
    return sorted(taken)[runs // 2]
"""

OURS = """
specs = [spec(seed, POINTS) for seed in range(20)]
charts = document([Title("Charts", "of 20 measurements"), Charts(tuple(Chart(one) for one in specs))])
print(median_seconds(lambda: write_pdf(charts)))
"""

THEIRS = """
from io import BytesIO

import matplotlib
matplotlib.use("pdf")
from matplotlib import pyplot
from matplotlib.backends.backend_pdf import PdfPages

specs = [spec(seed, POINTS) for seed in range(20)]
times = [[datetime.fromtimestamp(x, UTC) for x in one.series[0].x] for one in specs]

def draw(axes, one, at):
    for band in one.bands:
        axes.axhspan(band.y_low, band.y_high, color="0.9")
    axes.plot(at, one.series[0].y, linewidth=0.6)
    axes.scatter(at, one.series[0].y, s=4)
    for line in one.lines:
        axes.axhline(line.y, linewidth=0.6, linestyle="--")
    axes.set_ylim(one.y_axis.low, one.y_axis.high)
    axes.set_title(one.title)
    axes.set_ylabel(one.y_axis.title)

def write():
    stream = BytesIO()
    with PdfPages(stream) as pages:
        for first in range(0, 20, 8):  # as many on a page as on ours
            figure, grid = pyplot.subplots(4, 2, figsize=(8.27, 11.69))
            for axes, one, at in zip(grid.flat, specs[first : first + 8], times[first : first + 8]):
                draw(axes, one, at)
            pages.savefig(figure)
            pyplot.close(figure)
    return stream.getvalue()

print(median_seconds(write))
"""

YEAR = """
columns = (Column("Measurement", 0.4), Column("n", 0.1, Align.NUMBER), Column("Mean", 0.2, Align.NUMBER),
           Column("SD", 0.15, Align.NUMBER), Column("Verdict", 0.15))
parts = [Title("A year", "of 100 profiles")]
for profile in range(100):
    rows = tuple((Cell(f"Measurement {i}"), Cell("250"), Cell("0.01"), Cell("1.02"), Cell(verdict=Verdict.PASS))
                 for i in range(4))
    charts = Charts(tuple(Chart(spec(4 * profile + i, 250)) for i in range(4)))
    parts += [Heading(f"Profile {profile}"), Table(columns, rows), charts]
year = document(parts)
print(median_seconds(lambda: write_pdf(year), runs=1))
"""

GROWTH = """
def resident_kib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

specs = [spec(seed, 100) for seed in range(4)]

def report(number):
    charts = Charts(tuple(Chart(one) for one in specs))
    write_pdf(document([Title(f"Report {number}", "one of many"), charts]))

for number in range(20):
    report(number)
before = resident_kib()
for number in range(200):
    report(number)
print((resident_kib() - before) / 200)
"""


def race_reports() -> bool:
    """Print every figure beside its goal; whether all were reached."""
    return all([_race_charts(250), _race_charts(2000), _race_year(), _race_growth()])


def _race_charts(points: int) -> bool:
    pairs = [(_figure(OURS, points), _figure(THEIRS, points)) for _ in range(PAIRS)]
    ours, theirs = (sorted(one)[PAIRS // 2] for one in zip(*pairs, strict=True))
    ratio = sorted(a / b for a, b in pairs)[PAIRS // 2]
    title = f"PDF of 20 charts of {points} points / matplotlib's"
    return _told(title, f"{ours:.3f} s / {theirs:.3f} s = {ratio:.2f}", f"≤ {GOAL_SHARE}", reached=ratio <= GOAL_SHARE)


def _race_year() -> bool:
    taken = _figure(YEAR, 250)
    goal = f"≤ {GOAL_YEAR_S:.0f} s"
    return _told("PDF of a year, 100 profiles with 4 charts each", f"{taken:.2f} s", goal, reached=taken <= GOAL_YEAR_S)


def _race_growth() -> bool:
    grown = _figure(GROWTH, 0)
    goal = f"≤ {GOAL_GROWTH_KIB:.0f} KiB"
    return _told("growth of a process per PDF, over 200", f"{grown:.0f} KiB", goal, reached=grown <= GOAL_GROWTH_KIB)


def _told(title: str, figures: str, goal: str, *, reached: bool) -> bool:
    print(f"{title:<46} {figures}  goal {goal}  {'reached' if reached else 'MISSED'}", flush=True)
    return reached


def _figure(code: str, points: int) -> float:
    """Return what a fresh interpreter prints last."""
    whole = f"{MADE}\nPOINTS = {points}\n{code}"
    done = subprocess.run([sys.executable, "-c", whole], check=True, capture_output=True, text=True, env=one_thread())
    return float(done.stdout.split()[-1])


if __name__ == "__main__":
    sys.exit(0 if race_reports() else 1)
