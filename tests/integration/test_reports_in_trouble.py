# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reports that fail, services that die, disks that are full: each report is made once all the same, or told."""

import multiprocessing
import os
import resource
import signal
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.notice import Channel, Recipient
from optimage.model.periodic import OnlyWhen, RunState
from optimage.store.engine import open_store
from optimage.workflow.periodic.made import Made
from optimage.workflow.periodic.run_due import PAUSES, Reporter, run_due
from tests.integration import ground
from tests.integration.periodic import DAY, office, open_another, require_chain, schedule, write

pytestmark = pytest.mark.only_on("sqlite", "postgresql")
DUE = datetime(2027, 3, 1, 5, 0, tzinfo=UTC)  # 6:00 in Luxembourg
MINUTE = timedelta(minutes=1)
DAILY = schedule("day", "daily", anchor=date(2027, 3, 1), forms=("pdf", "json"))
SPAWN = multiprocessing.get_context("spawn")


def refuse(one, run):
    raise UsageError("unknown_trend", N_("the profile {profile} has no values of {key}"), profile="ct", key="noise")


def place(home: Path) -> str:
    return ground.current.database(home) or str(home / "optimage.db")


# What other processes do: they get all they need by value.


def run_in_process(database: str, home: Path, worker: str, now: datetime) -> None:
    with open_store(database, spool=home / "spool", reserve_bytes=0, busy_timeout_s=60.0) as store:
        run_due(Reporter(store, write, home / "reports", worker, "me", clock=lambda: now))


def die_in_the_middle(database: str, home: Path, now: datetime) -> None:
    def write_one_and_die(one, run):
        (home / "began").touch()
        os.kill(os.getpid(), signal.SIGKILL)

    with open_store(database, spool=home / "spool", reserve_bytes=0) as store:
        run_due(Reporter(store, write_one_and_die, home / "reports", "dead", "me", clock=lambda: now))


def die_after_the_files(database: str, home: Path, now: datetime) -> None:
    with open_store(database, spool=home / "spool", reserve_bytes=0) as store:

        def finish(*given: object, **more: object) -> None:
            os.kill(os.getpid(), signal.SIGKILL)

        store.runs.finish = finish  # the last step: the process is gone before it
        run_due(Reporter(store, write, home / "reports", "dead", "me", clock=lambda: now))


def write_without_room(database: str, home: Path, now: datetime) -> None:
    room = 2 << 20  # enough for the database, not for a report

    def fill(one, run):
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
        return Made({form: bytes(2 * room) for form in one.forms})

    with open_store(database, spool=home / "spool", reserve_bytes=0) as store:
        (outcome,) = run_due(Reporter(store, fill, home / "reports", "w", "me", clock=lambda: now))
        assert (outcome.run.state, outcome.run.code) == (RunState.WAITING, "cannot_write")


def in_a_process(target, *given) -> int:
    process = SPAWN.Process(target=target, args=given)
    process.start()
    process.join(120)
    return process.exitcode


def test_many_services_at_once_make_each_report_once(tmp_path):
    with office(tmp_path) as one:
        for number in range(12):
            one.add(schedule(f"day{number}", "daily", anchor=date(2027, 3, 1), forms=("pdf", "json")))
        given = [(place(tmp_path), tmp_path, f"w{n}", DUE + n * MINUTE) for n in range(3)]
        processes = [SPAWN.Process(target=run_in_process, args=some) for some in given]
        for process in processes:
            process.start()
        for process in processes:
            process.join(120)
        assert [process.exitcode for process in processes] == [0, 0, 0]
        runs = one.store.runs.list()
        assert [(run.state, run.attempts) for run in runs] == [(RunState.DONE, 1)] * 12
        one.require_each_once()


@pytest.mark.parametrize("dies", [die_in_the_middle, die_after_the_files])
def test_a_report_under_which_the_service_was_killed_is_made_by_another_once_its_lease_ran_out(tmp_path, dies):
    with office(tmp_path, now=DUE - DAY) as one:
        one.add(DAILY)
        assert in_a_process(dies, place(tmp_path), tmp_path, DUE) == -signal.SIGKILL
        one.now = DUE + 4 * MINUTE
        assert one.run() == ()
        one.now = DUE + 5 * MINUTE
        (outcome,) = one.run()
        assert (outcome.run.state, outcome.run.attempts, outcome.run.worker) == (RunState.DONE, 2, "a")
        one.require_each_once()


def test_a_report_that_kills_every_service_is_given_up_and_told(tmp_path):
    with office(tmp_path, now=DUE - DAY) as one:
        one.add(replace(DAILY, recipients=(Recipient(Channel.MAIL, "a@example.org"),)))
        for number in range(3):
            assert in_a_process(die_in_the_middle, place(tmp_path), tmp_path, DUE + number * 10 * MINUTE) < 0
        one.now = DUE + 30 * MINUTE
        (outcome,) = one.run()
        assert (outcome.run.state, outcome.run.code) == (RunState.FAILED, "run_abandoned")
        assert {notice.recipient.channel for notice in one.store.notices.list()} == {Channel.MAIL, Channel.LOG}
        assert not one.reports.exists()


def test_a_report_that_fails_is_tried_again_after_growing_pauses_and_then_told(tmp_path):
    with office(tmp_path, now=DUE, make=refuse) as one:
        day = one.add(replace(DAILY, recipients=(Recipient(Channel.MAIL, "a@example.org"),), language="de"))
        one.now, tried = DUE + DAY, []
        while one.now < DUE + DAY + timedelta(hours=5):
            tried += [one.now - DUE - DAY for _ in one.run()]
            one.now += MINUTE
        assert tried == [timedelta(0), PAUSES[0], sum(PAUSES, timedelta(0))]
        assert one.states(day) == ["failed"]
        mail, log = one.store.notices.list()
        assert (mail.recipient.channel, log.recipient.channel) == (Channel.MAIL, Channel.LOG)
        assert mail.about == f"failure:run:{one.store.runs.list()[0].id}"
        assert "das Profil ct hat keine Werte von noise" in mail.text
        assert "optimage report schedule retry day" in mail.text
        assert mail.payload["code"] == "unknown_trend"

        one.make = write
        assert one.run() == (), "it ended"
        one.now = DUE + 2 * DAY
        (outcome,) = one.run()
        assert outcome.files[0].name == "day-2027-03-01-2027-03-03.pdf", "the next speaks of that time, too"
        one.require_each_once()


def test_a_failed_run_that_a_person_retries_is_made_for_its_own_period(tmp_path):
    with office(tmp_path, now=DUE - DAY, make=refuse) as one:
        day = one.add(DAILY)
        one.run_until(DUE + timedelta(hours=3), 5 * MINUTE)
        assert one.states(day) == ["failed"]
        one.make = write
        one.store.runs.retry(day.id, operator="me", now=one.now)
        (outcome,) = one.run()
        assert (outcome.run.state, outcome.run.due_at) == (RunState.DONE, DUE)
        with pytest.raises(UsageError) as refused:
            one.store.runs.retry(day.id, operator="me", now=one.now)
        assert refused.value.code == "nothing_to_retry"
        one.require_each_once()


def test_a_later_report_waits_until_the_one_before_has_ended(tmp_path):
    with office(tmp_path, now=DUE - DAY, make=refuse) as one:
        day = one.add(DAILY)
        one.now = DUE + DAY - MINUTE
        one.run()
        one.make, one.now = write, DUE + DAY + MINUTE
        assert one.run() == ()
        one.now = DUE + DAY + PAUSES[0]
        first, second = one.run()
        assert (first.run.due_at, second.run.due_at) == (DUE, DUE + DAY)
        require_chain(one.store.runs.list(day.id))
        one.require_each_once()


def test_a_full_disk_leaves_no_half_file_and_the_report_is_made_when_there_is_room(tmp_path):
    with office(tmp_path, now=DUE - DAY) as one:
        one.add(DAILY)
        assert in_a_process(write_without_room, place(tmp_path), tmp_path, DUE) == 0
        assert list(one.reports.iterdir()) == []
        assert one.store.reports.list() == ()
        one.now = DUE + PAUSES[0]
        (outcome,) = one.run()
        assert (outcome.run.state, outcome.run.attempts) == (RunState.DONE, 2)
        one.require_each_once()


def test_a_folder_that_cannot_be_made_fails_the_report_with_a_sentence(tmp_path):
    with office(tmp_path, now=DUE - DAY) as one:
        one.add(DAILY)
        one.reports.write_text("a file stands where the folder should be")
        one.now = DUE
        (outcome,) = one.run()
        assert (outcome.run.state, outcome.run.code) == (RunState.WAITING, "cannot_write")
        assert str(one.reports) in str(outcome.run.error)


def test_whatever_a_block_raises_costs_one_report_and_no_other(tmp_path):
    def broken(one, run):
        return write(one, run) if one.name == "good" else {}["{brace}"]

    with office(tmp_path, now=DUE - DAY, make=broken) as one:
        one.add(replace(DAILY, name="bad"))
        one.add(replace(DAILY, name="good"))
        one.now = DUE
        bad, good = one.run()
        assert (bad.run.state, bad.run.code, good.run.state) == (RunState.WAITING, "unexpected", RunState.DONE)
        assert str(bad.run.error) == "unexpected error: KeyError: '{brace}'"
        one.require_each_once()


def test_where_there_is_nothing_to_say_only_those_who_want_it_all_the_same_get_a_report(tmp_path):
    def nothing(one, run):
        return Made(write(one, run).files, empty=True)

    with office(tmp_path, now=DUE - DAY, make=nothing) as one:
        always = one.add(replace(DAILY, name="always"))
        something = one.add(
            replace(DAILY, name="something", only_when=OnlyWhen.SOMETHING, recipients=(Recipient(Channel.LOG),))
        )
        one.run_until(DUE + DAY, timedelta(hours=1))
        assert one.states(always) == ["done", "done"]
        assert one.states(something) == ["nothing", "nothing"]
        require_chain(one.store.runs.list(something.id))
        assert one.store.notices.list() == ()
        one.require_each_once()


def test_the_lease_of_a_slow_report_is_renewed_while_it_is_made(tmp_path):
    began = datetime.now(UTC)

    def slow(one, run):
        import time

        time.sleep(1.5)  # three leases
        assert (
            other.runs.claim(run.schedule_id, run.due_at, begin=run.begin, worker="b", lease_s=1, now=clock()) is None
        )
        return write(one, run)

    def clock() -> datetime:
        return DUE + (datetime.now(UTC) - began)

    with office(tmp_path, now=DUE - DAY, make=slow) as one, open_another(tmp_path) as other:
        one.add(DAILY)
        reporter = replace(one.reporter(), clock=clock, lease_s=0.5)
        (outcome,) = run_due(reporter)
        assert (outcome.run.state, outcome.run.attempts) == (RunState.DONE, 1)
        one.require_each_once()


def test_a_service_that_was_silent_for_too_long_stores_nothing_of_what_another_made(tmp_path):
    with office(tmp_path, now=DUE - DAY) as one, open_another(tmp_path) as other:
        one.add(DAILY)

        def overtaken(schedule, run):
            one.now = DUE + 6 * MINUTE  # it slept for longer than its lease
            one.make = write
            (outcome,) = one.run(worker="b", store=other)
            assert outcome.run.state is RunState.DONE
            return write(schedule, run)

        one.now, one.make = DUE, overtaken
        assert one.run() == ()
        (run,) = one.store.runs.list()
        assert (run.state, run.worker, run.attempts) == (RunState.DONE, "b", 2)
        one.require_each_once()
