# SPDX-License-Identifier: LGPL-3.0-or-later
"""Jobs: rows claimed under a lease by one guarded update, so that each is carried out once."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    false,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.jobs import Job, JobState
from optimage.store.audit import record
from optimage.store.codec import utc_now
from optimage.store.database import Database
from optimage.store.schema import JOB, MEASUREMENT_SET

LongestAttempt = Mapping[int, float]
NO_LIMIT: LongestAttempt = {}
SYSTEM = "optimage"  # the operator where the program itself acts
CANCELLED = "cancelled by a person"
WITHDRAWN = "withdrawn: a late image re-opened the set"


class Jobs:
    """The queue."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, worker: str, *, lease_s: float, now: datetime, at_most: LongestAttempt = NO_LIMIT) -> Job | None:
        """Take a job that waits, or whose lease ran out; None if there is none.

        The one tried least comes first, so that one that fails again and again keeps no other waiting; of
        those the oldest. For numbers of services that died under a job `at_most` says how many seconds its longest
        attempt may have been; longer ones are left where they are.
        """
        # The lock is for PostgreSQL; SQLite leaves it out and holds its write lock instead.
        deaths = JOB.c.service_deaths + case((and_(_is_running(), JOB.c.worker != worker), 1), else_=0)
        left = (and_(deaths == number, JOB.c.longest_s > most_s) for number, most_s in at_most.items())
        free = and_(_free(now), not_(or_(false(), *left)))
        waiting = select(JOB.c.id).where(free).order_by(JOB.c.attempt, JOB.c.id)
        oldest = waiting.limit(1).with_for_update(skip_locked=True)
        claimed = (
            update(JOB)
            .where(JOB.c.id == oldest.scalar_subquery(), free)
            .values(
                state=str(JobState.RUNNING),
                worker=worker,
                attempt=JOB.c.attempt + 1,
                service_deaths=deaths,
                lease_until=now + timedelta(seconds=lease_s),
                heartbeat_at=now,
            )
            .returning(JOB)
        )
        with self._database.writing() as connection:
            row = connection.execute(claimed).one_or_none()
        return _job_of(row) if row else None

    def heartbeat(self, job_id: int, *, worker: str, lease_s: float, now: datetime, under_way_s: float = 0.0) -> bool:
        """Renew the lease of a job that is under way for so long; False if it is no longer this worker's."""
        longest = case((JOB.c.longest_s < under_way_s, under_way_s), else_=JOB.c.longest_s)
        renewed = (
            update(JOB)
            .where(JOB.c.id == job_id, _held_by(worker))
            .values(lease_until=now + timedelta(seconds=lease_s), heartbeat_at=now, longest_s=longest)
        )
        with self._database.writing() as connection:
            return bool(connection.execute(renewed).rowcount)

    def holders(self) -> frozenset[str]:
        """Return the workers that hold running jobs."""
        running = select(JOB.c.worker).where(_is_running()).distinct()
        with self._database.reading() as connection:
            return frozenset(connection.scalars(running))

    def release(self, worker: str) -> int:
        """Queue again what a worker holds and will not finish; return how many those were."""
        return self._queue_again(_held_by(worker))

    def count_service_death(self, worker: str) -> int:
        """Queue again what a worker held when it ended without warning, which each job keeps; return how many."""
        return self._queue_again(_held_by(worker), service_deaths=JOB.c.service_deaths + 1)

    def count_worker_death(self, job_id: int, *, worker: str) -> None:
        """Queue again a job under which only the process that measured it died."""
        self._queue_again(and_(JOB.c.id == job_id, _held_by(worker)), worker_deaths=JOB.c.worker_deaths + 1)

    def _queue_again(self, which: ColumnElement[bool], **counts: ColumnElement[int]) -> int:
        values = {"state": str(JobState.QUEUED), "worker": "", "lease_until": None, **counts}
        with self._database.writing() as connection:
            return connection.execute(update(JOB).where(which).values(**values)).rowcount

    def fail(self, job_id: int, reason: str) -> None:
        """End a job without a result."""
        with self._database.writing() as connection:
            _end(connection, JOB.c.id == job_id, JobState.FAILED, utc_now(), reason)

    def retry(self, job_id: int, *, operator: str = SYSTEM) -> Job:
        """Queue a job again, whatever became of it."""
        anew = {"state": str(JobState.QUEUED), "worker": "", "lease_until": None, "finished_at": None, "reason": ""}
        queued = update(JOB).where(JOB.c.id == job_id).values(**anew, service_deaths=0, worker_deaths=0, longest_s=0.0)
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


def _held_by(worker: str) -> ColumnElement[bool]:
    return and_(JOB.c.worker == worker, _is_running())


def _is_running() -> ColumnElement[bool]:
    return JOB.c.state == str(JobState.RUNNING)


def _free(now: datetime) -> ColumnElement[bool]:
    expired = and_(_is_running(), JOB.c.lease_until < now)
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
    return Job(
        id=row.id,
        set_id=row.set_id,
        generation=row.generation,
        state=JobState(row.state),
        attempt=row.attempt,
        worker=row.worker,
        lease_until=row.lease_until,
        service_deaths=row.service_deaths,
        worker_deaths=row.worker_deaths,
    )
