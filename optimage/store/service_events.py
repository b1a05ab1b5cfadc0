# SPDX-License-Identifier: LGPL-3.0-or-later
"""What was done to devices: entered by people, or found in the headers of their images."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, true, update

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.baseline import EventKind, ServiceEvent
from optimage.store.audit import record
from optimage.store.columns import storable
from optimage.store.database import Database
from optimage.store.jobs import SYSTEM
from optimage.store.schema import SERVICE_EVENT


class ServiceEvents:
    """Service events by device."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, event: ServiceEvent) -> ServiceEvent:
        """Store an event and return it with its number.

        One found in headers is stored once for each device, attribute, new value and time: the first one is
        returned then. UsageError `unknown_reference` for a device that does not exist.
        """
        with self._database.writing() as connection:
            known = _found_before(connection, event) if event.keyword else None
            if known is not None:
                return known
            values = {name: getattr(event, name) for name in VALUES} | {"kind": str(event.kind)}
            added = _event_of(connection.execute(insert(SERVICE_EVENT).values(**values).returning(SERVICE_EVENT)).one())
            detail = {"device": str(event.device_id), "at": added.at.isoformat(), "kind": str(event.kind)}
            said = {"text": event.text, "keyword": event.keyword, "before": event.before, "after": event.after}
            detail |= {name: text for name, text in said.items() if text}
            _record(connection, "event_added", added, operator=event.operator or SYSTEM, detail=detail)
            return added

    def get(self, event_id: int) -> ServiceEvent:
        """Return one event; UsageError `unknown_event` if there is none."""
        with self._database.reading() as connection:
            return _get(connection, event_id)

    def list(
        self,
        *,
        device_id: int | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        kinds: Collection[EventKind] = (),
    ) -> tuple[ServiceEvent, ...]:
        """Return events from `since` up to but not including `until`, the earliest first.

        They are those of all devices or of one, of all kinds or of some.
        """
        wanted: list[ColumnElement[bool]] = [true()]
        if device_id is not None:
            wanted.append(SERVICE_EVENT.c.device_id == device_id)
        if since is not None:
            wanted.append(SERVICE_EVENT.c.at >= since)
        if until is not None:
            wanted.append(SERVICE_EVENT.c.at < until)
        if kinds:
            wanted.append(SERVICE_EVENT.c.kind.in_(map(str, kinds)))
        with self._database.reading() as connection:
            return _load(connection, *wanted)

    def set_border(self, event_id: int, border: bool, *, operator: str) -> ServiceEvent:
        """Say whether statistics begin anew at an event; UsageError `unknown_event` if there is none."""
        with self._database.writing() as connection:
            event = _get(connection, event_id)
            if event.border != border:
                changed = update(SERVICE_EVENT).where(SERVICE_EVENT.c.id == event_id).values(border=border)
                connection.execute(changed)
                detail = {"border": "yes" if border else "no"}
                _record(connection, "event_border", event, operator=operator, detail=detail)
            return _get(connection, event_id)

    def correct(self, event: ServiceEvent, *, at: datetime, before: str) -> ServiceEvent:
        """Say better when an event that was found in headers happened, and from what it went.

        Images that came late tell it. What a person entered is never changed, nor what is a border.
        """
        better = replace(event, at=at, before=before)
        if not event.keyword or better == event:
            return event
        with self._database.writing() as connection:
            here = SERVICE_EVENT.c.id == event.id
            connection.execute(update(SERVICE_EVENT).where(here).values(at=at, before=before))
            corrected = _get(connection, event.id or 0)
            was, now = _shown(event), _shown(corrected)
            detail = {name: f"{now[name]} (was {was[name]})" for name in now if now[name] != was[name]}
            _record(connection, "event_corrected", corrected, operator=SYSTEM, detail=detail)
            return corrected


VALUES = ("device_id", "at", "kind", "text", "operator", "keyword", "before", "after", "border")


def _found_before(connection: Connection, event: ServiceEvent) -> ServiceEvent | None:
    table = SERVICE_EVENT.c
    here = table.device_id == event.device_id, table.at == event.at, table.keyword == event.keyword
    return next((one for one in _load(connection, *here) if one.after == storable(event.after)), None)


def _shown(event: ServiceEvent) -> dict[str, str]:
    return {"at": event.at.isoformat(), "before": event.before}


def _get(connection: Connection, event_id: int) -> ServiceEvent:
    found = _load(connection, SERVICE_EVENT.c.id == event_id)
    if not found:
        raise UsageError("unknown_event", N_("there is no service event {id}"), id=event_id)
    return found[0]


def _record(connection: Connection, action: str, event: ServiceEvent, *, operator: str, detail: dict[str, str]) -> None:
    record(connection, action, operator=operator, subject=f"event:{event.id}", detail=detail)


def _load(connection: Connection, *which: ColumnElement[bool]) -> tuple[ServiceEvent, ...]:
    query = select(SERVICE_EVENT).where(*which).order_by(SERVICE_EVENT.c.at, SERVICE_EVENT.c.id)
    return tuple(_event_of(row) for row in connection.execute(query))


def _event_of(row: Row[Any]) -> ServiceEvent:
    values = {name: getattr(row, name) for name in VALUES} | {"kind": EventKind(row.kind), "id": row.id}
    return ServiceEvent(**values)
