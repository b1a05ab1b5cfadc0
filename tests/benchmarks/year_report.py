# SPDX-License-Identifier: LGPL-3.0-or-later
"""The year of a hundred profiles with four charts each, from the store to the PDF, in seconds of CPU time."""

import sys
import tempfile
from datetime import UTC, datetime, timedelta
from math import nan
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

from optimage.document.period import Period
from optimage.judge import judge
from optimage.model.outcome import (
    Acquisition,
    DeviceIdentity,
    JudgedMeasurement,
    ProfileReference,
    Provenance,
    Result,
)
from optimage.model.profile import Profile
from optimage.model.results import Measurement
from optimage.model.tolerance import Band, Verdict
from optimage.report.templates.files import load_template
from optimage.store.engine import Store, open_store
from optimage.workflow.reporting.make import Order, make_report

PROFILES, WEEKS, CHARTS = 100, 52, 4
GOAL_S = 5.0
RUNS = 3
NEW_YEAR = datetime(2025, 1, 1, tzinfo=UTC)
YEAR = Period(NEW_YEAR, datetime(2026, 1, 1, tzinfo=UTC), UTC)
LIMITS = {f"value_{number}": Band(10.0, 1.0, 2.0) for number in range(CHARTS)}


def race_year_report(folder: Path) -> bool:
    """Print what reading and what writing cost, as the median of a few runs; whether the goal was reached."""
    with open_store(folder / "year.db", spool=folder / "spool", reserve_bytes=0) as store:
        fill(store)
        reading, writing = (median(times) for times in zip(*(_once(store) for _ in range(RUNS)), strict=True))
    whole = reading + writing
    verdict = "reached" if whole <= GOAL_S else "MISSED"
    title = f"year of {PROFILES} profiles × {CHARTS} charts, weekly"
    print(f"{title:<46} {reading:.2f} + {writing:.2f} = {whole:.2f} s  goal ≤ {GOAL_S:.0f} s  {verdict}", flush=True)
    return whole <= GOAL_S


def fill(store: Store) -> None:
    """Store a year of weekly results of every profile, each on a device of its own."""
    noise = np.random.default_rng(1)
    for number in range(PROFILES):
        name = f"profile_{number:03d}"
        profile = Profile(name, f"Profile {number}", "x", tolerances=LIMITS, schedule="weekly")
        store.profiles.apply(profile, text=name, sha256=name, author="me", reason="bench")
        results = [_result(profile, number, week, noise) for week in range(WEEKS)]
        store.imports.add(results, sha256="0", file_name="results", operator="me")


def _result(profile: Profile, number: int, week: int, noise: np.random.Generator) -> Result:
    values = [Measurement(key, float(noise.normal(10.0, 0.3)), "HU", nan, "m@1") for key in LIMITS]
    return Result(
        phantom="x",
        verdict=Verdict.PASS,
        acquisition=Acquisition(
            NEW_YEAR + timedelta(days=7 * week, hours=6), "file", "CT", DeviceIdentity("Maker", "Model", str(number))
        ),
        provenance=Provenance("1", "1"),
        profile=ProfileReference(profile.id, 1, profile.title),
        measurements=tuple(JudgedMeasurement(one, judge(one, LIMITS[one.key])) for one in values),
    )


def _once(store: Store) -> tuple[float, float]:
    started = process_time()
    made = make_report(store, {}, load_template("device_year"), Order(datetime(2026, 1, 5, tzinfo=UTC), period=YEAR))
    read = process_time()
    made.write("pdf")
    return read - started, process_time() - read


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        sys.exit(not race_year_report(Path(place)))
