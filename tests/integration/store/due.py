# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is due, done and overdue by what a real store holds. Supply the fixture `store`."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from optimage.model.baseline import EventKind, ServiceEvent
from optimage.model.outcome import DeviceIdentity, ProfileReference, Result
from optimage.model.tolerance import Verdict
from optimage.schedule import Due, DueState, Grace
from optimage.store.engine import Store
from optimage.store.schema import PROFILE_REVISION
from optimage.workflow.due import Clock, due
from tests.integration.store.contract import receive
from tests.integration.store.samples import NOON, PROFILE, digest, not_measured, result

DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")
DONE, DUE, OVERDUE = DueState.DONE, DueState.DUE, DueState.OVERDUE


def schedule(store: Store, how: str = "weekly", *, profile: str = "ct_daily", site: str = "", device: str = "") -> None:
    """Apply a profile with a schedule."""
    given = replace(PROFILE, id=profile, schedule=how, site=site, device=device)
    store.profiles.apply(given, text=how, sha256=digest(how.encode()), author="me", reason="r")


def measure(
    store: Store, day: float, *, profile: str = "ct_daily", serial: str = "4711", of: Result | None = None
) -> Result:
    """Store a measurement of a day."""
    given = of or result(inputs=f"{day}")
    acquisition = replace(given.acquisition, at=NOON + day * DAY)
    if serial:
        acquisition = replace(acquisition, device=replace(acquisition.device, serial=serial))
    given = replace(given, acquisition=acquisition, profile=ProfileReference(profile, 1))
    name = f"{profile} {serial} {day} {given.verdict}"
    set_id = store.sets.join(
        store.profiles.get(profile),
        phantom="ct_level_a",
        group_key=name,
        role="series",
        instance_id=receive(store, f"1.2.{int.from_bytes(digest(name.encode()).encode()) % 10**40}", name.encode()),
        now=NOON,
    )
    return store.results.add(given, set_id=set_id, job_id=None, operator="me")


def look(store: Store, day: float, *, grace: Grace = Grace(), zone=UTC) -> tuple[Due, ...]:  # noqa: B008
    """Look at what is due on a day."""
    return due(store, Clock(NOON + day * DAY, zone), grace)


def day_of(moment: datetime) -> date:
    return moment.date()


class DueContract:
    """Due dates."""

    def test_what_was_measured_is_done_then_due_then_overdue(self, store):
        schedule(store)
        kept = measure(store, 0)
        states = [look(store, day)[0].state for day in (0, 6, 7, 8, 9, 30)]
        assert states == [DONE, DONE, DUE, DUE, OVERDUE, OVERDUE], "due after a week, with one day of grace"
        (row,) = look(store, 30)
        assert (row.due, row.until, row.days_over) == (day_of(NOON + 7 * DAY), day_of(NOON + 8 * DAY), 22)
        assert (row.last.result_id, row.last.day, row.last.verdict) == (kept.id, NOON.date(), Verdict.PASS)
        assert (row.profile_id, row.title, row.schedule) == ("ct_daily", PROFILE.title, "weekly")
        assert (row.site, row.device) == ("Main", "Maker M1 4711")

    def test_each_device_of_a_profile_stands_for_itself_the_most_urgent_first(self, store):
        schedule(store)
        for serial, day in (("1", 9), ("2", 0), ("3", 3), ("3", 2)):
            measure(store, day, serial=serial)
        assert [(row.device[-1], row.state) for row in look(store, 10)] == [("2", OVERDUE), ("3", DUE), ("1", DONE)]

    def test_a_profile_that_was_never_measured_is_due_at_once_and_overdue_after_an_interval(self, store):
        schedule(store, site="North", device="CT 3")
        applied = store.profiles.get("ct_daily").applied_at
        ahead = (applied - NOON) / DAY
        states = [look(store, ahead + day)[0].state for day in (0, 8, 9)]
        assert states == [DUE, DUE, OVERDUE]
        (row,) = look(store, ahead)
        assert (row.site, row.device, row.last, row.due) == ("North", "CT 3", None, applied.date())

    def test_a_later_revision_does_not_put_off_what_was_never_measured(self, store):
        schedule(store)
        applied = store.profiles.get("ct_daily").applied_at
        with store.database.writing() as connection:  # nobody can apply a profile yesterday
            connection.execute(update(PROFILE_REVISION).values(applied_at=applied - 20 * DAY))
        schedule(store, "monthly")
        (row,) = look(store, (applied - NOON) / DAY)
        assert (row.due, row.state) == (day_of(applied - 20 * DAY), DUE)

    def test_the_schedule_of_the_latest_revision_holds(self, store):
        schedule(store, "yearly")
        measure(store, 0)
        schedule(store, "daily")
        assert look(store, 2)[0].state is OVERDUE
        schedule(store, "")
        assert look(store, 2) == ()

    def test_a_profile_without_schedule_is_never_due(self, store):
        schedule(store, "")
        measure(store, 0)
        assert look(store, 4000) == ()

    def test_images_that_gave_no_value_and_results_that_were_rejected_do_not_count(self, store):
        schedule(store)
        measure(store, 0)
        rejected = measure(store, 7)
        measure(store, 8, of=not_measured())
        assert look(store, 9)[0].state is DONE
        store.reviews.add(rejected.id, "reject", operator="me", text="phantom upside down")
        (row,) = look(store, 9)
        assert (row.state, row.last.day) == (OVERDUE, NOON.date())
        store.reviews.add(rejected.id, "accept", operator="me", text="on second thoughts")
        assert look(store, 9)[0].state is DONE

    def test_a_device_that_gave_no_value_ever_is_as_if_never_measured(self, store):
        schedule(store)
        measure(store, 0, of=not_measured())
        (row,) = look(store, (store.profiles.get("ct_daily").applied_at - NOON) / DAY)
        assert (row.state, row.last, row.device) == (DUE, None, "Maker M1 4711")

    def test_a_measurement_that_failed_or_is_left_out_of_statistics_was_made_all_the_same(self, store):
        schedule(store)
        failed = measure(store, 0, of=replace(result(), verdict=Verdict.FAIL))
        store.reviews.add(failed.id, "exclude", operator="me", text="new baseline")
        (row,) = look(store, 1)
        assert (row.state, row.last.verdict) == (DONE, Verdict.FAIL)

    def test_a_result_of_the_future_does_not_hide_what_is_due(self, store):
        schedule(store)
        measure(store, 0)
        measure(store, 4000)
        assert look(store, 9)[0].state is OVERDUE
        later = measure(store, 9.4)
        (row,) = look(store, 9)
        assert (row.state, row.last.result_id) == (DONE, later.id), (
            "later on the same day is a clock that is ahead a little"
        )

    @pytest.mark.parametrize(
        ("measured", "looked", "state"),
        [
            ("2026-03-28T23:30+01:00", "2026-03-29T00:30+01:00", DUE),  # one hour later, but the next day
            ("2026-03-28T00:30+01:00", "2026-03-28T23:30+01:00", DONE),
            ("2026-03-28T12:00+01:00", "2026-03-29T23:59+02:00", DUE),  # a day of 23 hours
            ("2026-03-28T12:00+01:00", "2026-03-30T00:01+02:00", OVERDUE),
            ("2026-10-24T23:59+02:00", "2026-10-25T23:59+01:00", DUE),  # a day of 25 hours
            ("2026-10-24T23:59+02:00", "2026-10-26T00:00+01:00", OVERDUE),
        ],
    )
    def test_days_are_local_whenever_the_clocks_change(self, store, measured, looked, state):
        schedule(store, "daily")
        measure(store, (datetime.fromisoformat(measured) - NOON) / DAY)
        (row,) = due(store, Clock(datetime.fromisoformat(looked), BERLIN), Grace())
        assert row.state is state

    def test_a_unit_that_takes_the_place_and_name_of_another_follows_it(self, store):
        schedule(store)
        for day, serial in ((0, "old"), (9, "new")):
            device = DeviceIdentity("Maker", "M1", serial, "", "CT 1")
            measure(
                store, day, serial="", of=replace(result(), acquisition=replace(result().acquisition, device=device))
            )
        (row,) = look(store, 10)
        assert (row.device, row.state) == ("CT 1", DONE)

    def test_what_is_out_of_service_is_not_due_until_it_is_installed_or_measured_again(self, store):
        schedule(store)
        measure(store, 0)
        device = store.devices.list()[0].id
        event = ServiceEvent(device, NOON + 5 * DAY, EventKind.RETIRED, "sold", "me")
        store.events.add(event)
        assert [row.state for row in look(store, 4)] == [DONE], "not yet"
        assert look(store, 30) == ()
        back = store.events.add(replace(event, at=NOON + 40 * DAY, kind=EventKind.INSTALLATION))
        assert [row.state for row in look(store, 41)] == [OVERDUE]
        store.events.add(replace(back, at=NOON + 50 * DAY, kind=EventKind.RETIRED, id=None))
        measure(store, 60)
        assert [row.state for row in look(store, 61)] == [DONE]
