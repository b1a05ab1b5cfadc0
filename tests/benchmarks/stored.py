# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reading a store of a million values beside the same rows read by plain sqlite3, both in turn in this process."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from sqlalchemy import Connection, insert

from optimage.store.engine import Store, open_store
from optimage.store.schema import ANALYSIS, DEVICE, JUDGEMENT, MEASUREMENT, MEASUREMENT_SET, PROFILE

PROFILES, KEYS = 200, 20
LONG, SHORT = 5000, 225  # results of the first profile, and of each other: 995 500 values
ROUNDS = 9
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
TEXTS = ("phantom", "module_version", "settings_sha256", "acquisition", "provenance", "inputs", "failures", "notes")
TREND = """
SELECT m.analysis_id, m.acquired_at, m.value, m.unit, m.uncertainty, m.revision, j.verdict, j.reference, j.limited,
       j.warning_low, j.warning_high, j.fail_low, j.fail_high, j.source, j.verified
FROM measurement m JOIN judgement j ON j.analysis_id = m.analysis_id AND j.position = m.position
WHERE m.profile_id = 'p0' AND m.key = 'k3' AND m.item = '' AND m.device_id = 1 AND m.method = 'm@1'
ORDER BY m.acquired_at, m.analysis_id
"""
SEEK = "SELECT stored_at FROM analysis WHERE profile_id = ? ORDER BY acquired_at DESC LIMIT 1"


def race_store(folder: Path) -> bool:
    """Print milliseconds of CPU for ours and the floor; whether their ratio is small enough."""
    with open_store(folder / "large.db", spool=folder / "spool", reserve_bytes=0) as store:
        fill(store)
        with closing(sqlite3.connect(folder / "large.db")) as plain:
            seeks = [(f"p{number}",) for number in range(PROFILES)]
            trend = _race(
                f"trend of {LONG} points / plain sqlite3",
                lambda: store.results.trend_of_profile("p0", "k3"),
                lambda: plain.execute(TREND).fetchall(),
                goal=4.0,
            )
            latest = _race(
                f"latest of {PROFILES} profiles / plain sqlite3",
                store.reports.last_results,
                lambda: [plain.execute(SEEK, seek).fetchone() for seek in seeks],
                goal=8.0,
            )
    return trend and latest


def fill(store: Store) -> None:
    """Store results of all profiles in turn, hour by hour, and then those of the first alone."""
    with store.database.writing() as connection:
        connection.execute(insert(DEVICE).values(id=1, identity="device"))
        connection.execute(insert(PROFILE), [{"id": f"p{n}", "created_at": FIRST} for n in range(PROFILES)])
        number = 0
        for hour in range(LONG):
            profiles = range(PROFILES if hour < SHORT else 1)
            _add(connection, [(number + n, f"p{n}") for n in profiles], FIRST + timedelta(hours=hour))
            number += len(profiles)


def _add(connection: Connection, results: list[tuple[int, str]], at: datetime) -> None:
    sets, analyses, measurements, judgements = [], [], [], []
    for number, profile in results:
        common = {"profile_id": profile, "revision": 1, "generation": 1, "phantom": "x"}
        times = {"opened_at": at, "last_arrival_at": at}
        sets.append(common | times | {"id": number, "identity": str(number), "group_key": "", "state": "complete"})
        texts = dict.fromkeys(TEXTS, "{}") | {"curves": "[]", "overlays": "[]" + 3000 * " ", "verdict": "pass"}
        ids = {"id": number, "set_id": number, "inputs_sha256": str(number), "device_id": 1}
        analyses.append(common | texts | ids | {"current": True, "measured": True, "acquired_at": at, "stored_at": at})
        for position in range(KEYS):
            which = {"analysis_id": number, "position": position}
            measurements.append(which | _measurement(profile, position, at))
            judgements.append(which | _judgement())
    connection.execute(insert(MEASUREMENT_SET), sets)
    connection.execute(insert(ANALYSIS), analyses)
    connection.execute(insert(MEASUREMENT), measurements)
    connection.execute(insert(JUDGEMENT), judgements)


def _measurement(profile: str, position: int, at: datetime) -> dict[str, Any]:
    identity = {
        "device_id": 1,
        "profile_id": profile,
        "revision": 1,
        "key": f"k{position}",
        "method": "m@1",
        "item": "",
    }
    return identity | {"acquired_at": at, "value": float(at.hour), "unit": "HU", "uncertainty": 0.1}


def _judgement() -> dict[str, Any]:
    limits = {"warning_low": -2.0, "warning_high": 2.0, "fail_low": -4.0, "fail_high": 4.0}
    return limits | {"verdict": "pass", "reference": 0.0, "limited": True, "source": "s", "verified": True}


def _race(title: str, work: Callable[[], Any], floor: Callable[[], Any], *, goal: float) -> bool:
    pairs = [(_ms(work), _ms(floor)) for _ in range(ROUNDS + 1)][1:]
    ours, floors = (median(one) for one in zip(*pairs, strict=True))
    ratio = median(a / b for a, b in pairs)
    verdict = "reached" if ratio <= goal else "MISSED"
    print(f"{title:<46} {ours:.1f} ms / {floors:.1f} ms = {ratio:.2f}  goal ≤ {goal:.2g}  {verdict}", flush=True)
    return ratio <= goal


def _ms(work: Callable[[], Any]) -> float:
    start = process_time()
    work()
    return 1000 * (process_time() - start)
