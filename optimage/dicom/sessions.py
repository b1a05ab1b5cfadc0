# SPDX-License-Identifier: LGPL-3.0-or-later
"""Associations under way, and when one has really ended."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import uuid4

COMMAND_LENGTH = 16 << 10  # bytes of a command set; a C-STORE request needs some 200
_COMMAND, _LAST = 1, 2  # bits of the message control header, PS3.8 E.2


@dataclass(slots=True)
class _Session:
    id: str = field(default_factory=lambda: uuid4().hex)
    storing: bool = False
    closed: bool = False
    command_bytes: int = 0
    data_bytes: int = 0


class Sessions:
    """Identifiers of open associations, which are threads. Safe to use from several threads.

    An association whose peer has gone stays open while its last object is
    still being stored, so that nobody takes a set for complete too early.
    """

    def __init__(self, on_end: Callable[[str], None]) -> None:
        self._on_end = on_end
        self._lock = threading.Lock()
        self._sessions: dict[threading.Thread, _Session] = {}

    def open(self) -> frozenset[str]:
        """Return the identifiers of all open associations."""
        with self._lock:
            gone = [association for association in self._sessions if not association.is_alive()]
        for association in gone:  # a peer can go before its acceptance is noted; then no close comes any more
            self.close(association)
        with self._lock:
            return frozenset(session.id for session in self._sessions.values())

    def begin(self, association: threading.Thread) -> None:
        """Note that `association` was accepted."""
        with self._lock:
            self._sessions.setdefault(association, _Session())

    def storing(self, association: threading.Thread) -> str:
        """Note that an object is being stored; return the identifier of its association."""
        with self._lock:
            session = self._sessions.setdefault(association, _Session())
            session.storing = True
            return session.id

    def stored(self, association: threading.Thread) -> None:
        """Note that the object is stored or refused."""
        with self._lock:
            self._sessions[association].storing = False
        self._drop_if_ended(association)

    def close(self, association: threading.Thread) -> None:
        """Note that the connection of `association` is gone; may be called more than once."""
        with self._lock:
            session = self._sessions.get(association)
            if session is None:
                return
            session.closed = True
        self._drop_if_ended(association)

    def count(self, association: threading.Thread, fragment: bytes, data_limit: int) -> bool:
        """Add a fragment of a message to its sum; return whether a limit is exceeded."""
        with self._lock:
            session = self._sessions.setdefault(association, _Session())
            if fragment[0] & _COMMAND:
                session.command_bytes += len(fragment)
                session.data_bytes = 0
            else:
                session.data_bytes += len(fragment)
            exceeded = session.command_bytes > COMMAND_LENGTH or session.data_bytes > data_limit
            if fragment[0] & _LAST:
                session.command_bytes = session.data_bytes = 0
            return exceeded

    def _drop_if_ended(self, association: threading.Thread) -> None:
        with self._lock:
            session = self._sessions.get(association)
            if session is None or session.storing or not session.closed:
                return
            del self._sessions[association]
        self._on_end(session.id)
