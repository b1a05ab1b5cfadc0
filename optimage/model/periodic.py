# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reports that are made by themselves: when, of what, for whom, and what became of each."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from optimage.messages import Message
from optimage.model.notice import Recipient
from optimage.model.selection import EVERYTHING, Selection


class OnlyWhen(StrEnum):
    """Whether a report is made where nothing was measured and nothing happened, too."""

    ALWAYS = "always"
    SOMETHING = "something"


class ScheduleState(StrEnum):
    """Whether a schedule is followed; a removed one stays for the record."""

    ACTIVE = "active"
    PAUSED = "paused"
    REMOVED = "removed"


class RunState(StrEnum):
    """Where a run stands: under way, waiting for its next attempt, or ended in one of three ways."""

    RUNNING = "running"
    WAITING = "waiting"
    DONE = "done"
    NOTHING = "nothing"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ReportSchedule:
    """When which report is made.

    Attributes
    ----------
    name : str
        What people call it; part of the names of its files.
    template : str
        Name of the template.
    every : str
        One of `optimage.schedule.INTERVALS`.
    anchor : date
        First day; the later ones are counted from it.
    at : time
        Time of day in `zone`, in whole minutes.
    zone : str
        Name of a zone of the IANA, such as `Europe/Luxembourg`.
    selection : Selection
        On what it reports.
    forms : tuple of str
        Formats to write.
    language : str
        In which language; empty for that of the template or of the program.
    recipients : tuple of Recipient
        Who gets it.
    only_when : OnlyWhen
        Whether it is made where there is nothing to say.
    state : ScheduleState
        Whether it is followed.
    since : datetime or None
        What was due before is not made up. Set by the store.
    operator : str
        Who said so last.
    changed_at : datetime or None
        When. Set by the store.
    id : int or None
        Number in the store.
    """

    name: str
    template: str
    every: str
    anchor: date
    at: time
    zone: str
    selection: Selection = EVERYTHING
    forms: tuple[str, ...] = ("pdf",)
    language: str = ""
    recipients: tuple[Recipient, ...] = ()
    only_when: OnlyWhen = OnlyWhen.ALWAYS
    state: ScheduleState = ScheduleState.ACTIVE
    since: datetime | None = None
    operator: str = ""
    changed_at: datetime | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class ReportRun:
    """What became of one due moment of a schedule.

    Attributes
    ----------
    id, schedule_id : int
        Numbers in the store.
    due_at : datetime
        When it was due.
    begin, end : datetime
        Period of the report: from `begin` up to, not including, `end`.
    state : RunState
        Where it stands.
    attempts : int
        How often it was begun.
    worker : str
        Who carries it out, or did last.
    lease_until : datetime or None
        Until when it is that worker's alone.
    next_try : datetime or None
        When it is tried again, where it waits for that.
    code, error : str, Message
        Why the last attempt failed; empty where it did not.
    report_ids : tuple of int
        What was made.
    started_at, finished_at : datetime, datetime or None
        When the last attempt began and ended.
    """

    id: int
    schedule_id: int
    due_at: datetime
    begin: datetime
    end: datetime
    state: RunState
    attempts: int
    worker: str
    started_at: datetime
    lease_until: datetime | None = None
    next_try: datetime | None = None
    code: str = ""
    error: Message | None = None
    report_ids: tuple[int, ...] = ()
    finished_at: datetime | None = None
