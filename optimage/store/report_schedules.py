# SPDX-License-Identifier: LGPL-3.0-or-later
"""Schedules of reports: what a person asked to be made again and again."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, update

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.notice import Recipient
from optimage.model.periodic import OnlyWhen, ReportSchedule, ScheduleState
from optimage.model.selection import Selection
from optimage.store.audit import record
from optimage.store.codec import dump, load
from optimage.store.database import Database
from optimage.store.schema_reports import REPORT_SCHEDULE

AS_THEY_ARE = ("name", "template", "every", "anchor", "zone", "language", "operator")
NOT_REMOVED = REPORT_SCHEDULE.c.state != str(ScheduleState.REMOVED)


class ReportSchedules:
    """Schedules by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, schedule: ReportSchedule, *, now: datetime) -> ReportSchedule:
        """Store a new schedule and return it with its number; UsageError `schedule_exists` where the name is taken."""
        with self._database.writing() as connection:
            if _found(connection, schedule.name):
                raise UsageError(
                    "schedule_exists",
                    N_("there is a schedule {name} already"),
                    advice=N_("choose another name, or remove that one first"),
                    name=schedule.name,
                )
            values = _values(schedule) | {"since": now, "at": now}
            added = _schedule_of(
                connection.execute(insert(REPORT_SCHEDULE).values(**values).returning(REPORT_SCHEDULE)).one()
            )
            _record(connection, "schedule_added", added, _detail(added))
            return added

    def change(self, schedule: ReportSchedule, *, now: datetime) -> ReportSchedule:
        """Store what a schedule says from now on; what was due by its old calendar is not made up.

        UsageError `unknown_schedule` if there is none of that number.
        """
        with self._database.writing() as connection:
            here = REPORT_SCHEDULE.c.id == schedule.id
            before = _one(connection, NOT_REMOVED, here, name=schedule.name)
            values = _values(schedule) | {"since": now, "at": now}
            connection.execute(update(REPORT_SCHEDULE).where(here).values(**values))
            after = _one(connection, here, name=schedule.name)
            was, now_is = _detail(before), _detail(after)
            changed = {name: f"{said} (was {was[name]})" for name, said in now_is.items() if said != was[name]}
            _record(connection, "schedule_changed", after, changed)
            return after

    def set_state(self, name: str, state: ScheduleState, *, operator: str, now: datetime) -> ReportSchedule:
        """Pause, resume or remove a schedule; UsageError `unknown_schedule` if there is none.

        What was due while it was paused is not made up: the next report reaches back over that time. A removed one
        stays for the record, and its name is free again.
        """
        with self._database.writing() as connection:
            found = _one(connection, NOT_REMOVED, REPORT_SCHEDULE.c.name == name, name=name)
            if found.state is state:
                return found
            since = now if found.state is ScheduleState.PAUSED else found.since
            here = REPORT_SCHEDULE.c.id == found.id
            values = {"state": str(state), "operator": operator, "at": now, "since": since}
            connection.execute(update(REPORT_SCHEDULE).where(here).values(**values))
            after = _one(connection, here, name=name)
            _record(connection, "schedule_changed", after, {"state": f"{state} (was {found.state})"})
            return after

    def get(self, name: str) -> ReportSchedule:
        """Return a schedule that is not removed; UsageError `unknown_schedule` if there is none."""
        with self._database.reading() as connection:
            return _one(connection, NOT_REMOVED, REPORT_SCHEDULE.c.name == name, name=name)

    def list(self, *, removed: bool = False) -> tuple[ReportSchedule, ...]:
        """Return all schedules in the order of their numbers, `removed` ones only where that is asked for."""
        query = select(REPORT_SCHEDULE).order_by(REPORT_SCHEDULE.c.id)
        if not removed:
            query = query.where(NOT_REMOVED)
        with self._database.reading() as connection:
            return tuple(_schedule_of(row) for row in connection.execute(query))


def _found(connection: Connection, name: str) -> bool:
    query = select(REPORT_SCHEDULE.c.id).where(NOT_REMOVED, REPORT_SCHEDULE.c.name == name)
    return connection.scalar(query) is not None


def _one(connection: Connection, *which: ColumnElement[bool], name: str) -> ReportSchedule:
    row = connection.execute(select(REPORT_SCHEDULE).where(*which)).one_or_none()
    if row is None:
        raise UsageError(
            "unknown_schedule",
            N_("there is no schedule {name}"),
            advice=N_("see optimage report schedule list"),
            name=name,
        )
    return _schedule_of(row)


def _values(schedule: ReportSchedule) -> dict[str, Any]:
    return {name: getattr(schedule, name) for name in AS_THEY_ARE} | {
        "selection": dump(schedule.selection),
        "time_of_day": f"{schedule.at:%H:%M}",
        "forms": dump(schedule.forms),
        "recipients": dump(schedule.recipients),
        "only_when": str(schedule.only_when),
        "state": str(schedule.state),
    }


def _detail(schedule: ReportSchedule) -> dict[str, str]:
    """Return all that a schedule says, as the audit trail tells it."""
    changing = ("since", "at", "operator")
    return {name: str(value) for name, value in _values(schedule).items() if name not in changing}


def _record(connection: Connection, action: str, schedule: ReportSchedule, detail: dict[str, str]) -> None:
    record(connection, action, operator=schedule.operator, subject=f"schedule:{schedule.id}", detail=detail)


def _schedule_of(row: Row[Any]) -> ReportSchedule:
    return ReportSchedule(
        at=time.fromisoformat(row.time_of_day),
        selection=load(Selection, row.selection),
        forms=load(tuple[str, ...], row.forms),
        recipients=load(tuple[Recipient, ...], row.recipients),
        only_when=OnlyWhen(row.only_when),
        state=ScheduleState(row.state),
        since=row.since,
        changed_at=row.at,
        id=row.id,
        **{name: getattr(row, name) for name in AS_THEY_ARE},
    )
