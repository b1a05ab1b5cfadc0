# SPDX-License-Identifier: LGPL-3.0-or-later
"""Backups: one consistent copy of the database, and the received files it speaks of."""

import os
import shutil
import sqlite3
from pathlib import Path

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.records import Finding
from optimage.store.checks import verify_spool
from optimage.store.database import Database, connect, database_url
from optimage.store.engine import Store
from optimage.store.failures import database_error, file_errors
from optimage.store.instances import Instances
from optimage.store.spool import Spool
from optimage.store.transfer import copy_to_file

DATABASE = "optimage.db"
SPOOL = "spool"


def backup(store: Store, target: Path) -> None:
    """Copy database and spool into the new folder `target`, as `optimage.db` and `spool`.

    The copy is an SQLite file, also of a database that a server keeps: one form, which is a working
    store by itself and can be restored to either.

    Work may go on meanwhile: the copy holds what was stored when it began. The folder gets its name
    when it is complete and on the disk.

    Raises
    ------
    UsageError
        `target_exists`.
    StoreError
        `spool_missing` where a received file is gone, or a failure of database and disk.
    """
    if target.exists():
        raise UsageError(
            "target_exists", N_("{path} is there already"), advice=N_("choose a new folder"), path=str(target)
        )
    partial = target.with_name(f"{target.name}.partial")
    with file_errors(target):
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700, parents=True)
        copy_database(store.database, partial / DATABASE)
        _copy_spool(store, partial)
        os.sync()
        partial.rename(target)


def verify(store: Store) -> tuple[Finding, ...]:
    """Hash every received file again; return those missing, changed or unknown to the database."""
    return verify_spool(store.spool, store.instances.hashes())


def copy_database(database: Database, target: Path) -> None:
    """Copy a database in use to the new SQLite file `target`, as it stands at one instant."""
    if database.engine.dialect.name != "sqlite":
        copy_to_file(database, target)
        return
    source = database.engine.raw_connection()
    try:
        copy = sqlite3.connect(target)
        try:
            source.driver_connection.backup(copy)  # type: ignore[union-attr]
        finally:
            copy.close()
        target.chmod(0o600)
    except sqlite3.Error as error:
        raise database_error(error, str(target)) from error
    finally:
        source.close()


def _copy_spool(store: Store, target: Path) -> None:
    copy = connect(database_url(target / DATABASE))
    try:
        known = Instances(copy).hashes()
    finally:
        copy.close()
    spool = Spool(target / SPOOL, reserve_bytes=store.spool.reserve_bytes)
    for sha256 in sorted(known):
        spool.put(store.spool.read(sha256), sha256)
