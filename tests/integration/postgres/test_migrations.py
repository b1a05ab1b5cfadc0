# SPDX-License-Identifier: LGPL-3.0-or-later
"""The migrations run on the server, too, and end at the same tables as a new database has."""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psycopg
import pytest

from optimage.errors import StoreError
from optimage.store.backup import copy_database
from optimage.store.engine import open_store
from optimage.store.schema import SCHEMA_VERSION
from optimage.store.upgrade import schema_version, upgrade
from tests.integration.postgres.server import execute
from tests.integration.store.contract import stored

COLUMNS = """
    SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default
    FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, column_name
"""
INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexdef"
CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
"""


def tables_of(url: str) -> list[Sequence[tuple[object, ...]]]:
    with psycopg.connect(url) as connection:
        return [connection.execute(query).fetchall() for query in (COLUMNS, INDEXES, CONSTRAINTS)]


def test_a_new_database_equals_one_that_was_migrated(pg_url, empty_pg_url, tmp_path):
    assert upgrade(empty_pg_url, backups=tmp_path) is not None
    assert tables_of(empty_pg_url) == tables_of(pg_url)
    assert all(tables_of(pg_url))
    assert schema_version(empty_pg_url) == schema_version(pg_url) == SCHEMA_VERSION


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(empty_pg_url, tmp_path):
    execute(empty_pg_url, "CREATE TABLE report (in_the_way int)")
    before = tables_of(empty_pg_url)
    with pytest.raises(StoreError) as refused:
        upgrade(empty_pg_url, backups=tmp_path)
    assert refused.value.code == "database_foreign"
    assert tables_of(empty_pg_url) == before


def upgrade_into(url: str, backups: Path) -> None:
    upgrade(url, backups=backups)


def test_two_upgrades_at_once_end_well(empty_pg_url, tmp_path):
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(upgrade_into, [empty_pg_url] * 2, [tmp_path / name for name in "ab"]))
    open_store(empty_pg_url, spool=tmp_path / "spool").close()


def test_a_newer_database_is_not_touched_and_nothing_is_to_do_at_the_present_one(pg_url, tmp_path):
    assert upgrade(pg_url, backups=tmp_path) is None
    execute(pg_url, "UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(StoreError) as refused:
        upgrade(pg_url, backups=tmp_path)
    assert refused.value.code == "database_newer"


def test_the_copy_made_before_an_upgrade_is_a_file_that_opens(pg_url, tmp_path):
    with open_store(pg_url, spool=tmp_path / "spool", reserve_bytes=0) as store:
        kept = stored(store, 4.25)
        copy_database(store.database, tmp_path / "copy.db")
        with open_store(tmp_path / "copy.db", spool=tmp_path / "spool", reserve_bytes=0) as copy:
            assert repr(copy.results.list()) == repr((kept,))
            assert copy.check() == ()
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
