# SPDX-License-Identifier: LGPL-3.0-or-later
"""A backup becomes a working site again: on a file or on a server, whichever it came from."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from optimage.errors import StoreError, UsageError
from optimage.model.control import Signal
from optimage.model.plain import to_plain
from optimage.store.backup import backup, verify
from optimage.store.engine import Store, open_store
from optimage.store.restore import restore
from optimage.store.schema import METADATA
from tests.integration.store.contract import receive, stored
from tests.integration.store.reporting import report_by_itself
from tests.integration.store.samples import NOON, digest, not_measured, result
from tests.integration.store.statistics import LINES, baseline, bring, event, older

KINDS = ("sqlite", "postgresql")
RELEASED = sorted((Path(__file__).parent / "released").glob("schema-*.db"))


def fill(store: Store) -> None:
    """Store something in most tables, with a superseded result and text of several scripts."""
    first = stored(store, 4.25)
    store.results.add(result(5.5, inputs="more"), set_id=first.set_id, job_id=None, operator="Jürgen 李")
    store.results.add(not_measured("none"), set_id=first.set_id, job_id=None, operator="me")
    store.reviews.add(first.id, "accept", operator="me", text="as expected; 日本")
    signal = store.signals.add(Signal("R1", "noise", 9.0, LINES, first.id, (first.id,), since=NOON))
    store.signals.acknowledge(signal.id, operator="Jürgen 李", reason="seen")
    frozen = store.baselines.freeze(baseline(store, first))
    store.baselines.release(frozen.id, operator="me", reason="the wrong month; 日本")
    store.events.add(event(store.devices.list()[0].id, keyword="SoftwareVersions", after="VA20A", border=True))
    bring(store, older(4.0, 0), older(4.5, 1))
    report_by_itself(store, first.id)


def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of all tables."""
    with store.database.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(table.select())), key=repr)
            for table in METADATA.sorted_tables
        }


@pytest.fixture
def places(request, home):
    """Make a path or URL of an empty database of the kind that is asked for."""

    def place(kind: str, name: str) -> str | Path:
        if kind == "sqlite":
            return home / name / "optimage.db"
        return request.getfixturevalue("pg_url" if name == "old" else "empty_pg_url")

    return place


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_what_was_backed_up_comes_back_row_by_row_and_work_goes_on(places, home, source, target):
    with open_store(places(source, "old"), spool=home / "old-spool", reserve_bytes=0) as store:
        fill(store)
        expected, results = rows_of(store), to_plain(store.results.list())
        backup(store, home / "copy")
    where = places(target, "new")
    assert restore(home / "copy", where, spool=home / "new-spool", operator="me") == ()
    with open_store(where, spool=home / "new-spool", reserve_bytes=0) as again:
        found = rows_of(again)
        assert sorted(found.pop("audit"))[:-1] == sorted(expected.pop("audit"))
        assert found == expected
        assert again.audit.list()[-1].action == "database_restored"
        assert to_plain(again.results.list()) == results
        assert verify(again) == () == again.check()
        last = max(one.id for one in again.results.list())
        assert stored(again, 1.0, day=5).id == last + 1
        assert again.check() == ()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("released", RELEASED, ids=lambda path: path.stem)
def test_a_database_file_of_any_released_schema_is_restored_and_brought_up_to_date(places, home, kind, released):
    where = places(kind, "new")
    findings = restore(released, where, spool=home / "spool", operator="me")
    assert {finding.code for finding in findings} == {"spool_missing"}, "the file alone brings no images"
    with open_store(where, spool=home / "spool", reserve_bytes=0) as store:
        assert [kept.find("noise").measurement.value for kept in store.results.current()] == [4.25]
        assert store.check() == ()


@pytest.fixture
def copy(store, home):
    """A backup of a small store."""
    fill(store)
    backup(store, home / "copy")
    return home / "copy"


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_with_rows_is_not_touched(places, home, copy, kind):
    where = places(kind, "new")
    with open_store(where, spool=home / "new-spool", reserve_bytes=0) as other:
        receive(other, "9.9", b"precious")
        before = rows_of(other)
        with pytest.raises(UsageError) as refused:
            restore(copy, where, spool=home / "new-spool", operator="me")
        assert refused.value.code == "target_not_empty"
        assert rows_of(other) == before
        assert set(other.spool.hashes()) == {digest(b"precious")}


def test_a_spool_with_other_files_is_not_touched(home, copy):
    with open_store(home / "other.db", spool=home / "new-spool", reserve_bytes=0) as other:
        receive(other, "9.9", b"precious")
    with pytest.raises(UsageError) as refused:
        restore(copy, home / "new.db", spool=home / "new-spool", operator="me")
    assert refused.value.code == "target_not_empty"


def test_tables_without_rows_are_empty_enough_and_a_restore_that_was_cut_off_goes_on(home, copy, store):
    with open_store(home / "new.db", spool=home / "new-spool", reserve_bytes=0) as begun:
        (sha256, *_) = store.spool.hashes()
        begun.spool.put(store.spool.read(sha256), sha256)
    assert restore(copy, home / "new.db", spool=home / "new-spool", operator="me") == ()


def test_a_damaged_file_of_a_backup_is_told(home, copy):
    (damaged, *_) = sorted((copy / "spool").rglob("*.dcm"))
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    findings = restore(copy, home / "new.db", spool=home / "new-spool", operator="me")
    assert [finding.code for finding in findings] == ["spool_changed"]


def test_a_backup_that_lost_a_file_is_refused_before_the_database_is_written(home, copy):
    (lost, *_) = sorted((copy / "spool").rglob("*.dcm"))
    lost.unlink()
    with pytest.raises(StoreError) as refused:
        restore(copy, home / "new.db", spool=home / "new-spool", operator="me")
    assert refused.value.code == "spool_missing"
    with open_store(home / "new.db", spool=home / "new-spool", reserve_bytes=0) as new:
        assert new.audit.list() == ()


def test_a_backup_of_a_newer_version_is_refused(home, copy):
    with closing(sqlite3.connect(copy / "optimage.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()
    with pytest.raises(StoreError) as refused:
        restore(copy, home / "new.db", spool=home / "new-spool", operator="me")
    assert refused.value.code == "database_newer"


@pytest.mark.parametrize("content", [None, "nothing", "empty"])
def test_what_is_no_backup_is_refused(home, copy, content):
    folder = home / "no-backup"
    folder.mkdir()
    if content == "nothing":
        sqlite3.connect(folder / "optimage.db").close()
    if content == "empty":
        shutil.copytree(copy / "spool", folder / "spool")
    with pytest.raises(UsageError) as refused:
        restore(folder, home / "new.db", spool=home / "new-spool", operator="me")
    assert refused.value.code == "unknown_backup"
