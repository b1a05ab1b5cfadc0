# SPDX-License-Identifier: LGPL-3.0-or-later
"""A backup back into use, on the same kind of database or on the other."""

from pathlib import Path

from sqlalchemy import Connection, select

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.records import Finding
from optimage.store.audit import record
from optimage.store.backup import DATABASE, SPOOL
from optimage.store.checks import check_database, verify_spool
from optimage.store.database import Database, connect, database_url, sqlite_path
from optimage.store.engine import require_known, stamped_version
from optimage.store.failures import file_errors
from optimage.store.instances import Instances
from optimage.store.migrate import migrate
from optimage.store.postgresql import require_unicode
from optimage.store.spool import Spool
from optimage.store.transfer import copy_rows, tables_of


def restore(backup: Path, url_or_path: str | Path, *, spool: Path, operator: str) -> tuple[Finding, ...]:
    """Put a backup into an empty database and its files into the spool.

    Files come first and the database in one transaction, so that a restore that was cut off
    is simply begun again. A backup of an older schema is brought to the present one.

    Parameters
    ----------
    backup : Path
        Folder that `backup` wrote; or a database file alone, whose received files are in the spool.
    url_or_path : str or Path
        The database: a path or a URL. It may exist, but holds no rows.
    spool : Path
        Folder of received files; it holds none but those of the backup.
    operator : str
        Who restores, for the audit trail.

    Returns
    -------
    tuple of Finding
        What is out of order in what was restored; nothing where all is well.

    Raises
    ------
    UsageError
        `unknown_backup`, `target_not_empty`.
    StoreError
        `database_newer`, `spool_missing`, or a failure of database and disk.
    """
    file = backup / DATABASE if backup.is_dir() else backup
    if not file.is_file():
        raise UsageError("unknown_backup", N_("{path} holds no backup"), path=str(backup))
    source, target = connect(database_url(file), settings=()), _target(url_or_path)
    try:
        known = _known_hashes(source, backup)
        with target.writing() as connection:
            _require_empty(connection, target.place)
        kept = Spool(spool, reserve_bytes=0)
        if backup.is_dir():
            _copy_files(Spool(backup / SPOOL), kept, known)
        _copy_database(source, target, operator=operator, name=backup.name)
        return (*check_database(target), *verify_spool(kept, known))
    finally:
        source.close()
        target.close()


def _target(url_or_path: str | Path) -> Database:
    url = database_url(url_or_path)
    path = sqlite_path(url)
    if path:
        with file_errors(path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
    return connect(url)


def _known_hashes(source: Database, backup: Path) -> frozenset[str]:
    with source.reading() as connection:
        found = stamped_version(connection)
    if found is None:
        raise UsageError("unknown_backup", N_("{path} holds no backup"), path=str(backup))
    require_known(found, source.place)
    return Instances(source).hashes()


def _require_empty(connection: Connection, place: str) -> None:
    if connection.dialect.name == "postgresql":
        require_unicode(connection)
    for table in tables_of(connection).sorted_tables:
        if connection.execute(select(table).limit(1)).first() is not None:
            raise _not_empty(place)


def _not_empty(place: str) -> UsageError:
    return UsageError(
        "target_not_empty",
        N_("{place} is not empty"),
        advice=N_("restore into a new database and a new folder, or put the old ones away first"),
        place=place,
    )


def _copy_files(source: Spool, target: Spool, known: frozenset[str]) -> None:
    if set(target.hashes()) - known:
        raise _not_empty(str(target.folder))
    for sha256 in sorted(known):
        target.put(source.read(sha256), sha256)


def _copy_database(source: Database, target: Database, *, operator: str, name: str) -> None:
    with source.reading() as copy, target.writing() as connection:
        _require_empty(connection, target.place)
        version = stamped_version(copy)
        assert version is not None  # noqa: S101 - asked before
        if stamped_version(connection) not in (None, version):
            raise _not_empty(target.place)
        migrate(connection, version)
        copy_rows(copy, connection, tables_of(copy))
        migrate(connection)
        record(connection, "database_restored", operator=operator, subject="database", detail={"backup": name})
