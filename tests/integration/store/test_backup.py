# SPDX-License-Identifier: LGPL-3.0-or-later
"""A backup is a working store, and damage to received files is found."""

import sqlite3
from contextlib import closing

import pytest

from optimage.errors import StoreError, UsageError
from optimage.store.backup import backup, verify
from optimage.store.engine import open_store
from tests.integration.store.contract import receive, stored
from tests.integration.store.samples import digest, part10


def test_a_backup_opens_as_a_store_with_the_same_results_and_files(store, home):
    kept = stored(store, 4.25)
    backup(store, home / "copy")
    with open_store(home / "copy" / "optimage.db", spool=home / "copy" / "spool", reserve_bytes=0) as copy:
        assert repr(copy.results.list()) == repr((copy.results.get(kept.id),)) == repr(store.results.list())
        assert verify(copy) == () == copy.check()
        assert set(copy.spool.hashes()) == set(store.spool.hashes())


def test_a_backup_overwrites_nothing(store, home):
    (home / "copy").mkdir()
    with pytest.raises(UsageError) as refused:
        backup(store, home / "copy")
    assert refused.value.code == "target_exists"


def test_a_backup_that_misses_a_file_is_not_left_as_if_it_were_whole(store, home):
    receive(store)
    store.spool.path(digest(b"pixels")).unlink()
    with pytest.raises(StoreError) as refused:
        backup(store, home / "copy")
    assert refused.value.code == "spool_missing"
    assert not (home / "copy").exists()


def test_missing_changed_unknown_and_foreign_files_are_found(store):
    for n, name in enumerate((b"whole", b"gone", b"bent")):
        receive(store, f"1.{n}", name)
    store.spool.put(part10(b"no row"), digest(b"no row"))
    store.spool.path(digest(b"gone")).unlink()
    bent = store.spool.path(digest(b"bent"))
    bent.write_bytes(bent.read_bytes()[:-1] + b"T")
    (bent.parent / "notes.txt").write_text("mine")
    found = {(finding.code, finding.values["name"]) for finding in verify(store)}
    assert found == {
        ("spool_missing", digest(b"gone")),
        ("spool_changed", digest(b"bent")),
        ("spool_orphan", digest(b"no row")),
        ("spool_foreign", str(bent.parent / "notes.txt")),
    }


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM job", "set_without_job"),
        ("UPDATE analysis SET current = 0", "set_without_current"),
        ("UPDATE audit SET operator = 'nobody' WHERE id = 2", "audit_broken"),
        ("DELETE FROM audit WHERE id = 2", "audit_broken"),
        ("DELETE FROM instance", "reference_broken"),
    ],
)
def test_the_check_finds_what_another_program_broke(store, home, statement, code):
    stored(store, 1.0)
    with closing(sqlite3.connect(home / "optimage.db")) as connection:
        connection.execute(statement)
        connection.commit()
    assert code in {finding.code for finding in store.check()}


def test_two_current_results_of_a_set_are_refused_by_the_database_itself(store, home):
    kept = stored(store, 1.0)
    with closing(sqlite3.connect(home / "optimage.db")) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(analysis)") if row[1] != "id"]
        copied = ", ".join("'other'" if name == "inputs_sha256" else name for name in columns)
        with pytest.raises(sqlite3.IntegrityError, match=r"analysis\.set_id"):
            connection.execute(f"INSERT INTO analysis ({', '.join(columns)}) SELECT {copied} FROM analysis")
    assert [r.id for r in store.results.list()] == [kept.id]
