# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which set takes an image: the one that has it, one of its group that is near and has room, or a new one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import Connection, and_, insert, select

from optimage.matching.grouping import GroupKey, parse_key
from optimage.model.jobs import Seat, SetState
from optimage.store.codec import digest
from optimage.store.schema import INSTANCE, MEASUREMENT_INPUT, MEASUREMENT_SET


@dataclass(frozen=True, slots=True)
class _Standing:
    """A set of the same group, and how long before or after the image its own were acquired."""

    id: int
    apart_s: float


def find_or_open(connection: Connection, seat: Seat, instance_id: int, now: datetime) -> int:
    """Return the set for an image, opened where there is none.

    Where times of acquisition count and one of both is unknown, the times of
    arrival do: the same protocol of another week is another set.
    """
    values: Mapping[str, Any] = {
        "profile_id": seat.revision.profile.id if seat.revision else None,
        "revision": seat.revision.revision if seat.revision else None,
        "phantom": seat.phantom,
        "group_key": seat.group_key,
        "parameters_key": seat.parameters_key,
    }
    key = parse_key(seat.group_key)
    if key is None or key.is_exact:
        return _numbered(connection, seat, values, instance_id, now)
    standing = _standing(connection, seat, values, key, now)
    for one in standing:
        if _holds(connection, one.id, instance_id, seat.role):
            return one.id
    for one in sorted(standing, key=lambda one: (one.apart_s, one.id)):
        near = seat.acquired_within_s is None or one.apart_s <= seat.acquired_within_s
        if near and _has_room(connection, one.id, instance_id, seat):
            return one.id
    free = next(identity for identity in _identities(values) if _known(connection, identity) is None)
    return _open(connection, values, free, now)


def _numbered(connection: Connection, seat: Seat, values: Mapping[str, Any], instance_id: int, now: datetime) -> int:
    """Return the first set of exactly this group that has the image or room for it."""
    for identity in _identities(values):
        known = _known(connection, identity)
        if known is None:
            return _open(connection, values, identity, now)
        if _has_room(connection, known, instance_id, seat):
            return known
    raise AssertionError("identities never end")


def _standing(
    connection: Connection, seat: Seat, values: Mapping[str, Any], key: GroupKey, now: datetime
) -> list[_Standing]:
    table = MEASUREMENT_SET.c
    alike = [table[name] == values[name] for name in ("profile_id", "phantom", "parameters_key")]
    query = select(table.id, table.group_key, table.opened_at).where(and_(*alike)).order_by(table.id)
    found = []
    for row in connection.execute(query):
        other = parse_key(row.group_key)
        if other is not None and other.agrees(key):
            apart_s = other.apart_s(key) if seat.acquired_within_s is not None else 0.0
            arrived_s = abs((now - row.opened_at).total_seconds())
            found.append(_Standing(row.id, arrived_s if apart_s is None else apart_s))
    return found


def _identities(values: Mapping[str, Any]) -> Iterator[str]:
    """Yield the hashes of the sets of a group; the further ones are told by their number."""
    parts = [values[name] for name in ("profile_id", "phantom", "group_key", "parameters_key")]
    for ordinal in count(1):
        yield digest(parts if ordinal == 1 else [*parts, ordinal])


def _known(connection: Connection, identity: str) -> int | None:
    here = MEASUREMENT_SET.c.identity == identity
    return connection.scalar(select(MEASUREMENT_SET.c.id).where(here))


def _open(connection: Connection, values: Mapping[str, Any], identity: str, now: datetime) -> int:
    statement = insert(MEASUREMENT_SET).values(
        **values, identity=identity, state=str(SetState.OPEN), opened_at=now, last_arrival_at=now, generation=1
    )
    return int(connection.execute(statement.returning(MEASUREMENT_SET.c.id)).scalar_one())


def _holds(connection: Connection, set_id: int, instance_id: int, role: str) -> bool:
    table = MEASUREMENT_INPUT.c
    here = and_(table.set_id == set_id, table.role == role, table.instance_id == instance_id)
    return connection.scalar(select(table.instance_id).where(here)) is not None


def _has_room(connection: Connection, set_id: int, instance_id: int, seat: Seat) -> bool:
    """Whether a role has a place left, or holds the image already, be it in other bytes."""
    if seat.maximum is None:
        return True
    table = MEASUREMENT_INPUT.c
    here = and_(table.set_id == set_id, table.role == seat.role)
    held = select(INSTANCE.c.sop_instance_uid).join(MEASUREMENT_INPUT, INSTANCE.c.id == table.instance_id).where(here)
    uids = set(connection.scalars(held))
    own = connection.scalar(select(INSTANCE.c.sop_instance_uid).where(INSTANCE.c.id == instance_id))
    return own in uids or len(uids) < seat.maximum
