# SPDX-License-Identifier: LGPL-3.0-or-later
"""Jobs: rows claimed under a lease by one guarded update, so that each is carried out once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, or_, select, update

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.jobs import Job, JobState
from optimage.store.audit import record
from optimage.store.codec import utc_now
from optimage.store.database import Database
from optimage.store.schema import JOB, MEASUREMENT_SET

SYSTEM = "optimage"  # the operator where the program itself acts
CANCELLED = "cancelled by a person"
WITHDRAWN = "withdrawn: a late image re-opened the set"


class Jobs:
    """The queue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, worker: str, *, lease_s: float, now: datetime) -> Job | None:
        """Take a job that waits, or whose lease ran out; None if there is none.

        The one tried least comes first, so that one that fails again and again keeps no other waiting; of
        those the oldest.
        """
        # The lock is for PostgreSQL; SQLite leaves it out and holds its write lock instead.
        free = _free(now)
        waiting = select(JOB.c.id).where(free).order_by(JOB.c.attempt, JOB.c.id)
        oldest = waiting.limit(1).with_for_update(skip_locked=True)
        claimed = (
            update(JOB)
            .where(JOB.c.id == oldest.scalar_subquery(), free)
            .values(
                state=str(JobState.RUNNING),
                worker=worker,
                attempt=JOB.c.attempt + 1,
                lease_until=now + timedelta(seconds=lease_s),
                heartbeat_at=now,
            )
            .returning(JOB)
        )
        with self._database.writing() as connection:
            row = connection.execute(claimed).one_or_none()
        return _job_of(row) if row else None

    def heartbeat(self, job_id: int, *, worker: str, lease_s: float, now: datetime) -> bool:
        """Renew the lease; False if the job is no longer this worker's."""
        renewed = (
            update(JOB)
            .where(JOB.c.id == job_id, JOB.c.worker == worker, JOB.c.state == str(JobState.RUNNING))
            .values(lease_until=now + timedelta(seconds=lease_s), heartbeat_at=now)
        )
        with self._database.writing() as connection:
            return bool(connection.execute(renewed).rowcount)

    def holders(self) -> frozenset[str]:
        """Return the workers that hold running jobs."""
        running = select(JOB.c.worker).where(JOB.c.state == str(JobState.RUNNING)).distinct()
        with self._database.reading() as connection:
            return frozenset(connection.scalars(running))

    def release(self, worker: str, *, job_id: int | None = None) -> int:
        """Queue again what a worker holds and will not finish, one job or all; return how many those were."""
        held = and_(JOB.c.worker == worker, JOB.c.state == str(JobState.RUNNING))
        if job_id is not None:
            held = and_(held, JOB.c.id == job_id)
        queued = update(JOB).where(held).values(state=str(JobState.QUEUED), worker="", lease_until=None)
        with self._database.writing() as connection:
            return connection.execute(queued).rowcount

    def fail(self, job_id: int, reason: str) -> None:
        """End a job without a result."""
        with self._database.writing() as connection:
            _end(connection, JOB.c.id == job_id, JobState.FAILED, utc_now(), reason)

    def retry(self, job_id: int, *, operator: str = SYSTEM) -> Job:
        """Queue a job again, whatever became of it."""
        queued = (
            update(JOB)
            .where(JOB.c.id == job_id)
            .values(state=str(JobState.QUEUED), worker="", lease_until=None, finished_at=None, reason="")
        )
        with self._database.writing() as connection:
            connection.execute(queued)
            record(connection, "job_retried", operator=operator, subject=f"job:{job_id}")
            return _load_one(connection, job_id)

    def cancel(self, job_id: int, *, operator: str) -> Job:
        """End a job that waits or runs without a result; one that ended already stays as it is."""
        active = JOB.c.state.in_([str(JobState.QUEUED), str(JobState.RUNNING)])
        with self._database.writing() as connection:
            _end(connection, and_(JOB.c.id == job_id, active), JobState.FAILED, utc_now(), CANCELLED)
            record(connection, "job_cancelled", operator=operator, subject=f"job:{job_id}")
            return _load_one(connection, job_id)

    def get(self, job_id: int) -> Job:
        """Return one job; UsageError `unknown_job` if there is none."""
        with self._database.reading() as connection:
            return _load_one(connection, job_id)

    def counts(self) -> Mapping[JobState, int]:
        """Return how many jobs are in each state."""
        query = select(JOB.c.state, func.count()).group_by(JOB.c.state)
        with self._database.reading() as connection:
            found = {JobState(state): count for state, count in connection.execute(query)}
        return {state: found.get(state, 0) for state in JobState}

    def waiting_since(self) -> datetime | None:
        """Return since when the oldest waiting job has been queued, None where none waits."""
        oldest = select(func.min(JOB.c.queued_at)).where(JOB.c.state == str(JobState.QUEUED))
        with self._database.reading() as connection:
            found: datetime | None = connection.scalar(oldest)
        return found

    def list(self) -> tuple[Job, ...]:
        """Return all jobs, the earliest first."""
        with self._database.reading() as connection:
            return _load(connection, select(JOB).order_by(JOB.c.id))


def enqueue(connection: Connection, set_id: int, generation: int, now: datetime) -> Job:
    """Queue the job of a generation of a set, or return the one that is there; older ones end."""
    here = and_(JOB.c.set_id == set_id, JOB.c.generation == generation)
    known = _load(connection, select(JOB).where(here))
    if known:
        return known[0]
    unfinished = JOB.c.state.in_([str(JobState.QUEUED), str(JobState.RUNNING)])
    _end(connection, and_(JOB.c.set_id == set_id, unfinished), JobState.DONE, now, WITHDRAWN)
    values = {"set_id": set_id, "generation": generation, "state": str(JobState.QUEUED), "attempt": 0}
    return _job_of(connection.execute(insert(JOB).values(**values, queued_at=now).returning(JOB)).one())


def withdraw_queued(connection: Connection, set_id: int, now: datetime) -> None:
    """End the jobs of a re-opened set that have not begun."""
    waiting = and_(JOB.c.set_id == set_id, JOB.c.state == str(JobState.QUEUED))
    _end(connection, waiting, JobState.DONE, now, WITHDRAWN)


def finish(connection: Connection, job_id: int, now: datetime) -> None:
    """End a job whose result is stored in the same transaction."""
    _end(connection, JOB.c.id == job_id, JobState.DONE, now, "")


def _free(now: datetime) -> ColumnElement[bool]:
    expired = and_(JOB.c.state == str(JobState.RUNNING), JOB.c.lease_until < now)
    newest = select(MEASUREMENT_SET.c.generation).where(MEASUREMENT_SET.c.id == JOB.c.set_id).scalar_subquery()
    return and_(or_(JOB.c.state == str(JobState.QUEUED), expired), JOB.c.generation == newest)


def _end(connection: Connection, which: ColumnElement[bool], state: JobState, now: datetime, reason: str) -> None:
    values = {"state": str(state), "finished_at": now, "lease_until": None, "reason": reason}
    connection.execute(update(JOB).where(which).values(**values))


def _load_one(connection: Connection, job_id: int) -> Job:
    found = _load(connection, select(JOB).where(JOB.c.id == job_id))
    if not found:
        raise UsageError("unknown_job", N_("there is no job {id}"), id=job_id)
    return found[0]


def _load(connection: Connection, query: Select[Any]) -> tuple[Job, ...]:
    return tuple(_job_of(row) for row in connection.execute(query))


def _job_of(row: Row[Any]) -> Job:
    return Job(row.id, row.set_id, row.generation, JobState(row.state), row.attempt, row.worker, row.lease_until)
