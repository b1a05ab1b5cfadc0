# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the server refuses is told with a code and advice, and never with the password."""

import os
import traceback
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import make_url

from optimage.errors import StoreError
from optimage.store.engine import open_store
from tests.integration.postgres.server import PASSWORD, QUOTED, USER, execute
from tests.integration.store.samples import new_instance

WRONG = "wrong-secret"
SECRETS = (PASSWORD, QUOTED, WRONG)


@contextmanager
def refused(code: str):
    """Expect a StoreError, and no password in anything that could be shown of it."""
    with pytest.raises(StoreError) as caught:
        yield
    assert caught.value.code == code
    assert caught.value.advice.template
    shown = [str(caught.value), repr(caught.value), "".join(traceback.format_exception(caught.value, chain=True))]
    assert not [secret for secret in SECRETS for text in shown if secret in text]


def with_user(url: str, user: str | None = None, password: str | None = None) -> str:
    """Return `url` with another password, or none, and perhaps another user."""
    named = make_url(url)
    return named._replace(username=user or named.username, password=password).render_as_string(hide_password=False)


def open_at(url, tmp_path):
    return open_store(url, spool=tmp_path / "spool", reserve_bytes=0, busy_timeout_s=1.0)


def test_a_wrong_password_is_refused(pg_url, tmp_path):
    with refused("database_refused"):
        open_at(with_user(pg_url, password=WRONG), tmp_path)


def test_a_wrong_password_in_the_query_is_not_shown_either(pg_url, tmp_path):
    with refused("database_refused"):
        open_at(with_user(pg_url) + f"?password={WRONG}", tmp_path)


def test_a_missing_password_is_refused(pg_url, tmp_path):
    with refused("database_refused"):
        open_at(with_user(pg_url), tmp_path)


def test_a_database_that_does_not_exist_is_refused(pg_server, tmp_path):
    with refused("database_refused"):
        open_at(pg_server.url("nowhere"), tmp_path)


def test_a_server_that_is_down_is_unreachable(tmp_path):
    with refused("database_unreachable"):
        open_at(f"postgresql://{USER}:{QUOTED}@127.0.0.1:1/optimage", tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://{USER}:{PASSWORD}@host:port/name",
        f"mysql://{USER}:{QUOTED}@host/name",
        f"postgres ql://{USER}:{QUOTED}@host/name",
    ],
)
def test_a_url_that_is_none_is_told_without_showing_it(url, tmp_path):
    with refused("bad_database_url"):
        open_at(url, tmp_path)


def test_postgres_is_another_name_for_postgresql(pg_url, tmp_path):
    open_at(pg_url.replace("postgresql://", "postgres://"), tmp_path).close()


def test_a_user_who_may_not_create_tables_is_told(pg_server, empty_pg_url, tmp_path):
    guest = f"guest_{os.getpid()}"
    pg_server.execute(f"CREATE ROLE {guest} LOGIN PASSWORD '{WRONG}'")
    with refused("database_forbidden"):
        open_at(with_user(empty_pg_url, guest, WRONG), tmp_path)
    pg_server.execute(f"DROP ROLE {guest}")


def test_a_server_that_takes_no_changes_is_told(pg_url, tmp_path):
    with open_at(pg_url, tmp_path) as store, refused("database_forbidden"), store.database.writing() as connection:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")  # what a standby says to every writer
        connection.exec_driver_sql("INSERT INTO site (name) VALUES ('a')")


def test_a_database_of_another_program_is_left_alone(empty_pg_url, tmp_path):
    execute(
        empty_pg_url,
        "CREATE TABLE alembic_version (version_num varchar(32))",
        "INSERT INTO alembic_version VALUES ('3f1c0a')",
    )
    with refused("database_foreign"):
        open_at(empty_pg_url, tmp_path)


def test_tables_of_another_program_are_not_taken_for_ours(empty_pg_url, tmp_path):
    execute(empty_pg_url, "CREATE TABLE device (anything text)")
    with refused("database_foreign"):
        open_at(empty_pg_url, tmp_path)


def test_a_database_that_cannot_hold_every_character_is_refused(pg_server, tmp_path):
    latin = f"latin_{os.getpid()}"
    pg_server.execute(f"CREATE DATABASE {latin} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with refused("database_encoding"):
        open_at(pg_server.url(latin), tmp_path)
    pg_server.execute(f"DROP DATABASE {latin}")


def test_a_writer_that_does_not_end_is_named_a_lock_and_readers_go_on(pg_url, tmp_path):
    with open_at(pg_url, tmp_path) as slow, open_at(pg_url, tmp_path) as other:
        with slow.database.writing() as connection:
            connection.exec_driver_sql("SELECT 1")
            with refused("database_locked"):
                other.instances.add(new_instance(), operator="me")
            assert other.instances.hashes() == frozenset()
        assert other.instances.add(new_instance(), operator="me").conflict is False


def test_a_connection_that_is_cut_in_the_middle_stores_nothing_and_the_next_call_works(pg_server, pg_url, tmp_path):
    with open_at(pg_url, tmp_path) as store:
        with refused("database_unreachable"), store.database.writing() as connection:
            connection.exec_driver_sql("INSERT INTO site (name) VALUES ('half')")
            own = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            pg_server.execute(f"SELECT pg_terminate_backend({own}, 5000)")
            connection.exec_driver_sql("SELECT 1")
        with store.database.reading() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM site").scalar_one() == 0


def test_idle_connections_that_were_cut_are_replaced_unnoticed(pg_url, tmp_path):
    with open_at(pg_url, tmp_path) as store:
        store.instances.add(new_instance("1.1", b"a"), operator="me")
        with psycopg.connect(pg_url, autocommit=True) as other:
            cut = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
            other.execute(f"{cut} AND pid <> pg_backend_pid()")
        assert store.instances.add(new_instance("1.2", b"b"), operator="me").sop_instance_uid == "1.2"


def test_without_the_driver_the_extra_is_named(monkeypatch, pg_url, tmp_path):
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with refused("driver_missing"):
        open_at(pg_url, tmp_path)
