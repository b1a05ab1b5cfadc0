# SPDX-License-Identifier: LGPL-3.0-or-later
"""Bring a database to the schema of this version, after a backup."""

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection

from optimage.errors import StoreError, UsageError
from optimage.messages import N_
from optimage.store.backup import copy_database
from optimage.store.database import SQLITE_SETTINGS, Database, connect, database_url, sqlite_path
from optimage.store.engine import require_known, stamped_version
from optimage.store.failures import file_errors
from optimage.store.migrate import migrate
from optimage.store.schema import SCHEMA_VERSION

# A table is changed by building it anew, which its references must survive.
SETTINGS = (*SQLITE_SETTINGS, "PRAGMA foreign_keys = OFF")


def schema_version(url_or_path: str | Path) -> str | None:
    """Return the schema a database is at; None where it holds no tables of ours.

    Raises
    ------
    UsageError
        `unknown_database`: there is no such file.
    StoreError
        It cannot be read.
    """
    database = connect(_existing(url_or_path), settings=SETTINGS)
    try:
        with database.reading() as connection:
            return stamped_version(connection)
    finally:
        database.close()


def upgrade(url_or_path: str | Path, *, backups: Path) -> Path | None:
    """Bring a database to this version's schema: all of it, or it stays as it was.

    Parameters
    ----------
    url_or_path : str or Path
        The database: a path or a URL.
    backups : Path
        Folder for the backup of a database that a server keeps; that of a file lies beside it.

    Returns
    -------
    Path or None
        The backup made before, an SQLite file; None where there was nothing to do.

    Raises
    ------
    UsageError
        `unknown_database`: there is no such file.
    StoreError
        `database_newer`, `database_damaged` or any failure of database and disk.
    """
    url = _existing(url_or_path)
    found = schema_version(url_or_path) or "0000"
    if found == SCHEMA_VERSION:
        return None
    database = connect(url, settings=SETTINGS)
    try:
        require_known(found, database.place)
        backup = _back_up(database, sqlite_path(url) or backups / "optimage.db", found)
        with database.writing() as connection:
            migrate(connection)
            _require_references(connection)
        return backup
    finally:
        database.close()


def _existing(url_or_path: str | Path) -> URL:
    url = database_url(url_or_path)
    path = sqlite_path(url)
    if path and not path.exists():
        raise UsageError("unknown_database", N_("there is no database {path}"), path=str(path))
    return url


def _back_up(database: Database, path: Path, found: str) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.stem}-schema{found}-{stamp}{path.suffix}")
    with file_errors(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
    copy_database(database, target)
    return target


def _require_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise StoreError(
            "database_damaged",
            N_("{n} rows refer to rows that do not exist"),
            advice=N_("restore the latest backup"),
            n=len(broken),
        )
