# SPDX-License-Identifier: LGPL-3.0-or-later
"""Every released schema can be upgraded, and a new database equals a migrated one."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from optimage.errors import StoreError, UsageError
from optimage.model.selection import EVERYTHING
from optimage.store.engine import open_store
from optimage.store.schema import SCHEMA_VERSION
from optimage.store.upgrade import schema_version, upgrade

RELEASED = sorted((Path(__file__).parent / "released").glob("schema-*.db"))


def tables_of(path: Path) -> dict[tuple[str, str], list[str]]:
    """Return the parts of every statement that made a table or index: columns may stand in any order."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type, name, coalesce(sql, '') FROM sqlite_master").fetchall()
    between = r"\n|,\s+(?![^()]*\))"  # a line ends, or a comma that is in no parentheses
    return {
        (kind, name): sorted(re.sub(r'["\s]+', " ", part).strip(" ,") for part in re.split(between, sql))
        for kind, name, sql in rows
    }


def empty(path: Path) -> Path:
    """Make a database without tables, where all migrations run."""
    sqlite3.connect(path).close()
    return path


def test_a_new_database_equals_one_that_was_migrated(home):
    open_store(home / "new.db", spool=home / "spool").close()
    upgrade(empty(home / "migrated.db"), backups=home)
    assert tables_of(home / "new.db") == tables_of(home / "migrated.db")
    assert schema_version(home / "new.db") == schema_version(home / "migrated.db") == SCHEMA_VERSION


def test_every_schema_has_its_released_database():
    assert [path.stem.removeprefix("schema-") for path in RELEASED] == [
        f"{n:04d}" for n in range(1, int(SCHEMA_VERSION) + 1)
    ]


@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_a_released_database_is_upgraded_and_keeps_what_it_holds(released, home):
    shutil.copy(released, home / "optimage.db")
    upgrade(home / "optimage.db", backups=home)
    assert schema_version(home / "optimage.db") == SCHEMA_VERSION
    open_store(home / "new.db", spool=home / "spool").close()
    assert tables_of(home / "optimage.db") == tables_of(home / "new.db")
    with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0) as store:
        (kept,) = store.results.current()
        assert kept.find("noise").measurement.value == 4.25
        assert kept.find("noise").judgement.limits.fail_high == 6.5
        assert [review.action for review in kept.reviews] == ["accept"]
        assert [point.value for point in store.results.trend(kept.id, "noise")] == [4.25]
        assert store.profiles.get("ct_daily").revision == 1
        assert store.check() == ()


def test_what_statistics_stand_on_survives_from_the_schema_that_brought_it(home):
    shutil.copy(RELEASED[2], home / "optimage.db")
    upgrade(home / "optimage.db", backups=home)
    with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0) as store:
        (kept,) = store.results.current()
        (baseline,) = store.baselines.list()
        assert (baseline.result_ids, baseline.lines.levels, baseline.unit) == ((kept.id,), (3.0, 3.5, 5.0, 7.25), "HU")
        (event,) = store.events.list()
        assert (event.text, event.border) == ("new tube", True)
        (signal,) = store.signals.list()
        assert (signal.points, signal.acknowledged.reason) == ((kept.id,), "seen")


def test_signals_of_before_speak_of_the_one_point_that_raised_them(home):
    shutil.copy(RELEASED[1], home / "optimage.db")
    lines = '{"phase":"full","n":30,"centre":4.0,"sigma":0.1,"control_sigma":2.0,"alarm_sigma":3.0}'
    with closing(sqlite3.connect(home / "optimage.db")) as connection:
        connection.execute(
            "INSERT INTO signal (analysis_id, rule, key, value, lines, at) VALUES (1, 'R1', 'noise', 4.25, ?, ?)",
            (lines, "2026-03-02 12:00:01.000000"),
        )
        connection.commit()
    upgrade(home / "optimage.db", backups=home)
    with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0) as store:
        (kept,) = store.results.current()
        (signal,) = store.signals.open()
        assert (signal.points, signal.since) == ((kept.id,), kept.acquisition.at)
        assert (signal.rule, signal.lines.ual) == ("R1", 4.0 + 3 * 0.1)


def test_reports_of_before_are_told_as_pdfs_of_measurements(home):
    shutil.copy(RELEASED[2], home / "optimage.db")
    with closing(sqlite3.connect(home / "optimage.db")) as connection:
        connection.execute(
            "INSERT INTO report (analysis_id, kind, sha256, file_name, operator, at)"
            " VALUES (1, 'measurement', 'abc', 'result-000001.pdf', 'me', '2026-03-02 12:00:01.000000')"
        )
        connection.commit()
    upgrade(home / "optimage.db", backups=home)
    with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0) as store:
        (kept,) = store.results.current()
        (report,) = store.reports.list(result_id=kept.id)
        assert (report.result_ids, report.template, report.form, report.behind) == ((1,), "measurement", "pdf", "")
        assert (report.begin, report.end, report.selection) == (None, None, EVERYTHING)


def test_what_reports_stand_on_survives_from_the_schema_that_brought_it(home):
    shutil.copy(RELEASED[3], home / "optimage.db")
    upgrade(home / "optimage.db", backups=home)
    with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0) as store:
        (schedule,) = store.schedules.list()
        (run,) = store.runs.list(schedule.id)
        assert (schedule.name, schedule.anchor, run.state) == ("month", date(2026, 1, 31), "done")
        report = store.reports.get(run.report_ids[0])
        assert (report.selection.keys, report.end) == (("noise", "ct_water"), run.end)
        assert [one.report_ids for one in store.notices.list()] == [run.report_ids]
        assert [one.name for one in store.signatures.list()] == ["Dr Jürgen 李"]


def test_a_backup_is_made_before_an_upgrade_and_none_where_nothing_is_to_do(home):
    backup = upgrade(empty(home / "optimage.db"), backups=home)
    assert backup.parent == home
    assert schema_version(backup) is None
    assert upgrade(home / "optimage.db", backups=home) is None


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(home):
    with closing(sqlite3.connect(home / "optimage.db")) as connection:
        connection.execute("CREATE TABLE report (in_the_way INTEGER)")
        connection.commit()
    before = tables_of(home / "optimage.db")
    with pytest.raises(StoreError):
        upgrade(home / "optimage.db", backups=home)
    assert tables_of(home / "optimage.db") == before


def test_a_newer_database_is_not_touched(home):
    open_store(home / "optimage.db", spool=home / "spool").close()
    with closing(sqlite3.connect(home / "optimage.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()
    with pytest.raises(StoreError) as refused:
        upgrade(home / "optimage.db", backups=home)
    assert refused.value.code == "database_newer"
    assert schema_version(home / "optimage.db") == "0999"


def test_there_is_nothing_to_upgrade_where_there_is_no_file(home):
    with pytest.raises(UsageError) as refused:
        upgrade(home / "optimage.db", backups=home)
    assert refused.value.code == "unknown_database"
    assert not (home / "optimage.db").exists()


def test_opening_a_store_loads_neither_alembic_nor_the_orm(home):
    script = (
        "import sys; from pathlib import Path; from optimage.store.engine import open_store;"
        "home = Path(sys.argv[1]); open_store(home / 'optimage.db', spool=home / 'spool').close();"
        "print([m for m in sys.modules if m.startswith(('alembic', 'sqlalchemy.orm', 'pydantic'))])"
    )
    found = subprocess.run([sys.executable, "-c", script, str(home)], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
