# SPDX-License-Identifier: LGPL-3.0-or-later
"""One database: its connection settings, and the two ways to use it, reading and writing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from optimage.errors import StoreError
from optimage.messages import N_
from optimage.store.failures import database_errors
from optimage.store.postgresql import DRIVER, READING, SCHEMES, create_server_engine
from optimage.store.presence import Presence

BUSY_TIMEOUT_S = 10.0
SQLITE_SETTINGS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",  # a commit is on the disk before it returns
    "PRAGMA foreign_keys = ON",
)


def database_url(url_or_path: str | Path) -> URL:
    """Return `url_or_path` as a URL; a plain path means SQLite. StoreError `bad_database_url` for any other."""
    text = str(url_or_path)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise _bad_url() from None  # the text may hold a password
    if url.drivername in SCHEMES:
        return url.set(drivername=DRIVER)
    if url.get_backend_name() != "sqlite" and url.drivername != DRIVER:
        raise _bad_url()
    return url


def _bad_url() -> StoreError:
    return StoreError(
        "bad_database_url",
        N_("the database is named by no path and no URL that is understood"),
        advice=N_(
            "write a path, or postgresql://user@host/name; in a password write % as %25, @ as %40, / as %2F, : as %3A"
        ),
    )


def sqlite_path(url: URL) -> Path | None:
    """Return the file of an SQLite database, None for any other."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


@dataclass(frozen=True, slots=True)
class Database:
    """An engine with its readers' twin, and what people call it."""

    engine: Engine
    reader: Engine
    place: str
    confirm: Callable[[], None] = lambda: None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open one consistent view; nothing may be written in it."""
        with database_errors(self.place), self.reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open one transaction that holds the write lock from its start; all of it or nothing is stored."""
        with database_errors(self.place), self.engine.begin() as connection:
            yield connection
        self.confirm()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def connect(
    url: URL, *, busy_timeout_s: float = BUSY_TIMEOUT_S, settings: tuple[str, ...] = SQLITE_SETTINGS
) -> Database:
    """Prepare a database; nothing is opened yet. `settings` are statements for each SQLite connection."""
    path = sqlite_path(url)
    if url.drivername == DRIVER:
        engine = create_server_engine(url, busy_timeout_s=busy_timeout_s)
        # Neither password nor query, which may hold one, too.
        place = url.set(password=None, query={}, drivername="postgresql").render_as_string()
        return Database(engine, engine.execution_options(**READING), place)
    arguments: dict[str, Any] = {"timeout": busy_timeout_s, "check_same_thread": False}
    engine = create_engine(url, connect_args=arguments, hide_parameters=True)
    event.listen(engine, "connect", partial(_set_up_sqlite, settings))
    event.listen(engine, "begin", _begin_sqlite)
    confirm = Presence(engine, path).confirm if path else lambda: None
    return Database(engine, engine.execution_options(optimage_reads=True), str(path or url), confirm)


def _set_up_sqlite(settings: tuple[str, ...], connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are ours, see `_begin_sqlite`
    for setting in settings:
        connection.execute(setting)


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("optimage_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
