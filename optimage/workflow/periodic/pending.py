# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which reports are to be made now, and for which period each."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from optimage.model.periodic import ReportRun, ReportSchedule, RunState, ScheduleState
from optimage.store.engine import Store
from optimage.workflow.periodic.plan import calendar_of

OPEN = (RunState.RUNNING, RunState.WAITING)
CLOCK_WAS_AHEAD = timedelta(hours=25)  # runs due later than that from now were made under a wrong clock


@dataclass(frozen=True, slots=True)
class Pending:
    """A due moment that is to be carried out, with the begin of its period; it ends when it is due."""

    schedule: ReportSchedule
    due_at: datetime
    begin: datetime


def pending(store: Store, now: datetime) -> tuple[Pending, ...]:
    """Return what is due and not done, one moment at most for each schedule.

    A run that was begun goes before a later one. Where several moments passed without a run, the newest is due alone,
    and its period begins where the last report ended, so that the report speaks of all of them. A run that failed in
    the end leaves its period to the next.
    """
    last = store.runs.latest(until=now + CLOCK_WAS_AHEAD)
    followed = (one for one in store.schedules.list() if one.state is ScheduleState.ACTIVE)
    found = (_pending(one, last.get(one.id or 0), now) for one in followed)
    return tuple(one for one in found if one is not None)


def next_due(schedule: ReportSchedule, last: ReportRun | None, now: datetime) -> datetime:
    """Return when a schedule is due next, in the past where it is late; `last` is its latest run."""
    if last is not None and last.state in OPEN:
        return last.due_at
    calendar, settled = calendar_of(schedule), _settled(schedule, last)
    newest = calendar.last_until(now)
    return newest if newest is not None and newest > settled else calendar.first_after(max(settled, now))


def first_period(schedule: ReportSchedule, now: datetime) -> tuple[datetime, datetime]:
    """Return the period of the first report of a schedule that is added now; its end is when that is due."""
    calendar = calendar_of(schedule)
    due = calendar.first_after(now)
    return calendar.one_before(due), due


def _pending(schedule: ReportSchedule, last: ReportRun | None, now: datetime) -> Pending | None:
    if last is not None and last.state in OPEN:
        return Pending(schedule, last.due_at, last.begin)
    newest, settled = calendar_of(schedule).last_until(now), _settled(schedule, last)
    if newest is None or newest <= settled:
        return None
    return Pending(schedule, newest, _begin(schedule, last, settled))


def _begin(schedule: ReportSchedule, last: ReportRun | None, settled: datetime) -> datetime:
    if last is not None:
        return last.begin if last.state is RunState.FAILED else last.end
    return first_period(schedule, settled)[0]


def _settled(schedule: ReportSchedule, last: ReportRun | None) -> datetime:
    """Return the moment up to which nothing is to be made any more."""
    since = schedule.since
    assert since is not None  # noqa: S101 - every stored one has it
    return since if last is None else max(since, last.due_at)
