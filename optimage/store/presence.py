# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whether the SQLite file in use is still the one at its path.

SQLite goes on writing into a file that was deleted or replaced, where nobody
will ever find it again. What would be lost that way is refused here.
"""

import logging
import os
import threading
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from optimage.errors import StoreError
from optimage.messages import N_

Identity = tuple[int, int]
KEY = "optimage_file"
log = logging.getLogger(__name__)


class Presence:
    """Compares the file at `path` with the one that the connections of `engine` have open."""

    def __init__(self, engine: Engine, path: Path) -> None:
        self._path = path
        self._log = path.with_name(f"{path.name}-wal")
        self._opened: Identity | None = None
        self._opened_log: Identity | None = None
        self._pin: int | None = None
        self._lock = threading.Lock()
        event.listen(engine, "do_connect", self._before_connecting)
        event.listen(engine, "connect", self._connected)
        event.listen(engine, "checkout", self._taken)
        event.listen(engine, "engine_disposed", self._let_go)

    def confirm(self) -> None:
        """Call after a commit: raise StoreError `database_missing` if it went into a file that has no name any more."""
        if _identity(self._path) != self._opened:
            raise self._missing()
        self._opened_log = _identity(self._log)

    def _before_connecting(self, *_details: Any) -> None:
        """Make no empty database in the place of one that has gone."""
        if self._opened is None:
            return
        found = _identity(self._path)
        if found is None:
            raise self._missing()
        if found != self._opened:
            self._set_log_aside()

    def _connected(self, _connection: Any, record: Any) -> None:
        found = record.info[KEY] = _identity(self._path)
        with self._lock:
            if found != self._opened:
                self._let_go()
                self._opened, self._pin = found, _pinned(self._path)

    def _taken(self, _connection: Any, record: Any, _proxy: Any) -> None:
        if _identity(self._path) != record.info[KEY]:
            raise DisconnectionError("the database file is another one now")  # so the pool opens that one

    def _set_log_aside(self) -> None:
        """Keep the changes logged for the former file from being taken for changes of the new one."""
        log.error("the database file %s was replaced while in use", self._path)
        if self._opened_log and _identity(self._log) == self._opened_log:
            self._log.replace(self._log.with_name(f"{self._log.name}.replaced"))
            self._path.with_name(f"{self._path.name}-shm").unlink(missing_ok=True)

    def _let_go(self, *_details: Any) -> None:
        if self._pin is not None:
            os.close(self._pin)
        self._pin = self._opened = None

    def _missing(self) -> StoreError:
        return StoreError(
            "database_missing",
            N_("the database {place} was removed or replaced while in use"),
            advice=N_("stop Optimage and put the database back, from the backup if need be"),
            place=str(self._path),
        )


def _pinned(path: Path) -> int | None:
    """Hold the file so that no other one gets its number; unlike an open file this leaves SQLite's locks alone."""
    return os.open(path, os.O_PATH) if hasattr(os, "O_PATH") else None


def _identity(path: Path) -> Identity | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
