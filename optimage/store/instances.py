# SPDX-License-Identifier: LGPL-3.0-or-later
"""Received objects: one row per SOP instance and content."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.jobs import Instance, InstanceState, NewInstance
from optimage.store.audit import record
from optimage.store.codec import utc_now
from optimage.store.database import Database
from optimage.store.schema import INSTANCE


class Instances:
    """The index of the spool."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, new: NewInstance, *, operator: str) -> Instance:
        """Index an object that is already safe in the spool.

        The same bytes again give the row that is there. Other bytes under a known UID are kept
        beside the first, with `conflict` set and told in the audit trail.
        """
        with self._database.writing() as connection:
            same_uid = INSTANCE.c.sop_instance_uid == new.sop_instance_uid
            known = connection.execute(select(INSTANCE).where(same_uid).order_by(INSTANCE.c.id)).all()
            for row in known:
                if row.sha256 == new.sha256:
                    return instance_of(row)
            return _insert(connection, new, operator=operator, conflict=bool(known))

    def get(self, instance_id: int) -> Instance:
        """Return one instance; UsageError `unknown_instance` if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(INSTANCE).where(INSTANCE.c.id == instance_id)).one_or_none()
        if row is None:
            raise UsageError("unknown_instance", N_("there is no received object {id}"), id=instance_id)
        return instance_of(row)

    def find(self, sha256: str) -> Instance | None:
        """Return the instance whose data set has this hash, None if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(INSTANCE).where(INSTANCE.c.sha256 == sha256).limit(1)).one_or_none()
        return instance_of(row) if row else None

    def by_state(self, state: InstanceState, limit: int) -> tuple[Instance, ...]:
        """Return up to `limit` instances in `state`, the earliest first."""
        query = select(INSTANCE).where(INSTANCE.c.state == state).order_by(INSTANCE.c.id).limit(limit)
        with self._database.reading() as connection:
            return tuple(instance_of(row) for row in connection.execute(query))

    def set_state(self, instance_id: int, state: InstanceState, detail: str = "") -> None:
        """Say what became of an instance, and why."""
        with self._database.writing() as connection:
            put(connection, instance_id, state, detail)

    def requeue_unreadable(self, detail: str) -> int:
        """Let what could not be read for the reason `detail` be looked at once more; return how many that are."""
        here = and_(INSTANCE.c.state == str(InstanceState.UNREADABLE), INSTANCE.c.detail == detail)
        with self._database.writing() as connection:
            return connection.execute(
                update(INSTANCE).where(here).values(state=str(InstanceState.NEW), detail="")
            ).rowcount

    def hashes(self) -> frozenset[str]:
        """Return the hash of every object the spool must hold."""
        kept = INSTANCE.c.state != str(InstanceState.PURGED)
        with self._database.reading() as connection:
            return frozenset(connection.scalars(select(INSTANCE.c.sha256).where(kept)))

    def counts(self) -> Mapping[InstanceState, int]:
        """Return how many objects are in each state; states without any are left out."""
        query = select(INSTANCE.c.state, func.count()).group_by(INSTANCE.c.state)
        with self._database.reading() as connection:
            return {InstanceState(state): count for state, count in connection.execute(query)}


def _insert(connection: Connection, new: NewInstance, *, operator: str, conflict: bool) -> Instance:
    row = connection.execute(
        insert(INSTANCE)
        .values(
            sop_instance_uid=new.sop_instance_uid,
            sop_class_uid=new.sop_class_uid,
            transfer_syntax_uid=new.transfer_syntax_uid,
            sha256=new.sha256,
            size=new.size,
            state=str(InstanceState.NEW),
            received_at=utc_now(),
            source=new.arrival.source,
            calling_ae=new.arrival.calling_ae,
            address=new.arrival.address,
            association=new.arrival.association,
            operator=operator,
            conflict=conflict,
        )
        .returning(INSTANCE)
    ).one()
    record(
        connection,
        "instance_conflict" if conflict else "instance_received",
        operator=operator,
        subject=f"instance:{row.id}",
        detail={"uid": new.sop_instance_uid, "sha256": new.sha256},
    )
    return instance_of(row)


def instance_of(row: Row[Any]) -> Instance:
    """Return the value of a row of the table `instance`."""
    return Instance(
        id=row.id,
        sop_instance_uid=row.sop_instance_uid,
        sop_class_uid=row.sop_class_uid,
        transfer_syntax_uid=row.transfer_syntax_uid,
        sha256=row.sha256,
        size=row.size,
        state=InstanceState(row.state),
        received_at=row.received_at,
        association=row.association,
        conflict=row.conflict,
        detail=row.detail,
    )


def put(connection: Connection, instance_id: int, state: InstanceState, detail: str) -> None:
    """Set the state of an instance."""
    here = INSTANCE.c.id == instance_id
    connection.execute(update(INSTANCE).where(here).values(state=str(state), detail=detail))


def assign(connection: Connection, instance_id: int, detail: str = "") -> None:
    """Mark an instance as belonging to a set; `detail` says how it came there, if not by itself."""
    here = and_(INSTANCE.c.id == instance_id, INSTANCE.c.state != str(InstanceState.ASSIGNED))
    connection.execute(update(INSTANCE).where(here).values(state=str(InstanceState.ASSIGNED), detail=detail))
