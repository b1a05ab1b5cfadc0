# SPDX-License-Identifier: LGPL-3.0-or-later
"""What every store promises, whatever database is below. Inherit, and supply the fixture `store`."""

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimage.errors import UsageError
from optimage.model.control import ControlLines, Phase, Signal
from optimage.model.jobs import InstanceState, Job, JobState, MeasurementSet, Seat, SetState
from optimage.model.outcome import DeviceIdentity, Result
from optimage.model.plain import to_plain
from optimage.model.records import NewReport
from optimage.model.tolerance import Verdict
from optimage.store.engine import Store
from optimage.store.results import AT_ONCE
from tests.integration.store.samples import NOON, PROFILE, digest, judged, new_instance, not_measured, part10, result

# The examples of a test share a store on purpose, and each database has its own.
SHARED = (HealthCheck.function_scoped_fixture, HealthCheck.differing_executors)


def receive(store: Store, uid: str = "1.2.3", data_set: bytes = b"pixels") -> int:
    store.spool.put(part10(data_set), digest(data_set))
    return store.instances.add(new_instance(uid, data_set), operator="dicom:CT2").id


def apply(store: Store, text: str = "first"):
    return store.profiles.apply(PROFILE, text=text, sha256=digest(text.encode()), author="me", reason="acceptance")


def join(store: Store, instance_id: int, group: str = "day 1") -> MeasurementSet:
    set_id = store.sets.join(
        apply(store), phantom="ct_level_a", group_key=group, role="series", instance_id=instance_id, now=NOON
    )
    return store.sets.get(set_id)


def claimed(store: Store, group: str = "day 1") -> Job:
    uid = f"1.2.{int.from_bytes(group.encode(), 'big')}"[:64]
    store.sets.complete(join(store, receive(store, uid, group.encode()), group).id, NOON)
    job = store.jobs.claim("w1", lease_s=60.0, now=NOON)
    assert job is not None
    return job


def stored(store: Store, value: float, *, day: int = 0, of: Result | None = None) -> Result:
    job = claimed(store, f"day {day}")
    return store.results.add(of or result(value, day=day), set_id=job.set_id, job_id=job.id, operator="me")


class StoreContract:
    """The promises."""

    # received objects

    def test_the_same_object_twice_gives_one_row(self, store):
        first = store.instances.add(new_instance(), operator="a")
        assert store.instances.add(new_instance(), operator="b") == first
        assert len(store.audit.list()) == 1

    def test_other_bytes_under_a_known_uid_are_kept_as_a_conflict_and_told(self, store):
        first = store.instances.add(new_instance(), operator="a")
        second = store.instances.add(new_instance(data_set=b"other"), operator="b")
        assert (first.conflict, second.conflict) == (False, True)
        assert store.instances.get(first.id) == first
        assert [entry.action for entry in store.audit.list()] == ["instance_received", "instance_conflict"]

    def test_objects_wait_in_their_state_in_the_order_they_came(self, store):
        ids = [receive(store, f"1.{n}", bytes([n])) for n in range(3)]
        store.instances.set_state(ids[1], InstanceState.UNMATCHED, "no_profile")
        assert [i.id for i in store.instances.by_state(InstanceState.NEW, 10)] == [ids[0], ids[2]]
        assert [i.id for i in store.instances.by_state(InstanceState.NEW, 1)] == [ids[0]]
        assert store.instances.find(digest(b"\x01")).state is InstanceState.UNMATCHED

    # measurement sets

    def test_images_of_one_group_share_a_set_and_are_marked_assigned(self, store):
        first, second = join(store, receive(store)), join(store, receive(store, "1.2.4", b"more"))
        assert first.id == second.id
        assert [given.instance.state for given in second.inputs] == [InstanceState.ASSIGNED] * 2
        assert store.sets.open_sets() == (second,)

    def test_joining_twice_changes_nothing(self, store):
        instance = receive(store)
        assert join(store, instance) == join(store, instance)

    def test_sets_differ_by_group_profile_and_parameters(self, store):
        instance = receive(store)
        ids = {join(store, instance, "a").id, join(store, instance, "b").id}
        for parameters in ("", "kernel=5"):
            ids.add(
                store.sets.join(
                    None,
                    phantom="ct_level_a",
                    group_key="a",
                    role="series",
                    instance_id=instance,
                    now=NOON,
                    parameters_key=parameters,
                )
            )
        assert len(ids) == 4

    def test_an_image_of_several_sets_joins_all_of_them_or_none(self, store):
        instance, known = receive(store), apply(store)
        unknown = replace(known, profile=replace(known.profile, id="never applied"))
        seats = [Seat(revision, "ct_level_a", "a", "series") for revision in (known, unknown)]
        with pytest.raises(UsageError):
            store.sets.join_all(seats, instance_id=instance, now=NOON)
        assert store.sets.open_sets() == ()
        assert store.instances.get(instance).state is InstanceState.NEW
        both = [seats[0], replace(seats[0], group_key="b")]
        store.sets.join_all(both, instance_id=instance, now=NOON, waits="tie")
        assert [found.group_key for found in store.sets.open_sets()] == ["a", "b"]
        assert store.instances.get(instance).state is InstanceState.UNMATCHED

    def test_open_sets_at_rest_are_told_with_the_number_of_images_in_each_role(self, store):
        found = join(store, receive(store))
        join(store, receive(store, "1.2.4", b"more"))
        busy = store.sets.join(
            apply(store),
            phantom="ct_level_a",
            group_key="b",
            role="series",
            instance_id=receive(store, "1.2.5", b"b"),
            now=NOON + timedelta(seconds=1),
        )
        (resting,) = store.sets.at_rest(since=NOON)
        assert (resting.id, resting.counts, resting.profile_id) == (found.id, {"series": 2}, "ct_daily")
        assert [one.id for one in store.sets.at_rest(since=NOON + timedelta(seconds=1))] == [found.id, busy]
        store.sets.complete(found.id, NOON)
        assert store.sets.at_rest(since=NOON) == ()

    def test_completing_twice_queues_one_job(self, store):
        found = join(store, receive(store))
        assert store.sets.complete(found.id, NOON) == store.sets.complete(found.id, NOON)
        assert store.sets.get(found.id).state is SetState.COMPLETE
        assert store.jobs.counts()[JobState.QUEUED] == 1

    def test_a_late_image_reopens_its_set_and_withdraws_the_waiting_job(self, store):
        found = join(store, receive(store))
        store.sets.complete(found.id, NOON)
        late = join(store, receive(store, "1.2.4", b"late"))
        assert (late.id, late.state, late.generation) == (found.id, SetState.OPEN, 2)
        assert store.jobs.claim("w", lease_s=60.0, now=NOON) is None
        assert store.sets.complete(found.id, NOON).generation == 2
        assert store.jobs.claim("w", lease_s=60.0, now=NOON).generation == 2

    # jobs

    def test_a_job_is_claimed_once_until_its_lease_runs_out(self, store):
        job = claimed(store)
        assert (job.state, job.attempt, job.worker) == (JobState.RUNNING, 1, "w1")
        assert store.jobs.claim("w2", lease_s=60.0, now=NOON + timedelta(seconds=60)) is None
        again = store.jobs.claim("w2", lease_s=60.0, now=NOON + timedelta(seconds=61))
        assert (again.id, again.attempt, again.worker) == (job.id, 2, "w2")

    def test_a_heartbeat_renews_the_lease_of_its_own_worker_only(self, store):
        job, later = claimed(store), NOON + timedelta(seconds=50)
        assert store.jobs.heartbeat(job.id, worker="w1", lease_s=60.0, now=later)
        assert store.jobs.get(job.id).lease_until == NOON + timedelta(seconds=110)
        assert not store.jobs.heartbeat(job.id, worker="w2", lease_s=600.0, now=later)

    def test_what_a_lost_worker_held_is_queued_again_and_nothing_else(self, store):
        held, other = claimed(store, "a"), claimed(store, "b")
        assert store.jobs.holders() == {"w1"}
        assert store.jobs.release("w2") == 0
        store.jobs.count_worker_death(held.id, worker="w2")
        assert store.jobs.get(held.id).state is JobState.RUNNING
        store.jobs.count_worker_death(held.id, worker="w1")
        assert (store.jobs.get(held.id).state, store.jobs.get(other.id).state) == (JobState.QUEUED, JobState.RUNNING)
        again = store.jobs.claim("w3", lease_s=60.0, now=NOON)
        assert (again.id, again.attempt, again.worker_deaths, again.service_deaths) == (held.id, 2, 1, 0)
        assert store.jobs.release("w1") == 1

    def test_a_job_keeps_how_many_services_died_under_it_until_a_person_queues_it_again(self, store):
        job, later = claimed(store), NOON + timedelta(minutes=5)
        assert store.jobs.count_service_death("w1") == 1
        assert store.jobs.claim("w2", lease_s=60.0, now=NOON, at_most={1: -1.0}) is None
        assert store.jobs.claim("w2", lease_s=60.0, now=NOON, at_most={2: -1.0}).service_deaths == 1
        assert store.jobs.claim("w3", lease_s=60.0, now=later, at_most={2: -1.0}) is None, (
            "a lease that ran out is a death"
        )
        assert store.jobs.claim("w2", lease_s=60.0, now=later).service_deaths == 1, "but not of the one that lives"
        assert store.jobs.heartbeat(job.id, worker="w2", lease_s=60.0, now=later, under_way_s=30.0)
        later += timedelta(minutes=5)
        assert store.jobs.claim("w3", lease_s=60.0, now=later, at_most={2: 29.9}) is None, "it ran for longer"
        assert store.jobs.claim("w3", lease_s=60.0, now=later, at_most={2: 30.0}).service_deaths == 2
        assert store.jobs.release("w3") == 1
        assert store.jobs.get(job.id).service_deaths == 2, "a service that ends gently is no death"
        assert store.jobs.retry(job.id).service_deaths == 0

    def test_the_job_tried_least_comes_first_and_of_those_the_oldest(self, store):
        first = claimed(store, "a")
        sets = [join(store, receive(store, uid, uid.encode()), uid).id for uid in ("1.5", "1.6")]
        waiting = [store.sets.complete(set_id, NOON).id for set_id in sets]
        store.jobs.release("w1")
        order = [store.jobs.claim("w1", lease_s=60.0, now=NOON).id for _ in range(3)]
        assert order == [*waiting, first.id]

    def test_failed_jobs_stay_failed_until_retried(self, store):
        job = claimed(store)
        store.jobs.fail(job.id, "no module")
        assert store.jobs.claim("w", lease_s=1.0, now=NOON) is None
        assert store.jobs.retry(job.id).state is JobState.QUEUED
        assert store.jobs.claim("w", lease_s=1.0, now=NOON).attempt == 2

    # results

    def test_a_result_comes_back_as_it_was_stored(self, store):
        given_result = result()
        kept = stored(store, 4.25, of=given_result)
        expected = replace(given_result, id=kept.id, set_id=kept.set_id)
        assert to_plain(kept) == to_plain(expected)
        assert to_plain(store.results.get(kept.id)) == to_plain(expected)

    @settings(max_examples=60, deadline=None, suppress_health_check=SHARED)
    @given(values=st.lists(st.floats(), min_size=1, max_size=5))
    def test_every_value_comes_back_bit_for_bit(self, store, values):
        # NaN means "not measured" whatever its payload; SQLite keeps no sign of zero, and nobody measures one.
        many = replace(
            result(inputs=repr(values)), measurements=tuple(judged(v, item=f"n={n}") for n, v in enumerate(values))
        )
        set_id = join(store, receive(store)).id
        kept = store.results.add(many, set_id=set_id, job_id=None, operator="me")
        assert [repr(j.measurement.value + 0.0) for j in kept.measurements] == [repr(v + 0.0) for v in values]

    def test_storing_a_result_ends_its_job(self, store):
        stored(store, 4.0)
        assert store.jobs.counts() == {
            JobState.QUEUED: 0,
            JobState.RUNNING: 0,
            JobState.DONE: 1,
            JobState.FAILED: 0,
        }

    def test_the_same_work_twice_gives_one_result(self, store):
        job = claimed(store)
        first = store.results.add(result(), set_id=job.set_id, job_id=job.id, operator="me")
        second = store.results.add(result(), set_id=job.set_id, job_id=job.id, operator="me")
        assert first.id == second.id
        assert len(store.results.list()) == 1

    def test_what_died_may_be_measured_later_but_not_the_other_way_round(self, store):
        job = claimed(store)
        ids = [
            store.results.add(r, set_id=job.set_id, job_id=job.id, operator="me").id
            for r in (not_measured(), not_measured(), result(), not_measured(), result())
        ]
        assert ids[0] == ids[1] != ids[2] == ids[3] == ids[4]
        assert [r.verdict for r in store.results.current()] == [Verdict.PASS]

    def test_a_later_result_of_a_set_supersedes_the_earlier_which_stays(self, store):
        job = claimed(store)
        first, second = (
            store.results.add(result(inputs=name), set_id=job.set_id, job_id=job.id, operator="me") for name in "ab"
        )
        assert [(r.id, r.current) for r in store.results.list()] == [(first.id, False), (second.id, True)]
        assert [r.id for r in store.results.current()] == [second.id]

    def test_a_slow_job_of_before_a_late_image_never_supersedes_the_newer_result(self, store):
        slow = claimed(store)
        join(store, receive(store, "1.2.9", b"late"), "day 1")
        fresh = store.sets.complete(slow.set_id, NOON)
        newer = store.results.add(result(inputs="both"), set_id=slow.set_id, job_id=fresh.id, operator="me")
        older = store.results.add(result(inputs="one"), set_id=slow.set_id, job_id=slow.id, operator="me")
        assert (newer.current, older.current) == (True, False)
        assert [r.id for r in store.results.current()] == [newer.id]

    def test_results_are_listed_by_profile_and_time_the_newest_last(self, store):
        ids = {day: stored(store, 4.0, day=day).id for day in (2, 0, 1)}
        assert [r.id for r in store.results.list(profile_id="ct_daily")] == [ids[0], ids[1], ids[2]]
        chosen = store.results.list(since=NOON + timedelta(days=1), until=NOON + timedelta(days=2))
        assert [r.id for r in chosen] == [ids[1]]
        assert store.results.list(profile_id="other") == ()
        assert store.results.latest("ct_daily").id == ids[2]

    def test_results_read_one_after_another_are_those_of_the_list_in_its_order(self, store):
        for day in range(AT_ONCE + 1, 0, -1):
            stored(store, 4.0, day=day)
        assert repr(tuple(store.results.each())) == repr(store.results.list())
        period = {"since": NOON + timedelta(days=3), "until": NOON + timedelta(days=5)}
        assert [r.id for r in store.results.each(profile_id="ct_daily", **period)] == [AT_ONCE - 1, AT_ONCE - 2]
        assert not tuple(store.results.each(profile_id="other"))

    def test_times_of_any_zone_are_kept_as_utc(self, store):
        local = NOON.astimezone(timezone(timedelta(hours=2)))
        kept = stored(store, 1.0, of=replace(result(), acquisition=replace(result().acquisition, at=local)))
        assert kept.acquisition.at == NOON
        (point,) = store.results.trend(kept.id, "noise")
        assert point.at.tzinfo is UTC

    # trends

    def test_a_trend_runs_by_time_over_all_revisions_and_keeps_items_apart(self, store):
        stored(store, 2.0, day=1)
        last = stored(store, 1.0, day=0, of=replace(result(1.0), profile=replace(result().profile, revision=2)))
        trend = store.results.trend(last.id, "noise")
        assert [(p.value, p.revision) for p in trend] == [(1.0, 2), (2.0, 1)]
        assert [p.value for p in store.results.trend(last.id, "noise", item="slice=2")] == [2.0, 3.0]
        assert store.results.trend_of_profile("ct_daily", "noise") == trend
        assert trend[0].judgement == judged(0.0).judgement

    def test_another_method_or_device_is_another_trend(self, store):
        first = stored(store, 1.0, day=0)
        method = replace(result(2.0, day=1), measurements=(judged(2.0, method="noise@2"),))
        stored(store, 2.0, day=1, of=method)
        acquisition = result(day=2).acquisition
        device = replace(acquisition, device=replace(acquisition.device, serial="other"))
        stored(store, 3.0, day=2, of=replace(result(3.0, day=2), acquisition=device))
        assert [p.value for p in store.results.trend(first.id, "noise")] == [1.0]
        keys = [key for key in store.results.trends("ct_daily") if key.key == "noise" and not key.item]
        assert sorted(p.value for key in keys for p in store.results.points(key)) == [1.0, 2.0, 3.0]

    def test_trends_hold_no_superseded_and_no_missing_values(self, store):
        job = claimed(store)
        for name, value in (("a", 1.0), ("b", 2.0)):
            kept = store.results.add(result(value, inputs=name), set_id=job.set_id, job_id=job.id, operator="me")
        assert [p.value for p in store.results.trend(kept.id, "noise")] == [2.0]
        assert store.results.trend(kept.id, "mtf50") == ()

    def test_a_result_without_a_profile_belongs_to_no_trend(self, store):
        kept = stored(store, 1.0, of=result(profile=False))
        assert store.results.trend(kept.id, "noise") == ()

    # reviews

    def test_the_latest_review_decides_what_counts(self, store):
        kept = stored(store, 1.0)

        def state():
            (point,) = store.results.trend(kept.id, "noise")
            return point.counts, point.accepted

        seen = [state()]
        for action in ("accept", "reject", "comment", "accept", "exclude", "include"):
            store.reviews.add(kept.id, action, operator="ph", text="why")
            seen.append(state())
        assert seen == [
            (True, False),
            (True, True),
            (False, False),
            (False, False),
            (True, True),
            (False, True),
            (True, True),
        ]
        assert [review.action for review in store.results.get(kept.id).reviews][:2] == ["accept", "reject"]

    def test_an_unknown_review_is_refused(self, store):
        with pytest.raises(UsageError) as refused:
            store.reviews.add(stored(store, 1.0).id, "praise", operator="me")
        assert refused.value.code == "unknown_review"

    # profiles

    def test_a_profile_comes_back_as_it_was_applied(self, store):
        applied = apply(store)
        assert applied.profile == PROFILE
        assert store.profiles.get("ct_daily") == applied
        assert store.profiles.current() == (applied,)

    def test_the_same_text_makes_no_revision_and_another_one_does(self, store):
        assert [apply(store, text).revision for text in ("a", "a", "b", "a")] == [1, 1, 2, 3]
        assert [r.revision for r in store.profiles.history("ct_daily")] == [1, 2, 3]
        assert store.profiles.get("ct_daily", 2).text == "b"
        assert [r.revision for r in store.profiles.current()] == [3]

    # signals, reports, audit

    def test_signals_and_reports_are_kept_by_result(self, store):
        kept = stored(store, 9.0)
        signal = Signal("R1", "noise", 9.0, ControlLines(Phase.FULL, 30, 4.0, 0.5), kept.id)
        numbered = store.signals.add(signal)
        assert numbered == replace(signal, id=numbered.id)
        assert store.signals.add(replace(signal, value=9.5)) == numbered, "raised once"
        assert store.signals.list(result_id=kept.id) == store.signals.list() == (numbered,)
        report = store.reports.add(NewReport("measurement", digest(b"pdf"), "r.pdf", result_ids=(kept.id,)))
        assert store.reports.list(result_id=kept.id) == (report,)

    def test_the_audit_trail_says_who_and_holds_together(self, store):
        kept = stored(store, 1.0)
        store.reviews.add(kept.id, "reject", operator="ph", text="phantom tilted")
        last = store.audit.list(subject=f"result:{kept.id}")[-1]
        assert (last.operator, last.action, last.detail) == ("ph", "result_reject", {"text": "phantom tilted"})
        assert store.audit.first_broken() is None

    def test_what_does_not_exist_is_a_usage_error(self, store):
        for asked, code in (
            (lambda: store.results.get(99), "unknown_result"),
            (lambda: store.sets.get(99), "unknown_set"),
            (lambda: store.jobs.get(99), "unknown_job"),
            (lambda: store.instances.get(99), "unknown_instance"),
            (lambda: store.profiles.get("none"), "unknown_profile"),
            (lambda: store.reviews.add(99, "accept", operator="me"), "unknown_reference"),
        ):
            with pytest.raises(UsageError) as refused:
                asked()
            assert refused.value.code == code

    def test_text_comes_back_without_the_nul_that_no_server_can_hold(self, store):
        acquisition = replace(
            result().acquisition, institution="Main\0", device=DeviceIdentity("Ma\0ker", serial="4\0")
        )
        first = stored(store, 1.0, of=replace(result(), acquisition=acquisition))
        assert stored(store, 2.0, day=1, of=replace(result(day=1), acquisition=acquisition)).id != first.id
        assert len(store.results.trend(first.id, "noise")) == 2
        store.audit.append("looked", operator="m\0e", subject="result:1\0")
        assert store.audit.list()[-1].operator == "me"
        assert store.check() == ()

    def test_names_of_any_length_and_script_are_devices(self, store):
        long = DeviceIdentity("Мэйкер 医" * 2000, "M", "n" * 5000, "CT2")
        acquisition = replace(result().acquisition, device=long, institution="Klinikum Süd 病院" * 2000)
        kept = [stored(store, 1.0, day=d, of=replace(result(day=d), acquisition=acquisition)) for d in (0, 1)]
        assert kept[0].acquisition == acquisition
        assert len(store.results.trend(kept[1].id, "noise")) == 2

    def test_a_store_in_order_has_no_findings(self, store):
        stored(store, 1.0)
        assert store.check() == ()
