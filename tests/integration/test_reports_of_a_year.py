# SPDX-License-Identifier: LGPL-3.0-or-later
"""A year of schedules under a simulated clock: each report exactly once, through every change of the clocks."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from optimage.model.notice import Channel, NoticeState, Recipient
from optimage.model.periodic import ScheduleState
from tests.integration.periodic import BEGIN, DAY, due_by_looking, office, open_another, require_chain, schedule

pytestmark = pytest.mark.only_on("sqlite", "postgresql")
YEAR = datetime(2027, 3, 1, 0, 0, tzinfo=UTC)
END = datetime(2028, 3, 2, 0, 0, tzinfo=UTC)  # over a 29 February
NEW_YORK, LORD_HOWE = "America/New_York", "Australia/Lord_Howe"
SUNDAY = date(2027, 3, 7)  # clocks change on Sundays
# In each zone a time of day that the clocks leap over once and show twice once; one that does both, or two.
SCHEDULES = [
    schedule("luxembourg", "daily", anchor=date(2027, 3, 2), at=time(2, 30)),
    schedule("new_york_gap", "weekly", anchor=SUNDAY, at=time(2, 30), zone=NEW_YORK),
    schedule("new_york_twice", "weekly", anchor=SUNDAY, at=time(1, 30), zone=NEW_YORK),
    schedule("lord_howe_gap", "weekly", anchor=SUNDAY, at=time(2, 10), zone=LORD_HOWE),
    schedule("lord_howe_twice", "weekly", anchor=SUNDAY, at=time(1, 45), zone=LORD_HOWE),
    schedule("month", "monthly", anchor=date(2027, 3, 31), at=time(0, 0), forms=("pdf", "json")),
    schedule("quarter", "quarterly", anchor=date(2027, 3, 30), zone=NEW_YORK),
    schedule("half", "half_yearly", anchor=date(2027, 8, 31), zone=LORD_HOWE),
    schedule("year", "yearly", anchor=date(2027, 3, 1), at=time(23, 59)),
]
SUNDAYS = [SUNDAY + n * 7 * DAY for n in range(52)]
ENDS = ["31.03", "30.04", "31.05", "30.06", "31.07", "31.08", "30.09", "31.10", "30.11", "31.12", "31.01", "29.02"]
DAYS = {
    "luxembourg": [date(2027, 3, 2) + n * DAY for n in range(366)],
    "month": [date(2027 + (n > 9), int(text[3:]), int(text[:2])) for n, text in enumerate(ENDS)],
    "quarter": [date(2027, 3, 30), date(2027, 6, 30), date(2027, 9, 30), date(2027, 12, 30)],
    "half": [date(2027, 8, 31), date(2028, 2, 29)],
    "year": [date(2027, 3, 1), date(2028, 3, 1)],
}


def test_each_report_of_a_year_is_made_exactly_once_when_it_is_due(tmp_path):
    with office(tmp_path, now=YEAR) as one:
        added = [one.add(each) for each in SCHEDULES]
        one.run_until(END, timedelta(hours=11, minutes=50))
        for each in added:
            runs = one.store.runs.list(each.id)
            expected = [due_by_looking(day, each.at, each.zone) for day in DAYS.get(each.name, SUNDAYS)]
            assert [run.due_at for run in runs] == expected, each.name
            assert {run.attempts for run in runs} == {1}
            require_chain(runs)
        one.require_each_once()


def test_a_week_without_a_service_is_made_up_once_by_a_report_on_all_of_it(tmp_path):
    with office(tmp_path) as one:
        daily = one.add(schedule("day", "daily", anchor=date(2027, 3, 1)))
        one.run_until(datetime(2027, 3, 25, tzinfo=UTC), timedelta(hours=5))
        one.now += 7 * DAY  # over the change to summer time
        outcomes = one.run()
        runs = one.store.runs.list(daily.id)
        assert [outcome.run for outcome in outcomes] == [runs[-1]]
        assert runs[-1].due_at - runs[-2].due_at == 7 * DAY - timedelta(hours=1)
        assert outcomes[0].files[0].name == "day-2027-03-24-2027-03-31.pdf"
        assert one.run() == ()
        require_chain(runs)
        one.require_each_once()


def test_a_service_that_was_off_when_the_first_report_was_due_reports_on_one_interval_more(tmp_path):
    with office(tmp_path) as one:
        one.add(schedule("day", "daily", anchor=date(2027, 3, 1)))
        one.now = datetime(2027, 3, 4, 12, tzinfo=UTC)
        (outcome,) = one.run()
        assert outcome.files[0].name == "day-2027-02-28-2027-03-04.pdf"


def test_two_services_that_look_at_different_times_make_each_report_once(tmp_path):
    with office(tmp_path) as one, open_another(tmp_path) as other:
        one.add(schedule("day", "daily", anchor=date(2027, 3, 1), at=time(2, 30)))
        one.add(schedule("week", "weekly", anchor=date(2027, 3, 1), forms=("pdf", "json")))
        one.now = datetime(2027, 2, 28, tzinfo=UTC)
        workers = set()
        for number in range(12 * 60):
            one.now += timedelta(hours=2)
            looks = [("a", one.store), ("b", other)]
            for worker, store in looks if number % 3 else reversed(looks):
                workers |= {outcome.run.worker for outcome in one.run(worker=worker, store=store)}
        assert workers == {"a", "b"}
        assert len(one.store.runs.list()) == 59 + 9  # the days and Mondays of 1 March to 28 April
        one.require_each_once()


@pytest.mark.parametrize("back", [timedelta(hours=1), DAY], ids=["an hour", "a day"])
def test_a_clock_that_is_set_back_repeats_nothing(tmp_path, back):
    with office(tmp_path) as one:
        daily = one.add(schedule("day", "daily", anchor=date(2027, 3, 1)))
        one.run_until(datetime(2027, 3, 10, 5, 30, tzinfo=UTC), timedelta(hours=1))
        before = one.store.runs.list(daily.id)
        one.now -= back
        one.run_until(datetime(2027, 3, 10, 23, tzinfo=UTC), timedelta(hours=1))
        assert one.store.runs.list(daily.id) == before
        one.run_until(datetime(2027, 3, 12, 12, tzinfo=UTC), timedelta(hours=1))
        assert len(one.store.runs.list(daily.id)) == len(before) + 2
        require_chain(one.store.runs.list(daily.id))
        one.require_each_once()


def test_a_clock_that_was_a_year_ahead_for_a_while_keeps_no_report_back(tmp_path):
    with office(tmp_path) as one:
        daily = one.add(schedule("day", "daily", anchor=date(2027, 3, 1)))
        one.run_until(datetime(2027, 3, 10, 12, tzinfo=UTC), timedelta(hours=6))
        one.now += 365 * DAY
        one.run()
        one.now = datetime(2027, 3, 11, 12, tzinfo=UTC)
        (outcome,) = one.run()
        assert outcome.files[0].name == "day-2027-03-10-2027-03-11.pdf"
        assert len(one.store.runs.list(daily.id)) == 12
        one.require_each_once()


def test_schedules_that_come_go_pause_and_change_owe_what_their_last_word_says(tmp_path):
    with office(tmp_path) as one:
        noon = timedelta(hours=12)
        day = one.add(schedule("day", "daily", anchor=date(2027, 1, 2)))
        one.run_until(BEGIN + 5 * DAY + noon, timedelta(hours=4))  # due on the 2nd to the 6th
        one.store.schedules.set_state("day", ScheduleState.PAUSED, operator="me", now=one.now)
        one.run_until(BEGIN + 9 * DAY + noon, timedelta(hours=4))
        assert len(one.states(day)) == 5
        resumed = one.store.schedules.set_state("day", ScheduleState.ACTIVE, operator="me", now=one.now)
        assert one.run() == (), "nothing that was due during the pause is made up"
        one.run_until(BEGIN + 10 * DAY + noon, timedelta(hours=4))  # the 11th speaks of the pause, too
        one.store.schedules.change(replace(resumed, every="weekly", anchor=date(2027, 1, 12)), now=one.now)
        one.run_until(BEGIN + 20 * DAY + noon, timedelta(hours=4))  # the 12th and the 19th
        one.store.schedules.set_state("day", ScheduleState.REMOVED, operator="me", now=one.now)
        again = one.add(schedule("day", "daily", anchor=date(2027, 1, 2)))
        one.run_until(BEGIN + 22 * DAY + noon, timedelta(hours=4))
        names = [report.file_name for report in one.store.reports.list()]
        assert names[:5] == [f"day-2027-01-{n - 1:02d}-2027-01-{n:02d}.pdf" for n in range(2, 7)]
        assert names[5:8] == [f"day-2027-01-{b:02d}-2027-01-{e:02d}.pdf" for b, e in ((6, 11), (11, 12), (12, 19))]
        assert names[8:] == ["day-2027-01-21-2027-01-22.pdf", "day-2027-01-22-2027-01-23.pdf"]
        require_chain(one.store.runs.list(day.id))
        require_chain(one.store.runs.list(again.id))
        one.require_each_once()


def test_a_report_of_a_new_schedule_never_takes_the_place_of_a_file_of_an_old_one(tmp_path):
    with office(tmp_path) as one:
        one.add(schedule("day", "daily", anchor=date(2027, 1, 1)))
        one.now += timedelta(hours=7)
        one.run()
        one.store.schedules.set_state("day", ScheduleState.REMOVED, operator="me", now=one.now)
        one.add(schedule("day", "daily", anchor=date(2027, 1, 1), at=time(12, 0)))
        one.now += timedelta(hours=7)
        one.run()
        assert [report.file_name for report in one.store.reports.list()] == [
            "day-2026-12-31-2027-01-01.pdf",
            "day-2026-12-31-2027-01-01-2.pdf",
        ]
        one.require_each_once()


def test_every_recipient_is_told_once_of_every_report(tmp_path):
    recipients = (Recipient(Channel.MAIL, "a@example.org"), Recipient(Channel.WEBHOOK, "https://example.org/hook"))
    with office(tmp_path) as one:
        one.add(schedule("day", "daily", anchor=date(2027, 1, 2), recipients=recipients, language="de"))
        one.run_until(BEGIN + 10 * DAY, timedelta(hours=3))
        notices = one.store.notices.list()
        assert len(notices) == 2 * 9
        assert {notice.state for notice in notices} == {NoticeState.WAITING}
        assert {notice.recipient for notice in notices} == set(recipients)
        assert notices[0].subject == "Bericht day: 2027-01-01 bis 2027-01-02"
        assert notices[0].payload["files"][0]["name"] == "day-2027-01-01-2027-01-02.pdf"
        assert [notice.report_ids for notice in notices[::2]] == [(n,) for n in range(1, 10)]
