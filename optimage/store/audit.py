# SPDX-License-Identifier: LGPL-3.0-or-later
"""Who changed what and when: append-only rows, each holding the hash of the one before."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from optimage.model.records import AuditEntry
from optimage.store.codec import digest, dump, utc_now
from optimage.store.columns import storable
from optimage.store.database import Database
from optimage.store.schema import AUDIT

FIRST = "0" * 64


def record(
    connection: Connection, action: str, *, operator: str, subject: str, detail: Mapping[str, str] | None = None
) -> None:
    """Append one row inside the transaction that makes the change."""
    previous = connection.scalar(select(AUDIT.c.sha256).order_by(AUDIT.c.id.desc()).limit(1)) or FIRST
    at, text = utc_now(), dump(detail or {})
    operator, subject = storable(operator), storable(subject)  # the hash is that of what is stored
    connection.execute(
        insert(AUDIT).values(
            at=at,
            operator=operator,
            action=action,
            subject=subject,
            detail=text,
            previous=previous,
            sha256=_link(previous, at, operator, action, subject, text),
        )
    )


def _link(previous: str, at: datetime, *parts: str) -> str:
    return digest([previous, at, *parts])


class Audit:
    """The audit trail."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, action: str, *, operator: str, subject: str, detail: Mapping[str, str] | None = None) -> None:
        """Append what someone did."""
        with self._database.writing() as connection:
            record(connection, action, operator=operator, subject=subject, detail=detail)

    def list(self, *, subject: str | None = None) -> tuple[AuditEntry, ...]:
        """Return the whole trail, or that of one subject, oldest first."""
        query = select(AUDIT).order_by(AUDIT.c.id)
        if subject is not None:
            query = query.where(AUDIT.c.subject == subject)
        with self._database.reading() as connection:
            return tuple(_entry(row) for row in connection.execute(query))

    def first_broken(self) -> int | None:
        """Return the id of the first row whose chain does not hold; None where every row is as it was written."""
        previous = FIRST
        with self._database.reading() as connection:
            for row in connection.execute(select(AUDIT).order_by(AUDIT.c.id)):
                link = _link(previous, row.at, row.operator, row.action, row.subject, row.detail)
                if (row.previous, row.sha256) != (previous, link):
                    return int(row.id)
                previous = row.sha256
        return None


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(row.id, row.at, row.operator, row.action, row.subject, json.loads(row.detail), row.sha256)
