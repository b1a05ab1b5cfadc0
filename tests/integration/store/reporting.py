# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the store promises to reports: rows, signatures, schedules, runs, notices. Supply the fixture `store`."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from optimage.errors import StoreError, UsageError
from optimage.messages import Message
from optimage.model.notice import Channel, Notice, NoticeState, Recipient
from optimage.model.periodic import OnlyWhen, ReportRun, ReportSchedule, RunState, ScheduleState
from optimage.model.records import NewReport
from optimage.model.selection import Selection
from optimage.model.signature import Signature, Subject
from optimage.store.engine import Store
from tests.integration.store.contract import stored
from tests.integration.store.samples import NOON, digest

MONTH = timedelta(days=31)
HOUR = timedelta(hours=1)
SELECTION = Selection(("ct_daily",), "CT 2", "Main", ("noise", "ct_water"))
SCHEDULE = ReportSchedule(
    name="month",
    template="device_year",
    every="monthly",
    anchor=date(2026, 1, 31),
    at=time(6, 30),
    zone="Europe/Luxembourg",
    selection=SELECTION,
    forms=("pdf", "html"),
    language="de",
    recipients=(Recipient(Channel.MAIL, "physics@example.org"), Recipient(Channel.LOG)),
    only_when=OnlyWhen.SOMETHING,
    operator="me",
)
PERIOD = NewReport(
    kind="period",
    sha256=digest(b"pdf"),
    file_name="month-2026-02-01-2026-03-01.pdf",
    template="device_year",
    language="de",
    selection=SELECTION,
    begin=NOON - MONTH,
    end=NOON,
    behind=digest(b"all"),
)
NOTICE = Notice("run:1", Recipient(Channel.MAIL, "physics@example.org"), "Month", "It is there. 日本", {"a": [1, None]})


def report_by_itself(store: Store, result_id: int) -> None:
    """Store one of each: a report on a result, a schedule, its run with report and notices, and a signature."""
    on_result = NewReport("measurement", digest(b"pdf"), "a.pdf", template="measurement", result_ids=(result_id,))
    store.reports.add(on_result)
    schedule = store.schedules.add(SCHEDULE, now=NOON - HOUR)
    run = claim(store, schedule)
    assert run is not None
    store.runs.finish(run.id, RunState.DONE, worker="w1", operator="me", now=NOON, reports=(PERIOD,), notices=(NOTICE,))
    store.signatures.add(signature(Subject.RESULT, result_id))


def signature(subject: Subject, number: int) -> Signature:
    return Signature(subject, number, "Dr Jürgen 李", "me", "as expected", NOON, digest(b"all"))


def claim(
    store: Store, schedule: ReportSchedule, *, worker: str = "w1", due: datetime = NOON, now: datetime = NOON
) -> ReportRun | None:
    return store.runs.claim(schedule.id or 0, due, begin=due - MONTH, worker=worker, lease_s=60.0, now=now)


def fail(store: Store, run: ReportRun, next_try: datetime | None, *, now: datetime = NOON) -> ReportRun:
    return store.runs.fail(
        run.id,
        worker=run.worker,
        operator="me",
        now=now,
        code="cannot_write",
        error=Message("{path} is full", {"path": "{a}"}),
        next_try=next_try,
        notices=(replace(NOTICE, about=f"failure:{run.id}"),) if next_try is None else (),
    )


def ended(run: ReportRun, store: Store, worker: str | None = None) -> ReportRun:
    return store.runs.finish(
        run.id, RunState.DONE, worker=worker or run.worker, operator="me", now=NOON, reports=(PERIOD,)
    )


class ReportingContract:
    """The promises."""

    # reports

    def test_a_report_on_a_period_comes_back_with_what_it_was_made_of(self, store):
        made = store.reports.add(PERIOD, operator="me")
        assert store.reports.list() == (store.reports.get(made.id),) == (made,)
        assert (made.result_id, made.result_ids, made.operator) == (None, (), "me")
        assert {name: getattr(made, name) for name in PERIOD.__slots__} == {
            name: getattr(PERIOD, name) for name in PERIOD.__slots__
        }
        assert store.audit.list()[-1].subject == f"report:{made.id}"

    def test_reports_are_found_by_result_kind_template_and_time(self, store):
        first, second = stored(store, 1.0), stored(store, 2.0, day=1)
        one = store.reports.add(NewReport("measurement", digest(b"a"), "a.pdf", result_ids=(first.id,)))
        both = store.reports.add(NewReport("measurement", digest(b"b"), "b.pdf", result_ids=(first.id, second.id)))
        period = store.reports.add(PERIOD)
        assert (one.result_id, both.result_id) == (first.id, None)
        assert store.reports.list(result_id=first.id) == (one, both)
        assert store.reports.list(result_id=second.id) == (both,)
        assert store.reports.list(kind="period") == store.reports.list(template="device_year") == (period,)
        assert store.reports.list(since=both.at, until=period.at + HOUR) == (both, period)
        assert store.reports.list(until=one.at) == ()
        with pytest.raises(UsageError) as refused:
            store.reports.get(99)
        assert refused.value.code == "unknown_report"

    # signatures

    def test_signatures_are_kept_by_what_was_signed_and_told_in_the_trail(self, store):
        kept, made = stored(store, 1.0), store.reports.add(PERIOD)
        first = store.signatures.add(signature(Subject.RESULT, kept.id))
        second = store.signatures.add(replace(first, id=None, name="Second"))
        other = store.signatures.add(signature(Subject.REPORT, made.id))
        assert replace(first, id=None) == signature(Subject.RESULT, kept.id)
        assert store.signatures.of(Subject.RESULT, [kept.id, 99]) == {kept.id: (first, second)}
        assert store.signatures.of(Subject.REPORT, []) == {}
        assert store.signatures.list() == (first, second, other)
        assert store.signatures.list(Subject.REPORT) == (other,)
        last = store.audit.list(subject=f"report:{made.id}")[-1]
        assert (last.operator, last.action, last.detail["name"]) == ("me", "signed", "Dr Jürgen 李")

    @pytest.mark.parametrize(
        ("changed", "code"),
        [
            ({"subject_id": 99}, "unknown_result"),
            ({"subject": Subject.REPORT, "subject_id": 99}, "unknown_report"),
            ({"reason": " "}, "reason_missing"),
            ({"name": ""}, "name_missing"),
        ],
    )
    def test_a_signature_under_nothing_or_without_name_or_reason_is_refused(self, store, changed, code):
        kept = stored(store, 1.0)
        with pytest.raises(UsageError) as refused:
            store.signatures.add(replace(signature(Subject.RESULT, kept.id), **changed))
        assert refused.value.code == code
        assert store.signatures.list() == ()

    # schedules

    def test_a_schedule_comes_back_as_it_was_added(self, store):
        added = store.schedules.add(SCHEDULE, now=NOON)
        assert replace(added, id=None, since=None, changed_at=None) == SCHEDULE
        assert (added.since, added.changed_at) == (NOON, NOON)
        assert store.schedules.get("month") == added
        assert store.schedules.list() == (added,)

    def test_names_are_taken_once_and_free_again_when_their_schedule_is_removed(self, store):
        first = store.schedules.add(SCHEDULE, now=NOON)
        with pytest.raises(UsageError) as refused:
            store.schedules.add(SCHEDULE, now=NOON)
        assert refused.value.code == "schedule_exists"
        store.schedules.set_state("month", ScheduleState.REMOVED, operator="you", now=NOON)
        with pytest.raises(UsageError) as refused:
            store.schedules.get("month")
        assert refused.value.code == "unknown_schedule"
        second = store.schedules.add(SCHEDULE, now=NOON + HOUR)
        assert second.id != first.id
        assert store.schedules.list() == (second,)
        assert [one.state for one in store.schedules.list(removed=True)] == ["removed", "active"]

    def test_what_was_due_during_a_pause_is_not_made_up(self, store):
        store.schedules.add(SCHEDULE, now=NOON)
        paused = store.schedules.set_state("month", ScheduleState.PAUSED, operator="you", now=NOON + HOUR)
        resumed = store.schedules.set_state("month", ScheduleState.ACTIVE, operator="you", now=NOON + 2 * HOUR)
        again = store.schedules.set_state("month", ScheduleState.ACTIVE, operator="you", now=NOON + 3 * HOUR)
        assert [one.since for one in (paused, resumed, again)] == [NOON, NOON + 2 * HOUR, NOON + 2 * HOUR]

    def test_a_change_counts_from_now_on_and_the_trail_says_what_was_before(self, store):
        added = store.schedules.add(SCHEDULE, now=NOON)
        changed = store.schedules.change(replace(added, every="weekly", operator="you"), now=NOON + HOUR)
        assert (changed.every, changed.since, changed.id) == ("weekly", NOON + HOUR, added.id)
        last = store.audit.list(subject=f"schedule:{added.id}")[-1]
        assert (last.operator, last.detail) == ("you", {"every": "weekly (was monthly)"})

    # runs

    def test_a_due_moment_is_claimed_once(self, store):
        schedule = store.schedules.add(SCHEDULE, now=NOON)
        mine = claim(store, schedule)
        assert (mine.begin, mine.end, mine.due_at, mine.attempts) == (NOON - MONTH, NOON, NOON, 1)
        assert claim(store, schedule, worker="w2") is None
        done = ended(mine, store)
        assert (done.state, len(done.report_ids), done.lease_until) == (RunState.DONE, 1, None)
        assert claim(store, schedule, worker="w2", now=NOON + 9 * HOUR) is None
        assert store.runs.list(schedule.id) == (done,)

    def test_a_run_whose_service_died_is_taken_over_with_its_period_and_ends_once(self, store):
        schedule = store.schedules.add(SCHEDULE, now=NOON)
        first = claim(store, schedule)
        assert claim(store, schedule, worker="w2", now=NOON + timedelta(seconds=59)) is None
        second = claim(store, schedule, worker="w2", now=NOON + timedelta(seconds=60))
        assert (second.id, second.attempts, second.begin) == (first.id, 2, first.begin)
        with pytest.raises(StoreError) as lost:
            ended(first, store, worker="w1")
        assert lost.value.code == "run_lost"
        assert store.reports.list() == ()
        ended(second, store)
        assert len(store.reports.list()) == 1

    def test_a_lease_is_renewed_by_its_holder_alone(self, store):
        schedule = store.schedules.add(SCHEDULE, now=NOON)
        run = claim(store, schedule)
        soon = NOON + timedelta(seconds=50)
        assert store.runs.renew(run.id, worker="w1", lease_s=60.0, now=soon)
        assert not store.runs.renew(run.id, worker="w2", lease_s=60.0, now=soon)
        assert claim(store, schedule, worker="w2", now=NOON + timedelta(seconds=109)) is None
        assert store.runs.holders() == {"w1"}
        assert store.runs.release(["w1"], now=soon) == 1
        assert claim(store, schedule, worker="w2", now=soon).attempts == 2

    def test_a_failed_run_waits_for_its_next_attempt_and_ends_when_there_is_none(self, store):
        schedule = store.schedules.add(SCHEDULE, now=NOON)
        waiting = fail(store, claim(store, schedule), NOON + HOUR)
        assert (waiting.state, waiting.code, str(waiting.error)) == (RunState.WAITING, "cannot_write", "{a} is full")
        assert claim(store, schedule, now=NOON + HOUR / 2) is None
        failed = fail(store, claim(store, schedule, now=NOON + HOUR), None)
        assert (failed.state, failed.attempts, failed.next_try) == (RunState.FAILED, 2, None)
        assert claim(store, schedule, now=NOON + 9 * HOUR) is None
        assert [one.about for one in store.notices.list()] == [f"failure:{failed.id}"]
        assert store.audit.list()[-1].action == "run_failed"

    def test_a_clock_that_was_days_ahead_keeps_no_run_waiting(self, store):
        schedule = store.schedules.add(SCHEDULE, now=NOON)
        fail(store, claim(store, schedule, now=NOON + 9 * MONTH), NOON + 9 * MONTH + HOUR)
        assert claim(store, schedule, now=NOON).attempts == 2

    def test_the_latest_run_of_each_schedule_is_told(self, store):
        first = store.schedules.add(SCHEDULE, now=NOON)
        other = store.schedules.add(replace(SCHEDULE, name="other"), now=NOON)
        ended(claim(store, first), store)
        later = claim(store, first, due=NOON + MONTH)
        only = claim(store, other)
        assert store.runs.latest() == {first.id: later, other.id: only}
        assert store.runs.list(open_only=True) == (only, later)

    # notices

    def test_a_recipient_is_told_of_one_thing_once_by_each_channel(self, store):
        first = store.notices.add(NOTICE, now=NOON)
        assert replace(first, id=None, created_at=None) == NOTICE
        assert store.notices.add(replace(NOTICE, subject="again"), now=NOON + HOUR) == first
        other = store.notices.add(replace(NOTICE, recipient=Recipient(Channel.WEBHOOK, "https://a.example")), now=NOON)
        assert store.notices.list(about="run:1") == (first, other)
        assert store.notices.counts() == {NoticeState.WAITING: 2, NoticeState.SENT: 0, NoticeState.FAILED: 0}

    def test_a_notice_is_claimed_once_and_again_when_its_sender_died(self, store):
        store.notices.add(NOTICE, now=NOON)
        first = store.notices.claim("w1", lease_s=60.0, now=NOON)
        assert (first.attempts, first.worker) == (1, "w1")
        assert store.notices.claim("w2", lease_s=60.0, now=NOON + timedelta(seconds=59)) is None
        second = store.notices.claim("w2", lease_s=60.0, now=NOON + timedelta(seconds=60))
        with pytest.raises(StoreError) as lost:
            store.notices.sent(first.id, worker="w1", now=NOON)
        assert lost.value.code == "notice_lost"
        sent = store.notices.sent(second.id, worker="w2", now=NOON + HOUR)
        assert (sent.state, sent.sent_at, sent.lease_until) == (NoticeState.SENT, NOON + HOUR, None)
        assert store.notices.claim("w1", lease_s=60.0, now=NOON + 9 * HOUR) is None

    def test_a_notice_that_failed_waits_and_is_given_up_in_the_end(self, store):
        number = store.notices.add(NOTICE, now=NOON).id
        later = NOON + HOUR
        store.notices.claim("w1", lease_s=60.0, now=NOON)
        store.notices.failed(number, worker="w1", code="mail_refused", error="550 {no}", next_try=later)
        assert store.notices.claim("w1", lease_s=60.0, now=later - timedelta(seconds=1)) is None
        assert store.notices.claim("w1", lease_s=60.0, now=later).attempts == 2
        given_up = store.notices.failed(number, worker="w1", code="mail_refused", error="550 {no}", next_try=None)
        assert (given_up.state, given_up.code, given_up.error) == (NoticeState.FAILED, "mail_refused", "550 {no}")
        assert store.notices.list(states=[NoticeState.FAILED]) == (given_up,)
        assert store.notices.retry(number).state is NoticeState.WAITING
        assert store.notices.claim("w1", lease_s=60.0, now=later).attempts == 1

    def test_moments_keep_their_microseconds(self, store):
        at = datetime(2026, 3, 29, 1, 0, 0, 123456, tzinfo=UTC)
        schedule = store.schedules.add(SCHEDULE, now=at)
        assert store.schedules.get("month").since == at
        assert claim(store, schedule, due=at, now=at).due_at == at
