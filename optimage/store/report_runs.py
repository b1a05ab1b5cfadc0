# SPDX-License-Identifier: LGPL-3.0-or-later
"""Runs of schedules: one row for each due moment, carried out once however many services there are."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, insert, or_, select, update

from optimage.errors import StoreError, UsageError
from optimage.messages import N_, Message
from optimage.model.notice import Notice
from optimage.model.periodic import ReportRun, RunState
from optimage.model.records import NewReport
from optimage.store.audit import record
from optimage.store.codec import dump, load
from optimage.store.columns import storable
from optimage.store.database import Database
from optimage.store.notices import add_notice
from optimage.store.reports import add_report
from optimage.store.schema_reports import REPORT_RUN

FAR = timedelta(days=1)  # no lease and no pause is as long: such a time was set by a clock that was ahead


class ReportRuns:
    """Runs by schedule and due moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(
        self,
        schedule_id: int,
        due_at: datetime,
        *,
        begin: datetime,
        worker: str,
        lease_s: float,
        now: datetime,
    ) -> ReportRun | None:
        """Take the run of a due moment; None where another has it, or it has ended, or it is not to be tried yet.

        A run that nobody began is inserted, with the period from `begin` up to `due_at`. One whose lease ran out, or
        whose next attempt is due, is taken over and keeps its period.
        """
        mine = {"worker": worker, "lease_until": now + timedelta(seconds=lease_s), "started_at": now}
        mine |= {"state": str(RunState.RUNNING), "next_try": None, "finished_at": None}
        here = REPORT_RUN.c.schedule_id == schedule_id, REPORT_RUN.c.due_at == due_at
        with self._database.writing() as connection:
            found = _load(connection, *here)
            if not found:
                period = {"due_at": due_at, "begin_at": begin, "end_at": due_at}
                values = {"schedule_id": schedule_id, "attempts": 1, **period, **mine}
                return _run_of(connection.execute(insert(REPORT_RUN).values(**values).returning(REPORT_RUN)).one())
            if not _is_free(found[0], now):
                return None
            values = {"attempts": REPORT_RUN.c.attempts + 1, **mine}
            return _run_of(
                connection.execute(update(REPORT_RUN).where(*here).values(**values).returning(REPORT_RUN)).one()
            )

    def renew(self, run_id: int, *, worker: str, lease_s: float, now: datetime) -> bool:
        """Renew the lease of a run that is under way; False if it is no longer this worker's."""
        renewed = update(REPORT_RUN).where(*_held(run_id, worker)).values(lease_until=now + timedelta(seconds=lease_s))
        with self._database.writing() as connection:
            return bool(connection.execute(renewed).rowcount)

    def finish(
        self,
        run_id: int,
        state: RunState,
        *,
        worker: str,
        operator: str,
        now: datetime,
        reports: Iterable[NewReport] = (),
        notices: Iterable[Notice] = (),
    ) -> ReportRun:
        """End a run together with the rows of what it made and whom it tells: all of it is stored, or nothing.

        StoreError `run_lost` where it is no longer this worker's; whoever has it now stores the same.
        """
        with self._database.writing() as connection:
            _require_held(connection, run_id, worker)
            made = tuple(add_report(connection, one, operator=operator).id for one in reports)
            for notice in notices:
                add_notice(connection, notice, report_ids=made, now=now)
            values = {"state": str(state), "report_ids": dump(made), "code": "", "error": ""}
            return _end(connection, run_id, now, values)

    def fail(
        self,
        run_id: int,
        *,
        worker: str,
        operator: str,
        now: datetime,
        code: str,
        error: Message,
        next_try: datetime | None,
        notices: Iterable[Notice] = (),
    ) -> ReportRun:
        """Let a run wait for its next attempt, or end it where there is none; StoreError `run_lost` as in `finish`."""
        state = RunState.WAITING if next_try else RunState.FAILED
        with self._database.writing() as connection:
            _require_held(connection, run_id, worker)
            for notice in notices:
                add_notice(connection, notice, now=now)
            if state is RunState.FAILED:
                detail = {"code": code, "error": str(error)}
                record(connection, "run_failed", operator=operator, subject=f"run:{run_id}", detail=detail)
            values = {"state": str(state), "next_try": next_try, "code": code, "error": storable(dump(error))}
            return _end(connection, run_id, now, values)

    def release(self, workers: Iterable[str], *, now: datetime) -> int:
        """Give up the leases of workers that have gone; return how many runs others may take now."""
        running = REPORT_RUN.c.state == str(RunState.RUNNING), REPORT_RUN.c.worker.in_(list(workers))
        with self._database.writing() as connection:
            return connection.execute(update(REPORT_RUN).where(*running).values(lease_until=now)).rowcount

    def holders(self) -> frozenset[str]:
        """Return the workers that have runs under way."""
        query = select(REPORT_RUN.c.worker).where(REPORT_RUN.c.state == str(RunState.RUNNING)).distinct()
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def latest(self, *, until: datetime | None = None) -> Mapping[int, ReportRun]:
        """Return the run of each schedule that was due last, by the number of the schedule.

        Runs due later than `until` are left out.
        """
        wanted = REPORT_RUN.c.id > 0 if until is None else REPORT_RUN.c.due_at <= until
        last = select(REPORT_RUN.c.schedule_id, func.max(REPORT_RUN.c.due_at).label("due_at")).where(wanted)
        last_due = last.group_by(REPORT_RUN.c.schedule_id).subquery()
        same = (REPORT_RUN.c.schedule_id == last_due.c.schedule_id) & (REPORT_RUN.c.due_at == last_due.c.due_at)
        with self._database.reading() as connection:
            rows = connection.execute(select(REPORT_RUN).join(last_due, same))
            return {row.schedule_id: _run_of(row) for row in rows}

    def retry(self, schedule_id: int, *, operator: str, now: datetime) -> ReportRun:
        """Let the latest run of a schedule, which failed or waits, be tried again at once, and anew as often.

        UsageError `nothing_to_retry` where it is none of these.
        """
        query = select(REPORT_RUN.c.id).where(REPORT_RUN.c.schedule_id == schedule_id)
        with self._database.writing() as connection:
            number = connection.scalar(query.order_by(REPORT_RUN.c.due_at.desc()).limit(1))
            found = _load(connection, REPORT_RUN.c.id == number) if number is not None else ()
            if not found or found[0].state not in (RunState.FAILED, RunState.WAITING):
                raise UsageError("nothing_to_retry", N_("the latest run did not fail"))
            values = {"state": str(RunState.WAITING), "next_try": now, "attempts": 0}
            anew = update(REPORT_RUN).where(REPORT_RUN.c.id == number).values(**values).returning(REPORT_RUN)
            run = _run_of(connection.execute(anew).one())
            record(connection, "run_retried", operator=operator, subject=f"run:{number}")
            return run

    def list(self, schedule_id: int | None = None, *, open_only: bool = False) -> tuple[ReportRun, ...]:
        """Return all runs or those of one schedule, in the order in which they were due.

        `open_only` leaves out those that have ended.
        """
        wanted = [REPORT_RUN.c.id > 0]
        if schedule_id is not None:
            wanted.append(REPORT_RUN.c.schedule_id == schedule_id)
        if open_only:
            wanted.append(or_(*(REPORT_RUN.c.state == str(state) for state in (RunState.RUNNING, RunState.WAITING))))
        with self._database.reading() as connection:
            return _load(connection, *wanted)


def _is_free(run: ReportRun, now: datetime) -> bool:
    until = {RunState.RUNNING: run.lease_until, RunState.WAITING: run.next_try}.get(run.state)
    return until is not None and not now < until < now + FAR


def _held(run_id: int, worker: str) -> tuple[Any, ...]:
    return REPORT_RUN.c.id == run_id, REPORT_RUN.c.worker == worker, REPORT_RUN.c.state == str(RunState.RUNNING)


def _require_held(connection: Connection, run_id: int, worker: str) -> None:
    if not _load(connection, *_held(run_id, worker)):
        raise run_lost(run_id)


def run_lost(run_id: int) -> StoreError:
    """Return what tells that a run is no longer its worker's."""
    sentence = N_("run {id} was given to another service, because this one was silent for too long")
    return StoreError("run_lost", sentence, id=run_id)


def _end(connection: Connection, run_id: int, now: datetime, values: Mapping[str, Any]) -> ReportRun:
    ended = update(REPORT_RUN).where(REPORT_RUN.c.id == run_id).values(lease_until=None, finished_at=now, **values)
    return _run_of(connection.execute(ended.returning(REPORT_RUN)).one())


def _load(connection: Connection, *which: Any) -> tuple[ReportRun, ...]:
    query = select(REPORT_RUN).where(*which).order_by(REPORT_RUN.c.due_at, REPORT_RUN.c.id)
    return tuple(_run_of(row) for row in connection.execute(query))


AS_THEY_ARE = (
    *("id", "schedule_id", "due_at", "attempts", "worker", "started_at", "lease_until", "next_try", "code"),
    "finished_at",
)


def _run_of(row: Row[Any]) -> ReportRun:
    return ReportRun(
        begin=row.begin_at,
        end=row.end_at,
        state=RunState(row.state),
        error=load(Message, row.error) if row.error else None,
        report_ids=load(tuple[int, ...], row.report_ids),
        **{name: getattr(row, name) for name in AS_THEY_ARE},
    )
