# SPDX-License-Identifier: LGPL-3.0-or-later
"""A store of a million values: reading it, and filling it, beside plain sqlite3 on the same rows, in this process."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

from sqlalchemy import insert

from optimage.model.outcome import (
    Acquisition,
    DeviceIdentity,
    JudgedMeasurement,
    ProfileReference,
    Provenance,
    Result,
)
from optimage.model.results import Measurement
from optimage.model.tolerance import Judgement, Limits, Verdict
from optimage.store.database import SQLITE_SETTINGS
from optimage.store.engine import Store, open_store
from optimage.store.schema import PROFILE

PROFILES, KEYS = 200, 20
LONG = 5000  # results of the first profile
FEW, MANY = 1, 225  # of each other: 104 thousand values in all, and 996 thousand
IMPORTED = 2000  # results at once
ROUNDS = 9
FIRST = datetime(2020, 1, 1, tzinfo=UTC)
SCANNER = DeviceIdentity("Maker", "Model", "1")
JUDGED = tuple(
    Judgement(verdict, 0.0, Limits(-2.0, 2.0, -4.0, 4.0), "s")
    for verdict in (Verdict.PASS, Verdict.WARNING, Verdict.FAIL)
)
TREND = """
SELECT analysis_id, acquired_at, value, unit, ruling_id, uncertainty, revision, imported
FROM measurement
WHERE profile_id = 'p0' AND key = 'k3' AND item = '' AND device_id = 1 AND method = 'm@1'
ORDER BY acquired_at, analysis_id
"""
SEEK = "SELECT id, stored_at, verdict FROM analysis WHERE profile_id = ? ORDER BY acquired_at DESC LIMIT 1"


def race_store(folder: Path) -> bool:
    """Print milliseconds of CPU, of ours and of what they are held against; whether every goal was reached."""
    small, large = folder / "small.db", folder / "large.db"
    spool = folder / "spool"
    with (
        open_store(small, spool=spool, reserve_bytes=0) as of_few,
        open_store(large, spool=spool, reserve_bytes=0) as of_many,
        closing(sqlite3.connect(large)) as plain,
    ):
        fill(of_few, FEW)
        fill(of_many, MANY)
        reached = [*_trend(of_few, of_many, plain), *_latest(of_few, of_many, plain)]
    return all((*reached, *_import(folder)))


def _trend(small: Store, large: Store, plain: sqlite3.Connection) -> tuple[bool, ...]:
    (trend,) = [one for one in large.results.trends("p0") if one.key == "k3"]
    few, many, floor = _in_turn(
        lambda: small.results.points(trend),
        lambda: large.results.points(trend),
        lambda: plain.execute(TREND).fetchall(),
    )
    return (
        _told(f"trend of {LONG} points of 10⁶ values", [many], "ms", 30.0),
        _told("the same / plain sqlite3", [many, floor], "", 5.0),
        _told("the same / of 10⁵ values", [many, few], "", 1.3),
    )


def _latest(small: Store, large: Store, plain: sqlite3.Connection) -> tuple[bool, ...]:
    seeks = [(f"p{number}",) for number in range(PROFILES)]
    few, many, floor = _in_turn(
        small.results.latest_of, large.results.latest_of, lambda: [plain.execute(SEEK, one).fetchone() for one in seeks]
    )
    return (
        _told(f"latest of {PROFILES} profiles of 10⁶ values", [many], "ms", 10.0),
        _told("the same / plain sqlite3", [many, floor], "", 6.0),
        _told("the same / of 10⁵ values", [many, few], "", 1.3),
    )


def _import(folder: Path) -> tuple[bool, ...]:
    """Compare an import with its rows put into the same indexed tables by plain sqlite3: all rows, and values alone."""
    for name in ("ours", "rows", "values"):
        open_store(folder / f"{name}.db", spool=folder / "spool", reserve_bytes=0).close()
    with (
        open_store(folder / "ours.db", spool=folder / "spool", reserve_bytes=0) as store,
        closing(_as_safe(folder / "rows.db")) as rows,
        closing(_as_safe(folder / "values.db")) as values,
        closing(sqlite3.connect(folder / "ours.db")) as stored,
    ):
        _profiles(store)
        times: list[tuple[float, ...]] = []
        for first in range(0, IMPORTED * (ROUNDS + 1), IMPORTED):
            results = [_result("p0", first + hour) for hour in range(IMPORTED)]
            ours = _ms(lambda results=results: _bring(store, results))  # type: ignore[misc]
            new = {
                table: stored.execute(f"SELECT * FROM {table} WHERE {number} > ?", (first,)).fetchall()
                for table, number in (("measurement_set", "id"), ("analysis", "id"), ("measurement", "analysis_id"))
            }
            alone = {"measurement": new["measurement"]}
            times.append((ours, _ms(lambda new=new: _put(rows, new)), _ms(lambda alone=alone: _put(values, alone))))  # type: ignore[misc]
    ours_all, all_rows, values_alone = (list(one) for one in zip(*times[1:], strict=True))
    title = f"import of {IMPORTED * KEYS} values / their rows by"
    return (
        _told(f"{title} sqlite3", [ours_all, values_alone], "", 1 / 0.3),
        _told("the same / all rows of it by sqlite3", [ours_all, all_rows], "", 1 / 0.3),
    )


def _as_safe(path: Path) -> sqlite3.Connection:
    """Open a file with the settings of the store, so that either commits as safely."""
    connection = sqlite3.connect(path)
    for setting in SQLITE_SETTINGS[:2]:
        connection.execute(setting)
    return connection


def _put(connection: sqlite3.Connection, rows: Mapping[str, list[tuple[Any, ...]]]) -> None:
    for table, some in rows.items():
        connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(some[0]))})", some)
    connection.commit()


def fill(store: Store, results: int) -> None:
    """Store results of all profiles in turn, hour by hour, and then those of the first alone."""
    _profiles(store)
    for start in range(0, LONG, 25):
        hours = range(start, start + 25)
        _bring(store, [_result(f"p{n}", hour) for hour in hours for n in range(PROFILES if hour < results else 1)])


def _profiles(store: Store) -> None:
    with store.database.writing() as connection:
        connection.execute(insert(PROFILE), [{"id": f"p{n}", "created_at": FIRST} for n in range(PROFILES)])


def _bring(store: Store, results: list[Result]) -> None:
    store.imports.add(results, sha256="0" * 64, file_name="results", operator="me")


def _result(profile: str, hour: int) -> Result:
    return Result(
        phantom="x",
        verdict=Verdict.PASS,
        acquisition=Acquisition(FIRST + timedelta(hours=hour), "file", device=SCANNER),
        provenance=Provenance("1", "1"),
        profile=ProfileReference(profile, 1),
        measurements=tuple(
            JudgedMeasurement(Measurement(f"k{n}", hour % 97 / 7, "HU", 0.1, "m@1"), JUDGED[hour % len(JUDGED)])
            for n in range(KEYS)
        ),
    )


def _in_turn(*works: Callable[[], Any]) -> tuple[list[float], ...]:
    """Return milliseconds of CPU of each work, round by round, the first round left out."""
    rounds = [tuple(_ms(work) for work in works) for _ in range(ROUNDS + 1)][1:]
    return tuple(list(one) for one in zip(*rounds, strict=True))


def _told(title: str, times: list[list[float]], unit: str, goal: float) -> bool:
    """Print a time, or the ratio of two as the median of the rounds; whether it is small enough."""
    figure = median(times[0]) if len(times) == 1 else median(a / b for a, b in zip(*times, strict=True))
    shown = " / ".join(f"{median(one):.1f} ms" for one in times)
    ratio = f" = {figure:.2f}" if len(times) > 1 else ""
    verdict = "reached" if figure <= goal else "MISSED"
    print(f"{title:<46} {shown}{ratio}  goal ≤ {goal:.2g} {unit}  {verdict}", flush=True)
    return figure <= goal


def _ms(work: Callable[[], Any]) -> float:
    start = process_time()
    work()
    return 1000 * (process_time() - start)
