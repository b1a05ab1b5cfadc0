# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the store promises to statistics: baselines, events, signals, imported values. Supply the fixture `store`."""

from dataclasses import replace
from datetime import timedelta, timezone
from math import nan

import pytest

from optimage.errors import UsageError
from optimage.model.baseline import Baseline, EventKind, ServiceEvent
from optimage.model.control import ControlLines, Phase, Signal, TrendKey
from optimage.model.control_rule import Spread
from optimage.model.outcome import Acquisition, DeviceIdentity, Provenance, Result
from optimage.model.tolerance import Judgement, Verdict
from optimage.store.engine import Store
from tests.integration.store.contract import apply, claimed, stored
from tests.integration.store.samples import NOON, PROFILE, digest, judged, result

LINES = ControlLines(Phase.FULL, 30, 4.0, 0.1, spread=Spread.QUANTILES, levels=(3.0, 3.5, 5.0, 7.25))
DAY = timedelta(days=1)


def trend(store: Store, key: str = "noise") -> TrendKey:
    return next(one for one in store.results.trends("ct_daily") if one.key == key and not one.item)


def baseline(store: Store, *results: Result, first_day: int = 0) -> Baseline:
    return Baseline(
        trend=trend(store),
        lines=LINES,
        result_ids=tuple(one.id or 0 for one in results),
        valid_from=NOON + first_day * DAY,
        until=NOON + 9 * DAY,
        unit="HU",
        operator="physicist",
        at=NOON + 10 * DAY,
        reason="acceptance of the new tube",
        excluded={"17": "phantom tilted"},
        checks={"normality_p": 0.25, "autocorrelation": nan},
    )


def event(device_id: int, day: int = 0, **more: object) -> ServiceEvent:
    return replace(ServiceEvent(device_id, NOON + day * DAY, EventKind.REPAIR, "new tube", "me"), **more)


def older(value: float, day: int, *, device: str = "Old 1") -> Result:
    """One line of a file of older results."""
    at = NOON - 400 * DAY + day * DAY
    return Result(
        phantom="ct_level_a",
        verdict=Verdict.NOT_JUDGED,
        acquisition=Acquisition(at, "file", device=DeviceIdentity(name=device)),
        provenance=Provenance("0.1", ""),
        profile=replace(result().profile, title=""),
        measurements=(replace(judged(value), judgement=Judgement(Verdict.NOT_JUDGED)),),
    )


def bring(store: Store, *results: Result, sha256: str = digest(b"file")) -> tuple[int, ...]:
    return store.imports.add(results, sha256=sha256, file_name="noise.csv", operator="me")


def code_of(call) -> str:
    with pytest.raises(UsageError) as refused:
        call()
    return refused.value.code


class StatisticsContract:
    """The promises."""

    # baselines

    def test_a_frozen_baseline_comes_back_as_it_was_with_its_number_in_its_lines(self, store):
        given = baseline(store, stored(store, 4.0), stored(store, 4.1, day=1))
        kept = store.baselines.freeze(given)
        expected = replace(given, id=kept.id, lines=replace(LINES, baseline_id=kept.id))
        assert repr(kept) == repr(expected), "repr, because NaN is not equal to itself"
        assert repr(store.baselines.get(kept.id)) == repr(expected)
        entry = store.audit.list(subject=f"baseline:{kept.id}")[-1]
        assert (entry.operator, entry.action) == ("physicist", "baseline_frozen")
        assert entry.detail["reason"] == "acceptance of the new tube"

    def test_baselines_are_listed_by_trend_in_the_order_they_hold(self, store):
        results = stored(store, 4.0), stored(store, 4.1, day=1)
        ids = [store.baselines.freeze(baseline(store, *results, first_day=day)).id for day in (3, 0)]
        assert [one.id for one in store.baselines.list(trend=trend(store))] == ids[::-1]
        assert [one.id for one in store.baselines.list(profile_id="ct_daily")] == ids[::-1]
        assert store.baselines.list(profile_id="other") == ()
        for other in ({"method": "noise@2"}, {"item": "slice=2"}, {"device_id": 99}, {"key": "mtf50"}):
            assert store.baselines.list(trend=replace(trend(store), **other)) == ()

    def test_a_released_baseline_stays_in_the_record_and_makes_room_for_another(self, store):
        given = baseline(store, stored(store, 4.0))
        first = store.baselines.freeze(given)
        assert code_of(lambda: store.baselines.freeze(given)) == "baseline_exists"
        released = store.baselines.release(first.id, operator="ph", reason="the wrong month")
        assert (released.released.operator, released.released.reason) == ("ph", "the wrong month")
        assert repr(replace(released, released=None)) == repr(first)
        assert code_of(lambda: store.baselines.release(first.id, operator="x", reason="y")) == "baseline_released"
        second = store.baselines.freeze(given)
        assert [one.id for one in store.baselines.list()] == [first.id, second.id]
        assert [one.id for one in store.baselines.list(also_released=False)] == [second.id]
        assert store.audit.list(subject=f"baseline:{first.id}")[-1].action == "baseline_released"

    def test_a_baseline_of_results_that_are_none_of_its_trend_is_refused(self, store):
        kept = stored(store, 4.0)
        for ids in ((), (kept.id, kept.id + 1)):
            given = replace(baseline(store, kept), result_ids=ids)
            assert code_of(lambda given=given: store.baselines.freeze(given)) == "baseline_foreign_results"
        assert store.baselines.list() == ()

    def test_what_a_person_decides_has_a_reason(self, store):
        given = baseline(store, stored(store, 4.0))
        assert code_of(lambda: store.baselines.freeze(replace(given, reason=" "))) == "reason_missing"
        kept = store.baselines.freeze(given)
        assert code_of(lambda: store.baselines.release(kept.id, operator="me", reason="")) == "reason_missing"
        assert code_of(lambda: store.signals.acknowledge(1, operator="me", reason="\n")) == "reason_missing"
        assert store.baselines.get(kept.id).released is None

    # service events

    def test_events_are_listed_by_device_and_period(self, store):
        stored(store, 4.0)
        other = replace(result(day=1), acquisition=replace(result(day=1).acquisition, device=DeviceIdentity("B")))
        stored(store, 4.0, day=1, of=other)
        first, second = (device.id for device in store.devices.list())
        kept = [store.events.add(event(first, day)) for day in (2, 0, 1)]
        elsewhere = store.events.add(event(second, 1, kind=EventKind.SOFTWARE, border=True))
        assert kept[0] == event(first, 2, id=kept[0].id)
        assert store.events.list(device_id=first) == (kept[1], kept[2], kept[0])
        assert store.events.list(device_id=first, since=NOON + DAY, until=NOON + 2 * DAY) == (kept[2],)
        assert elsewhere in store.events.list()
        assert elsewhere.border

    def test_an_event_found_in_headers_is_stored_once_and_one_that_was_entered_as_often_as_it_is(self, store):
        stored(store, 4.0)
        (device,) = store.devices.list()
        found = event(device.id, keyword="SoftwareVersions", before="1", after="2\0", operator="", text="")
        kept = store.events.add(found)
        assert kept.after == "2", "no server can hold NUL"
        assert store.events.add(found) == kept
        back = store.events.add(replace(found, before="2", after="1"))
        later = store.events.add(replace(found, at=NOON + DAY))
        assert len({kept.id, back.id, later.id}) == 3
        assert store.events.add(event(device.id)).id != store.events.add(event(device.id)).id
        assert [entry.action for entry in store.audit.list(subject=f"event:{kept.id}")] == ["event_added"]

    def test_a_person_says_whether_statistics_begin_anew_at_an_event(self, store):
        stored(store, 4.0)
        (device,) = store.devices.list()
        kept = store.events.add(event(device.id))
        assert store.events.set_border(kept.id, True, operator="ph").border
        assert store.events.set_border(kept.id, True, operator="ph").border
        assert not store.events.set_border(kept.id, False, operator="ph").border
        entries = store.audit.list(subject=f"event:{kept.id}")
        assert [entry.detail.get("border") for entry in entries] == [None, "yes", "no"]

    # signals

    def test_a_signal_keeps_the_points_it_speaks_of(self, store):
        kept = [stored(store, 4.0 + day, day=day) for day in range(3)]
        ids = tuple(one.id for one in kept)
        local = NOON.astimezone(timezone(timedelta(hours=2)))
        given = Signal("N3", "noise", 6.0, LINES, ids[-1], ids, since=local)
        numbered = store.signals.add(given)
        assert numbered == replace(given, id=numbered.id)
        assert store.signals.list() == (numbered,)

    def test_a_signal_is_open_until_a_person_takes_note_of_it_once(self, store):
        kept = stored(store, 9.0)
        first, second = (store.signals.add(Signal(rule, "noise", 9.0, LINES, kept.id)) for rule in ("R1", "WE2"))
        assert store.signals.open() == (first, second)
        noted = store.signals.acknowledge(first.id, operator="ph", reason="tube was cold")
        assert (noted.acknowledged.operator, noted.acknowledged.reason) == ("ph", "tube was cold")
        assert replace(noted, acknowledged=None) == first
        assert store.signals.open() == (second,)
        assert store.signals.list(result_id=kept.id) == (noted, second)
        assert store.signals.add(first) == noted, "raised again it is the same, and known"
        again = lambda: store.signals.acknowledge(first.id, operator="me", reason="again")  # noqa: E731
        assert code_of(again) == "signal_acknowledged"
        assert store.audit.list(subject=f"signal:{first.id}")[-1].detail["reason"] == "tube was cold"

    def test_open_signals_are_those_of_current_results_by_profile_and_time(self, store):
        job = claimed(store)
        for name in "ab":
            kept = store.results.add(result(9.0, inputs=name), set_id=job.set_id, job_id=job.id, operator="me")
            store.signals.add(Signal("R1", "noise", 9.0, LINES, kept.id))
        assert [signal.result_id for signal in store.signals.open()] == [kept.id]
        assert len(store.signals.list()) == 2
        assert store.signals.open(profile_id="other") == ()
        assert len(store.signals.open(profile_id="ct_daily", since=NOON)) == 1
        assert store.signals.open(since=NOON + DAY) == ()

    def test_a_note_holds_on_where_a_later_result_of_the_set_raises_the_same_signal_of_the_same_value(self, store):
        elsewhere = stored(store, 9.0, day=2)
        job = claimed(store)
        earlier, later, other = (
            store.results.add(result(value, inputs=name), set_id=job.set_id, job_id=job.id, operator="me")
            for name, value in (("a", 9.0), ("b", 9.0), ("c", 9.5))
        )
        first, beside = (store.signals.add(Signal(rule, "noise", 9.0, LINES, earlier.id)) for rule in ("R1", "WE2"))
        noted = store.signals.acknowledge(first.id, operator="ph", reason="tube was cold")
        again = store.signals.add(Signal("R1", "noise", 9.0, LINES, later.id))
        assert again.acknowledged == noted.acknowledged
        assert store.signals.add(Signal("WE2", "noise", 9.0, LINES, later.id)).acknowledged is None, beside
        assert store.signals.add(Signal("R1", "noise", 9.5, LINES, other.id)).acknowledged is None, "another value"
        assert store.signals.add(Signal("R1", "noise", 9.0, LINES, elsewhere.id)).acknowledged is None, "another set"

    # devices

    def test_devices_are_found_by_number_title_serial_or_station(self, store):
        stored(store, 4.0)
        acquisition = replace(result().acquisition, device=DeviceIdentity("Maker", "M1", "4712", "CT2"))
        stored(store, 4.0, day=1, of=replace(result(day=1), acquisition=acquisition))
        first, second = store.devices.list()
        assert (first.identity, first.site) == (result().acquisition.device, "Main")
        for name in (str(first.id), "4711", "Maker M1 4711"):
            assert store.devices.find(name) == first
        assert store.devices.find("4712") == second
        assert code_of(lambda: store.devices.find("CT2")) == "several_devices"
        assert code_of(lambda: store.devices.find("")) == "unknown_device"

    # what a person said of a point

    def test_a_point_that_does_not_count_says_why(self, store):
        kept = stored(store, 4.0)

        def said() -> tuple[bool, str]:
            (point,) = store.results.points(trend(store))
            return point.counts, point.reason

        assert said() == (True, "")
        for action, expected in (
            ("exclude", (False, "exclude")),
            ("reject", (False, "reject")),
            ("comment", (False, "reject")),
            ("accept", (False, "exclude")),
            ("include", (True, "")),
        ):
            store.reviews.add(kept.id, action, operator="me", text=action)
            assert said() == expected

    # imported values

    def test_imported_results_are_part_of_the_trend_and_marked(self, store):
        apply(store)
        ids = bring(store, older(4.0, 1), older(3.0, 0))
        points = store.results.points(trend(store))
        assert [(p.value, p.imported, p.result_id) for p in points] == [(3.0, True, ids[1]), (4.0, True, ids[0])]
        kept = store.results.get(ids[0])
        assert kept.provenance.imported_sha256 == digest(b"file")
        assert (kept.current, kept.set_id is not None) == (True, True)
        (entry,) = store.audit.list(subject=f"file:{digest(b'file')}")
        assert (entry.action, entry.operator) == ("history_imported", "me")
        assert entry.detail == {"file": "noise.csv", "results": "2", "known": "0"}
        measured = stored(store, 5.0)
        assert [p.imported for p in store.results.trend(measured.id, "noise")] == [False]
        assert store.check() == ()

    def test_a_file_that_is_imported_again_adds_what_is_new_in_it_alone(self, store):
        apply(store)
        # Two at one instant are two measurements, also where they have the same value.
        lines = older(4.0, 0), older(4.0, 0), older(5.0, 1), older(6.0, 1, device="Old 2")
        first = bring(store, *lines)
        assert len(first) == 4
        entries = len(store.audit.list())
        assert bring(store, *lines) == ()
        assert len(store.audit.list()) == entries
        assert len(bring(store, *lines, older(7.0, 2), sha256=digest(b"longer"))) == 1
        assert [p.value for p in store.results.trend(first[0], "noise")] == [4.0, 4.0, 5.0, 7.0]

    def test_other_values_of_an_imported_measurement_supersede_the_earlier_ones_which_stay(self, store):
        apply(store)
        (first,) = bring(store, older(4.0, 0))
        (second,) = bring(store, older(4.5, 0), sha256=digest(b"mended"))
        assert [(one.id, one.current) for one in store.results.list()] == [(first, False), (second, True)]
        assert [p.value for p in store.results.trend(second, "noise")] == [4.5]
        assert bring(store, older(4.0, 0)) == (), "what was superseded stays so"

    def test_an_import_is_stored_as_a_whole_or_not_at_all(self, store):
        apply(store)
        unknown = replace(older(5.0, 1), profile=replace(result().profile, id="never applied"))
        assert code_of(lambda: bring(store, older(4.0, 0), unknown)) == "unknown_reference"
        empty = replace(older(5.0, 1), measurements=())
        assert code_of(lambda: bring(store, older(4.0, 0), empty)) == "import_incomplete"
        assert store.results.list() == ()
        assert store.devices.list() == ()
        assert bring(store) == ()

    def test_many_results_are_imported_in_the_order_of_the_file(self, store):
        apply(store)
        ids = bring(store, *(older(float(day), day) for day in range(1201)))  # more than go to the database at once
        assert [p.value for p in store.results.trend(ids[0], "noise")] == [float(day) for day in range(1201)]
        assert ids == tuple(p.result_id for p in store.results.trend(ids[0], "noise"))

    def test_attributes_of_the_acquisition_come_back_with_the_result(self, store):
        acquisition = replace(result().acquisition, attributes={"SoftwareVersions": "VA20A", "KVP": "120"})
        kept = stored(store, 4.0, of=replace(result(), acquisition=acquisition))
        assert store.results.get(kept.id).acquisition == acquisition

        assert store.results.attributes([kept.id, 99]) == {kept.id: {"SoftwareVersions": "VA20A", "KVP": "120"}}

    # what came last

    def test_the_latest_result_is_told_for_each_profile_and_device(self, store):
        other = DeviceIdentity("B")
        ids = {}
        for day, device in ((1, None), (0, None), (2, other), (3, other)):
            acquisition = result(day=day).acquisition
            acquisition = replace(acquisition, device=device or acquisition.device)
            ids[day] = stored(store, 4.0, day=day, of=replace(result(day=day), acquisition=acquisition)).id
        store.profiles.apply(replace(PROFILE, id="never_measured"), text="t", sha256="s", author="me", reason="r")
        found = store.results.latest_of()
        assert [(one.profile_id, one.result_id) for one in found] == [("ct_daily", ids[1]), ("ct_daily", ids[3])]
        assert [one.device_id for one in found] == [device.id for device in store.devices.list()]
        assert (found[0].acquired_at, found[0].verdict) == (NOON + DAY, Verdict.PASS)
        assert store.results.latest_of(["ct_daily", "unheard"]) == found
        assert store.results.latest_of(["never_measured"]) == store.results.latest_of([]) == ()

    def test_what_was_superseded_is_not_the_latest(self, store):
        job = claimed(store)
        for name, day in (("a", 5), ("b", 0)):
            kept = store.results.add(result(day=day, inputs=name), set_id=job.set_id, job_id=job.id, operator="me")
        (found,) = store.results.latest_of()
        assert (found.result_id, found.acquired_at) == (kept.id, NOON)

    def test_the_result_before_is_told_of_the_same_device_and_profile_or_of_any_profile(self, store):
        kept = [stored(store, 4.0, day=day) for day in (0, 2)]
        between = stored(store, 4.0, day=1, of=result(day=1, profile=False))
        assert store.results.previous(kept[1].id).id == kept[0].id
        assert store.results.previous(kept[1].id, same_profile=False).id == between.id
        assert store.results.previous(kept[0].id) is None
        assert code_of(lambda: store.results.previous(99)) == "unknown_result"

    def test_what_statistics_ask_for_and_is_not_there_is_a_usage_error(self, store):
        for asked, code in (
            (lambda: store.baselines.get(9), "unknown_baseline"),
            (lambda: store.baselines.release(9, operator="me", reason="r"), "unknown_baseline"),
            (lambda: store.events.get(9), "unknown_event"),
            (lambda: store.events.set_border(9, True, operator="me"), "unknown_event"),
            (lambda: store.events.add(event(9)), "unknown_reference"),
            (lambda: store.signals.acknowledge(9, operator="me", reason="r"), "unknown_signal"),
        ):
            assert code_of(asked) == code
