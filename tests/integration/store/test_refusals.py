# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the store cannot do it says, with a code and advice, and leaves nothing by half."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from optimage.errors import StoreError
from optimage.store.engine import open_store
from tests.integration.store.samples import digest, new_instance, part10


def refused_opening(home, **options) -> StoreError:
    with pytest.raises(StoreError) as refused:
        open_store(home / "optimage.db", spool=home / "spool", **options)
    return refused.value


def stamp(home, version: str) -> None:
    open_store(home / "optimage.db", spool=home / "spool").close()
    with closing(sqlite3.connect(home / "optimage.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
        connection.commit()


def test_an_older_database_is_refused_with_the_command_that_fixes_it(home):
    stamp(home, "0000")
    error = refused_opening(home)
    assert error.code == "database_outdated"
    assert 'run "optimage db upgrade" (a backup is made first)' in str(error)


def test_a_newer_database_is_refused(home):
    stamp(home, "0999")
    assert refused_opening(home).code == "database_newer"


def test_a_locked_database_is_named_so(home, store):
    with closing(sqlite3.connect(home / "optimage.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        impatient = open_store(home / "optimage.db", spool=home / "spool", busy_timeout_s=0.05)
        with impatient, pytest.raises(StoreError) as refused:
            impatient.instances.add(new_instance(), operator="me")
        assert refused.value.code == "database_locked"
        other.execute("ROLLBACK")
    assert store.instances.add(new_instance(), operator="me").id == 1


def test_a_file_that_is_no_database_is_named_so(home):
    (home / "optimage.db").write_bytes(b"not a database, but long enough to be one" * 100)
    assert refused_opening(home).code == "database_corrupt"


def test_a_damaged_database_is_found_by_the_check(home):
    with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0) as store:
        for n in range(50):
            store.instances.add(new_instance(f"1.{n}", bytes([n])), operator="me")
    with closing(sqlite3.connect(home / "optimage.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'instance'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with (home / "optimage.db").open("r+b") as file:
        file.seek((page - 1) * size + 12)
        file.write(b"\xff" * 64)
    with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0) as store:
        try:
            codes = {finding.code for finding in store.check()}
        except StoreError as error:
            codes = {error.code}
    assert codes & {"database_damaged", "database_corrupt"}


def test_a_folder_in_place_of_the_database_is_unreadable(home):
    (home / "optimage.db").mkdir()
    assert refused_opening(home).code == "database_unreadable"


def test_a_file_in_place_of_the_spool_is_refused(home):
    (home / "spool").write_text("in the way")
    assert refused_opening(home).code == "storage_failed"


def test_a_read_only_database_is_refused_when_written(home, store):
    with sqlite_read_only(home) as frozen, pytest.raises(StoreError) as refused:
        frozen.instances.add(new_instance(), operator="me")
    assert refused.value.code == "folder_read_only"


def sqlite_read_only(home):
    """Open the file with SQLite's own read-only mode: file modes do not bind an administrator."""
    return open_store(f"sqlite:///file:{home}/optimage.db?mode=ro&uri=true", spool=home / "spool", reserve_bytes=0)


def test_below_the_reserve_the_spool_accepts_nothing(home):
    with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=2**62) as store:
        with pytest.raises(StoreError) as refused:
            store.spool.put(part10(b"x"), digest(b"x"))
        assert refused.value.code == "disk_full"
        assert list(store.spool.hashes()) == []


CAPPED = """
import resource, signal, sys
from pathlib import Path
from optimage.errors import StoreError
from optimage.store.engine import open_store
from tests.integration.store.samples import digest, new_instance, part10

home, limit = Path(sys.argv[1]), int(sys.argv[2])
store = open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0)
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
big = bytes(300_000)
try:
    if sys.argv[3] == "spool":
        store.spool.put(part10(big), digest(big))
    else:
        for n in range(10_000):
            store.instances.add(new_instance(f"1.{n}", str(n).encode()), operator="me")
except StoreError as error:
    print(error.code)
"""


def capped(home, limit: int, what: str) -> str:
    """Run a writer whose files may not grow beyond `limit` bytes; return the code it was refused with."""
    command = [sys.executable, "-c", CAPPED, str(home), str(limit), what]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="no file size limits")
def test_a_file_that_cannot_grow_leaves_nothing_in_the_spool(home):
    assert capped(home, 100_000, "spool") == "disk_full"
    assert [path for path in (home / "spool").rglob("*") if path.is_file()] == []


@pytest.mark.skipif(not hasattr(signal, "SIGXFSZ"), reason="no file size limits")
def test_a_database_that_cannot_grow_refuses_and_stays_whole(home):
    open_store(home / "optimage.db", spool=home / "spool").close()
    size = os.path.getsize(home / "optimage.db")  # noqa: PTH202
    assert capped(home, size + resource.getpagesize() * 8, "database") in {"storage_failed", "disk_full"}
    with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0) as store:
        assert store.check() == ()


@pytest.fixture
def tiny_disk(tmp_path):
    """A disk of 1 MiB; only an administrator can mount one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("cannot mount a small disk here")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_refused_and_what_was_stored_stays(tiny_disk):
    with open_store(tiny_disk / "optimage.db", spool=tiny_disk / "spool", reserve_bytes=0) as store:
        kept = bytes(200_000)
        store.spool.put(part10(kept), digest(kept))
        with pytest.raises(StoreError) as refused:
            store.spool.put(part10(bytes(2**20)), digest(bytes(2**20)))
        assert refused.value.code == "disk_full"
        with pytest.raises(StoreError) as refused:
            for n in range(100_000):
                store.instances.add(new_instance(f"1.{n}", str(n).encode()), operator="me")
        assert refused.value.code == "disk_full"
        assert list(store.spool.hashes()) == [digest(kept)]
        assert store.check() == ()
