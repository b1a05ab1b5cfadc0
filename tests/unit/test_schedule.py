# SPDX-License-Identifier: LGPL-3.0-or-later
"""Due dates are days of the calendar."""

from datetime import date, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimage.profile_files.schema import Schedule
from optimage.schedule import INTERVALS, Deadline, DueState, Grace, deadline, following

DAY = timedelta(days=1)
WEEKEND = frozenset((5, 6))
FRIDAY = date(2026, 11, 20)


def test_every_schedule_that_a_profile_can_have_is_known():
    assert {*get_args(Schedule)} == {"", *INTERVALS}


@pytest.mark.parametrize(
    ("last", "schedule", "due"),
    [
        ("2026-12-31", "daily", "2027-01-01"),
        ("2026-03-28", "daily", "2026-03-29"),  # the clocks of Europe change in that night
        ("2026-02-25", "weekly", "2026-03-04"),
        ("2026-01-31", "monthly", "2026-02-28"),
        ("2028-01-31", "monthly", "2028-02-29"),
        ("2026-02-28", "monthly", "2026-03-28"),
        ("2026-12-15", "monthly", "2027-01-15"),
        ("2026-11-30", "quarterly", "2027-02-28"),
        ("2026-08-31", "half_yearly", "2027-02-28"),
        ("2028-02-29", "yearly", "2029-02-28"),
    ],
)
def test_the_next_day_is_one_interval_later_or_the_last_of_a_shorter_month(last, schedule, due):
    assert following(date.fromisoformat(last), schedule) == date.fromisoformat(due)


@given(day=st.dates(date(1985, 1, 1), date(2200, 1, 1)), schedule=st.sampled_from(sorted(INTERVALS)))
def test_an_interval_is_as_long_as_it_is_said_to_be(day, schedule):
    length = (following(day, schedule) - day) / DAY
    # Months have 28 to 31 days, so that six and twelve of them are 181 to 184 and 365 or 366 days long, three 89 to 92.
    assert abs(length - INTERVALS[schedule].about_days) <= 2


def test_ten_per_cent_of_grace_are_no_day_of_a_day_and_one_of_a_week():
    assert {name: Grace(10).days(name) for name in INTERVALS} == {
        "daily": 0,
        "weekly": 1,
        "monthly": 3,
        "quarterly": 9,
        "half_yearly": 18,
        "yearly": 37,  # 36.5
    }
    assert {Grace(0).days(name) for name in INTERVALS} == {0}


def test_it_is_done_until_the_day_it_is_due_and_overdue_after_the_last_day_of_grace():
    when = deadline(date(2026, 1, 31), "monthly", Grace(10))
    assert when == Deadline(date(2026, 2, 28), date(2026, 3, 3))
    states = [when.state(day) for day in (date(2026, 1, 31), date(2026, 2, 27), *when_days(when), date(2026, 3, 4))]
    assert states == [DueState.DONE, DueState.DONE, *[DueState.DUE] * 4, DueState.OVERDUE]


def when_days(when: Deadline):
    return (when.due + n * DAY for n in range((when.until - when.due).days + 1))


def test_what_falls_on_closed_days_waits_for_the_next_open_one():
    assert deadline(FRIDAY, "daily", Grace(10)) == Deadline(FRIDAY + DAY, FRIDAY + DAY)
    monday = FRIDAY + 3 * DAY
    assert deadline(FRIDAY, "daily", Grace(10, WEEKEND)) == Deadline(monday, monday)
    assert deadline(FRIDAY, "weekly", Grace(10, WEEKEND)) == Deadline(FRIDAY + 7 * DAY, monday + 7 * DAY)
