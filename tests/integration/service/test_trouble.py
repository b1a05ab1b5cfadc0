# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where nothing can be kept the sender hears so, nothing is there by half, and afterwards all goes on."""

import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from optimage.dicom.scu import SendReport, send
from optimage.errors import StoreError
from optimage.store.backup import copy_database, verify
from optimage.store.engine import open_store
from optimage.store.postgresql import WRITERS
from tests.integration.postgres.server import execute
from tests.integration.service.conftest import Write, eventually, stored
from tests.integration.site import Site
from tests.integration.store.samples import new_instance
from tests.integration.warm import Command

OUT_OF_RESOURCES = 0xA700


def sent(site: Site, folder: Path) -> SendReport:
    return send([folder], host="127.0.0.1", port=site.port, called_ae="TESTSITE")


@contextmanager
def disk_full(site: Site, process: Command) -> Iterator[None]:
    """Let the service write no file beyond 1 kB, as if the disk had no room."""
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1024, resource.RLIM_INFINITY))
    yield
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def spool_gone(site: Site, process: Command) -> Iterator[None]:
    """Put a file where the spool was."""
    spool, away = site.home / "spool", site.home / "away"
    spool.rename(away)
    spool.write_text("no folder")
    yield
    spool.unlink()
    away.rename(spool)


@contextmanager
def database_gone(site: Site, process: Command) -> Iterator[None]:
    """Move the database away; a server keeps it and lets nobody in."""
    if site.database:
        with server_without(site):
            yield
        return
    database, away = site.home / "optimage.db", site.home / "away.db"
    database.rename(away)
    yield
    assert not database.exists(), "no empty one was made in its place"
    away.rename(database)


@contextmanager
def database_locked(site: Site, process: Command) -> Iterator[None]:
    """Hold the write lock of the database from another program, longer than the service waits for it."""
    if site.database:
        with psycopg.connect(site.database) as other:
            other.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS])
            yield
        return
    other = sqlite3.connect(site.home / "optimage.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def server_without(site: Site) -> Iterator[None]:
    """Close the database for everybody, those who are in it included."""
    name = make_url(site.database).database
    others = site.database.removesuffix(f"/{name}") + "/postgres"
    execute(others, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
    execute(others, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    yield
    execute(others, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


@pytest.mark.parametrize("trouble", [disk_full, spool_gone, database_gone, database_locked])
def test_trouble_is_answered_with_a700_and_passes(site: Site, write: Write, trouble) -> None:
    folder = write("images", matrix=64)
    with site.service() as process:
        with trouble(site, process):
            (refused,) = sent(site, folder).objects
            assert (refused.status, refused.comment[:15]) == (OUT_OF_RESOURCES, "cannot be kept:")
        assert process.poll() is None
        assert sent(site, folder).all_stored
        (result,) = stored(site, 1)
        assert result.measurements
    with site.store() as store:
        assert verify(store) == ()
        assert store.check() == ()


@pytest.mark.only_on("sqlite")
def test_a_service_whose_database_was_replaced_uses_the_new_one_and_not_the_old_log(tmp_path: Path) -> None:
    database = tmp_path / "optimage.db"
    with open_store(database, spool=tmp_path / "spool", reserve_bytes=0) as store:
        store.instances.add(new_instance("1.1", b"a"), operator="me")
        copy_database(store.database, tmp_path / "backup.db")
        store.instances.add(new_instance("1.2", b"b"), operator="me")
        database.unlink()
        for _ in range(2):
            with pytest.raises(StoreError) as refused:
                store.instances.add(new_instance("1.3", b"c"), operator="me")
            assert refused.value.code == "database_missing"
        shutil.copy(tmp_path / "backup.db", database)
        assert store.instances.add(new_instance("1.4", b"d"), operator="me").id == 2
        assert store.check() == ()
        assert len(store.instances.hashes()) == 2


def test_what_cannot_be_handled_is_put_aside_and_the_next_image_is_measured(site: Site, write: Write) -> None:
    with site.store() as store:
        store.instances.add(new_instance("1.1", b"poison"), operator="me")
    site.sql("UPDATE instance SET sha256 = 'no hash'")
    with site.service():
        site.send(write("good"))
        (result,) = stored(site, 1)
    assert result.measurements
    found = site.sql("SELECT state, detail FROM instance ORDER BY id")
    assert found[0] == ("unreadable", "internal_error")
    assert site.log.read_text().count("instance 1 cannot be handled") == 1


def test_a_job_whose_profile_cannot_be_had_ends_with_one_result_that_says_so(site: Site, write: Write) -> None:
    with site.service():
        site.send(write("first", "slow"), write("second"))
        eventually(lambda: site.sql("SELECT count(*) FROM job") == [(2,)])
        site.sql("UPDATE measurement_set SET revision = 99 WHERE id = 2")
        results = stored(site, 2)
    assert len(results) == 2
    assert [failure.code for result in results for failure in result.failures] == ["unknown_profile"]


def test_a_coordinator_that_cannot_go_on_takes_the_service_with_it(site: Site) -> None:
    with site.service() as process:
        site.sql("UPDATE profile_revision SET value = '[]'")
        assert process.wait(timeout=20) == 4
    assert "the coordinator ended, and with it the service" in site.log.read_text()
