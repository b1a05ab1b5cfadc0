# SPDX-License-Identifier: LGPL-3.0-or-later
"""When a measurement is due again: days of the calendar, without clocks and zones."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from optimage.messages import N_
from optimage.model.tolerance import Verdict

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """The time from one measurement to the next: days, or whole months; `about_days` is its length for shares of it."""

    about_days: int
    days: int = 0
    months: int = 0


INTERVALS: Mapping[str, Interval] = {
    "daily": Interval(1, days=1),
    "weekly": Interval(7, days=7),
    "monthly": Interval(30, months=1),
    "quarterly": Interval(91, months=3),
    "half_yearly": Interval(182, months=6),
    "yearly": Interval(365, months=12),
}
SCHEDULES: Mapping[str, str] = {
    "daily": N_("daily"),
    "weekly": N_("weekly"),
    "monthly": N_("monthly"),
    "quarterly": N_("quarterly"),
    "half_yearly": N_("half-yearly"),
    "yearly": N_("yearly"),
}
"""How often, in words."""


class DueState(StrEnum):
    """How a measurement stands."""

    DONE = "done"
    DUE = "due"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Grace:
    """How long a measurement that is due may wait, and on which days nobody measures.

    Attributes
    ----------
    percent : int
        Share of the interval, in whole days (0.5 is rounded up).
    closed : frozenset of int
        Days of the week on which nobody measures, 0 for Monday; never all seven. A day that falls
        on one of them becomes the next open one.
    """

    percent: int = 10
    closed: frozenset[int] = frozenset()

    def days(self, schedule: str) -> int:
        """Return how many days later than due is still in time."""
        return (INTERVALS[schedule].about_days * self.percent + 50) // 100

    def open_day(self, day: date) -> date:
        """Return `day`, or the next day after it on which somebody measures."""
        while day.weekday() in self.closed:
            day += DAY
        return day


@dataclass(frozen=True, slots=True)
class Deadline:
    """The day from which on a measurement is due, and the last one on which it is not overdue."""

    due: date
    until: date

    def state(self, today: date) -> DueState:
        """Return how the measurement stands today."""
        if today < self.due:
            return DueState.DONE
        return DueState.DUE if today <= self.until else DueState.OVERDUE


@dataclass(frozen=True, slots=True)
class Done:
    """The last measurement that counts, with its local day."""

    result_id: int
    at: datetime
    day: date
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Due:
    """How one profile stands on one device.

    Attributes
    ----------
    profile_id, title, schedule : str
        The profile, and how often it is measured.
    site, device : str
        Where, and on what, as people call it; empty where it is unknown.
    state : DueState
        How it stands today.
    due, until : date
        From which day on it is due, and the last day on which it is not overdue.
    days_over : int
        For how many days it has been overdue; 0 where it is not.
    last : Done or None
        What was measured last; None if nothing ever was.
    """

    profile_id: str
    title: str
    schedule: str
    site: str
    device: str
    state: DueState
    due: date
    until: date
    days_over: int
    last: Done | None


def deadline(last: date, schedule: str, grace: Grace) -> Deadline:
    """Return when what was last done on a day is due again.

    Parameters
    ----------
    last : date
        Day of the last measurement, in local time.
    schedule : str
        One of `INTERVALS`.
    grace : Grace
        How long it may wait then.
    """
    due = grace.open_day(following(last, schedule))
    return Deadline(due, grace.open_day(due + grace.days(schedule) * DAY))


def following(day: date, schedule: str) -> date:
    """Return the same day one interval later; where that month is shorter, its last day."""
    interval = INTERVALS[schedule]
    count = day.year * 12 + day.month - 1 + interval.months
    year, month = divmod(count, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + interval.days * DAY
