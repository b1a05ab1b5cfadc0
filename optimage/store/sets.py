# SPDX-License-Identifier: LGPL-3.0-or-later
"""Measurement sets: they collect images while open; completing one and queueing its job is one transaction."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.jobs import InstanceState, Job, MeasurementSet, OpenSet, Seat, SetInput, SetState
from optimage.model.outcome import Assignment
from optimage.model.profile import ProfileRevision
from optimage.store.codec import dump, load
from optimage.store.database import Database
from optimage.store.instances import assign, instance_of, put
from optimage.store.jobs import enqueue, withdraw_queued
from optimage.store.schema import INSTANCE, MEASUREMENT_INPUT, MEASUREMENT_SET
from optimage.store.seating import find_or_open


class Sets:
    """The measurement sets. There is one for each profile, phantom, group and choice of parameters."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def join(
        self,
        profile: ProfileRevision | None,
        *,
        phantom: str,
        group_key: str,
        role: str,
        instance_id: int,
        now: datetime,
        parameters_key: str = "",
        maximum: int | None = None,
        acquired_within_s: float | None = None,
        by_hand: Assignment | None = None,
    ) -> int:
        """Put an instance into its set, opened where there is none; return the set's id. Once more changes nothing.

        A late image, or a known one under a new revision of the profile, re-opens a complete set, whose
        `generation` rises, and whose job is withdrawn if it has not begun. Where the role holds `maximum`
        images already, the next set of the same group takes the instance. `by_hand` says that a person put it there.
        """
        seat = Seat(profile, phantom, group_key, role, parameters_key, maximum, acquired_within_s)
        with self._database.writing() as connection:
            return _join(connection, seat, instance_id, now, by_hand=dump(by_hand) if by_hand else "")

    def join_all(self, seats: Iterable[Seat], *, instance_id: int, now: datetime, waits: str = "") -> None:
        """Put an instance into all sets it belongs to, or into none: after a crash it is placed anew.

        `waits` is why it is in the inbox nevertheless, empty where it is not.
        """
        with self._database.writing() as connection:
            for seat in seats:
                _join(connection, seat, instance_id, now)
            if waits:
                put(connection, instance_id, InstanceState.UNMATCHED, waits)

    def get(self, set_id: int) -> MeasurementSet:
        """Return one set; UsageError `unknown_set` if there is none."""
        with self._database.reading() as connection:
            return _load_one(connection, set_id)

    def open_sets(self) -> tuple[MeasurementSet, ...]:
        """Return the sets that still collect images, the earliest first."""
        is_open = MEASUREMENT_SET.c.state == str(SetState.OPEN)
        with self._database.reading() as connection:
            return _load(connection, select(MEASUREMENT_SET).where(is_open).order_by(MEASUREMENT_SET.c.id))

    def at_rest(self, *, since: datetime) -> tuple[OpenSet, ...]:
        """Return the open sets to which nothing was added after `since`, the earliest first."""
        table = MEASUREMENT_SET.c
        resting = and_(table.state == str(SetState.OPEN), table.last_arrival_at <= since)
        heads = select(MEASUREMENT_SET).where(resting).order_by(table.id)
        images = func.count(INSTANCE.c.sop_instance_uid.distinct()).label("images")
        given = (
            select(MEASUREMENT_INPUT.c.set_id, MEASUREMENT_INPUT.c.role, INSTANCE.c.association, images)
            .join(INSTANCE, INSTANCE.c.id == MEASUREMENT_INPUT.c.instance_id)
            .join(MEASUREMENT_SET, table.id == MEASUREMENT_INPUT.c.set_id)
            .where(resting)
            .group_by(MEASUREMENT_INPUT.c.set_id, MEASUREMENT_INPUT.c.role, INSTANCE.c.association)
        )
        with self._database.reading() as connection:
            return _in_short(connection.execute(heads).all(), connection.execute(given))

    def complete(self, set_id: int, now: datetime) -> Job:
        """Close a set and queue its job; once more returns the job that is there."""
        with self._database.writing() as connection:
            found = _load_one(connection, set_id)
            connection.execute(
                update(MEASUREMENT_SET).where(MEASUREMENT_SET.c.id == set_id).values(state=str(SetState.COMPLETE))
            )
            return enqueue(connection, set_id, found.generation, now)


def assignments_of(found: MeasurementSet) -> tuple[Assignment, ...]:
    """Return what persons put into a set, images with the same reasons together."""
    uids: defaultdict[str, list[str]] = defaultdict(list)
    for given in found.images:
        if given.instance.state is InstanceState.ASSIGNED and given.instance.detail:
            uids[given.instance.detail].append(given.instance.sop_instance_uid)
    assignments = (replace(load(Assignment, told), uids=tuple(images)) for told, images in uids.items())
    # Where several profiles take an image, the others may have taken it by themselves.
    return tuple(one for one in assignments if one.profile == found.profile_id)


def _join(connection: Connection, seat: Seat, instance_id: int, now: datetime, *, by_hand: str = "") -> int:
    revision = seat.revision.revision if seat.revision else None
    set_id = find_or_open(connection, seat, instance_id, now)
    if _add_input(connection, set_id, instance_id, seat.role) or _is_revised(connection, set_id, revision):
        _touch(connection, set_id, revision, now)
        assign(connection, instance_id, by_hand)
    return set_id


def _add_input(connection: Connection, set_id: int, instance_id: int, role: str) -> bool:
    table = MEASUREMENT_INPUT.c
    here = and_(table.set_id == set_id, table.instance_id == instance_id, table.role == role)
    if connection.scalar(select(table.role).where(here)) is not None:
        return False
    connection.execute(insert(MEASUREMENT_INPUT).values(set_id=set_id, instance_id=instance_id, role=role))
    return True


def _is_revised(connection: Connection, set_id: int, revision: int | None) -> bool:
    standing = connection.scalar(select(MEASUREMENT_SET.c.revision).where(MEASUREMENT_SET.c.id == set_id))
    return standing != revision


def _touch(connection: Connection, set_id: int, revision: int | None, now: datetime) -> None:
    here = MEASUREMENT_SET.c.id == set_id
    arrived = update(MEASUREMENT_SET).where(here).values(last_arrival_at=now, revision=revision)
    connection.execute(arrived)
    reopened = (
        update(MEASUREMENT_SET)
        .where(here, MEASUREMENT_SET.c.state == str(SetState.COMPLETE))
        .values(state=str(SetState.OPEN), generation=MEASUREMENT_SET.c.generation + 1)
    )
    if connection.execute(reopened).rowcount:
        withdraw_queued(connection, set_id, now)


def _load_one(connection: Connection, set_id: int) -> MeasurementSet:
    found = _load(connection, select(MEASUREMENT_SET).where(MEASUREMENT_SET.c.id == set_id))
    if not found:
        raise UsageError("unknown_set", N_("there is no measurement set {id}"), id=set_id)
    return found[0]


def _load(connection: Connection, query: Select[Any]) -> tuple[MeasurementSet, ...]:
    sets = {row.id: _set_of(row) for row in connection.execute(query)}
    inputs = defaultdict(list)
    for row in _inputs(connection, sets):
        inputs[row.set_id].append(SetInput(row.role, instance_of(row)))
    return tuple(replace(found, inputs=tuple(inputs[found.id])) for found in sets.values())


def _in_short(heads: Iterable[Row[Any]], given: Iterable[Row[Any]]) -> tuple[OpenSet, ...]:
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    associations = defaultdict(set)
    for row in given:
        counts[row.set_id][row.role] += row.images
        associations[row.set_id].add(row.association)
    return tuple(
        OpenSet(
            id=head.id,
            profile_id=head.profile_id,
            opened_at=head.opened_at,
            last_arrival_at=head.last_arrival_at,
            counts=dict(counts[head.id]),
            associations=frozenset(associations[head.id] - {""}),
        )
        for head in heads
    )


def _inputs(connection: Connection, set_ids: Iterable[int]) -> Iterable[Row[Any]]:
    query = (
        select(MEASUREMENT_INPUT.c.set_id, MEASUREMENT_INPUT.c.role, INSTANCE)
        .join(INSTANCE, INSTANCE.c.id == MEASUREMENT_INPUT.c.instance_id)
        .where(MEASUREMENT_INPUT.c.set_id.in_(list(set_ids)))
        .order_by(INSTANCE.c.id)
    )
    return connection.execute(query)


def _set_of(row: Row[Any]) -> MeasurementSet:
    return MeasurementSet(
        id=row.id,
        profile_id=row.profile_id,
        revision=row.revision,
        phantom=row.phantom,
        group_key=row.group_key,
        state=SetState(row.state),
        opened_at=row.opened_at,
        last_arrival_at=row.last_arrival_at,
        generation=row.generation,
    )
