# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is found of a device's changes in its headers, on a real store. Supply the fixture `store`."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from optimage.model.baseline import EventKind, ServiceEvent
from optimage.model.outcome import DeviceIdentity, ProfileReference, Result
from optimage.store.engine import Store
from optimage.workflow.found_events import SIGNS, keep_found_events
from tests.integration.store.contract import claimed
from tests.integration.store.samples import NOON, PROFILE, digest, result

DAY = timedelta(days=1)
SOFTWARE, DETECTOR, COIL = "SoftwareVersions", "DetectorID", "ReceiveCoilName"


def see(
    store: Store,
    day: float,
    *,
    profile: str | None = "ct_daily",
    serial: str = "4711",
    **seen: str,
) -> Result:
    """Store a result whose images say these attributes, and keep what they tell."""
    name = f"{serial} {profile} {day} {seen}"
    if profile not in {None, *(one.profile.id for one in store.profiles.current())}:
        store.profiles.apply(replace(PROFILE, id=profile), text=name, sha256=digest(b""), author="me", reason="r")
    given = result(inputs=name)
    device = DeviceIdentity("Maker", "M1", serial)
    acquisition = replace(given.acquisition, at=NOON + day * DAY, attributes=seen, device=device)
    given = replace(given, acquisition=acquisition, profile=ProfileReference(profile, 1) if profile else None)
    return keep(store, given, name)


def keep(store: Store, given: Result, name: str) -> Result:
    job = claimed(store, name)
    kept = store.results.add(given, set_id=job.set_id, job_id=job.id, operator="me")
    keep_found_events(store, kept)
    return kept


def told(store: Store, device_id: int | None = None) -> list[tuple[float, str, str]]:
    """Return what was found: the day, and the change."""
    return [((event.at - NOON) / DAY, event.before, event.after) for event in store.events.list(device_id=device_id)]


class FoundEventsContract:
    """What headers tell."""

    def test_a_change_is_told_once_at_the_first_acquisition_that_shows_it(self, store):
        see(store, 0, SoftwareVersions="VA20")
        changed = see(store, 1, SoftwareVersions="VA30")
        see(store, 2, SoftwareVersions="VA30")
        keep_found_events(store, changed)
        (event,) = store.events.list()
        device = store.devices.list()[0].id
        expected = ServiceEvent(
            device, NOON + DAY, EventKind.SOFTWARE, keyword=SOFTWARE, before="VA20", after="VA30", id=event.id
        )
        assert event == expected
        assert [entry.action for entry in store.audit.list(subject=f"event:{event.id}")] == ["event_added"]

    @pytest.mark.parametrize("keyword", SIGNS)
    def test_every_sign_tells_its_kind_of_event(self, store, keyword):
        see(store, 0, **{keyword: "a"})
        see(store, 1, **{keyword: "b"})
        assert [(event.kind, event.keyword) for event in store.events.list()] == [(SIGNS[keyword].kind, keyword)]

    def test_what_is_chosen_for_an_image_is_no_sign(self, store):
        see(store, 0, KVP="120", ProtocolName="a")
        see(store, 1, KVP="80", ProtocolName="b")
        assert store.events.list() == ()

    def test_a_missing_attribute_says_nothing_and_is_looked_over(self, store):
        see(store, 0, SoftwareVersions="1")
        see(store, 1, KVP="120")
        see(store, 2, SoftwareVersions="1")
        see(store, 3)
        assert told(store) == []
        see(store, 4, SoftwareVersions="2")
        assert told(store) == [(4, "1", "2")]

    @pytest.mark.parametrize(
        ("values", "changes"),
        [
            ("1122", [(2, "1", "2")]),
            ("123", [(1, "1", "2"), (2, "2", "3")]),
            ("1212", [(1, "1", "2"), (2, "2", "1"), (3, "1", "2")]),
        ],
    )
    def test_the_order_in_which_results_come_makes_no_difference(self, store, values, changes):
        for number, order in enumerate(permutations(range(len(values))), 1):
            for day in order:
                see(store, day, serial=str(number), SoftwareVersions=values[day])
            assert told(store, number) == changes, order

    def test_a_late_result_moves_a_known_change_to_where_it_happened_and_leaves_it_a_border(self, store):
        see(store, 0, SoftwareVersions="1")
        see(store, 9, SoftwareVersions="2")
        (first,) = store.events.list()
        store.events.set_border(first.id, True, operator="physicist")
        see(store, 4, SoftwareVersions="2")
        (moved,) = store.events.list()
        assert moved == replace(first, at=NOON + 4 * DAY, border=True)
        entry = store.audit.list(subject=f"event:{first.id}")[-1]
        assert entry.action == "event_corrected"
        assert set(entry.detail) == {"at"}

    def test_a_change_back_and_the_same_change_again_are_events_of_their_own(self, store):
        for day, value in enumerate("1211"):
            see(store, day, SoftwareVersions=value)
        see(store, 7, SoftwareVersions="2")
        assert told(store) == [(1, "1", "2"), (2, "2", "1"), (7, "1", "2")]

    def test_software_is_compared_over_all_profiles_of_a_device(self, store):
        see(store, 0, profile="a", SoftwareVersions="1")
        see(store, 1, profile="b", SoftwareVersions="2")
        see(store, 2, profile="a", SoftwareVersions="2")
        see(store, 3, profile=None, SoftwareVersions="2")
        assert told(store) == [(1, "1", "2")]

    def test_a_profile_that_slept_through_a_change_does_not_tell_another_one(self, store):
        see(store, 0, profile="monthly", SoftwareVersions="1", DetectorID="1")
        for day in (1, 2, 3):
            see(store, day, profile="daily", SoftwareVersions=str(day), DetectorID=str(day))
        see(store, 4, profile="monthly", SoftwareVersions="3", DetectorID="3")
        changes = [(1, "1", "2"), (2, "2", "3")]
        for keyword in (SOFTWARE, DETECTOR):
            found = [e for e in store.events.list() if e.keyword == keyword]
            assert [((e.at - NOON) / DAY - 1, e.before, e.after) for e in found] == changes

    def test_profiles_that_use_other_coils_or_detectors_tell_no_change_of_them(self, store):
        for day in range(4):
            name = "ab"[day % 2]
            see(store, day, profile=name, ReceiveCoilName=name, DetectorID=name)
        assert told(store) == []
        see(store, 4, profile="a", ReceiveCoilName="c", DetectorID="a")
        assert told(store) == [(4, "a", "c")]

    def test_protocols_that_report_another_version_all_the_time_do_not_tell_a_change_every_day(self, store):
        for day in range(8):
            see(store, day, profile="ab"[day % 2], SoftwareVersions=f"VA20 {day % 2}")
        assert told(store) == [(1, "VA20 0", "VA20 1"), (2, "VA20 1", "VA20 0")], "until the pattern shows"

    def test_a_part_that_several_profiles_use_is_told_once_by_whichever_showed_it_first(self, store):
        for day, value in ((0, "1"), (2, "2")):
            see(store, day, profile="a", DetectorID=value)
            see(store, day + 0.25, profile="b", DetectorID=value)
        assert told(store) == [(2, "1", "2")]
        see(store, 1.5, profile="b", DetectorID="2")
        assert told(store) == [(1.5, "1", "2")], "the late result of another profile showed it first"

    def test_devices_are_told_apart(self, store):
        see(store, 0, SoftwareVersions="1")
        other = replace(
            result(day=1).acquisition, device=DeviceIdentity("Maker", "M1", "4712"), attributes={SOFTWARE: "2"}
        )
        keep(store, replace(result(day=1, inputs="other"), acquisition=other), "other")
        assert told(store) == []

    def test_without_a_time_of_acquisition_or_a_known_device_nothing_is_told(self, store):
        see(store, 0, SoftwareVersions="1")
        given = result(inputs="x")
        timeless = replace(given.acquisition, at=None, source="", attributes={SOFTWARE: "2"})
        keep(store, replace(given, acquisition=timeless), "timeless")
        nobody = {"device": DeviceIdentity(), "institution": ""}
        for day, value in ((1, "3"), (2, "4")):
            acquisition = replace(result(day=day).acquisition, attributes={SOFTWARE: value}, **nobody)
            keep(store, replace(result(day=day, inputs=value), acquisition=acquisition), value)
        see(store, 5000, SoftwareVersions="1")
        assert told(store) == []

    def test_two_acquisitions_of_one_moment_are_taken_in_the_order_they_came(self, store):
        see(store, 0, profile="a", SoftwareVersions="1")
        see(store, 0, profile="b", SoftwareVersions="2")
        see(store, 1, profile="a", SoftwareVersions="2")
        see(store, 1, profile="b", SoftwareVersions="2")
        assert told(store) == [(0, "1", "2")]

    def test_what_was_superseded_is_no_neighbour(self, store):
        see(store, 0, SoftwareVersions="1")
        job = claimed(store, "set")
        for value in ("9", "1"):
            acquisition = replace(result(day=1).acquisition, attributes={SOFTWARE: value})
            given = replace(result(day=1, inputs=value), acquisition=acquisition)
            kept = store.results.add(given, set_id=job.set_id, job_id=job.id, operator="me")
        keep_found_events(store, kept)
        see(store, 2, SoftwareVersions="1")
        assert told(store) == []

    def test_what_a_person_entered_is_never_corrected(self, store):
        see(store, 0, SoftwareVersions="1")
        device = store.devices.list()[0].id
        event = store.events.add(ServiceEvent(device, NOON, EventKind.REPAIR, "new tube", "me"))
        assert store.events.correct(event, at=NOON + DAY, before="x") == event
