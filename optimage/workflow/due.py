# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is to be measured: the schedules of the profiles beside what was measured last on each device."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from optimage.model.baseline import EventKind
from optimage.model.profile import ProfileRevision
from optimage.model.records import Device, Latest
from optimage.model.tolerance import Verdict
from optimage.schedule import Deadline, Done, Due, DueState, Grace, deadline
from optimage.settings import WEEKDAYS, Settings
from optimage.store.engine import Store
from optimage.store.reviews import standing
from optimage.store.rows import acquired_at


@dataclass(frozen=True, slots=True)
class Clock:
    """The present moment, and the zone whose days count; None for the one of this computer."""

    now: datetime
    zone: tzinfo | None = None

    def day(self, at: datetime) -> date:
        """Return the local day of a moment, by the offset that held there and then."""
        return at.astimezone(self.zone).date()

    @property
    def today(self) -> date:
        """The local day of the present moment."""
        return self.day(self.now)


def grace_of(settings: Settings) -> Grace:
    """Return how long what is due may wait here, and on which days nobody measures."""
    return Grace(settings.grace_percent, frozenset(map(WEEKDAYS.index, settings.closed_days.split())))


def due(store: Store, clock: Clock, grace: Grace) -> tuple[Due, ...]:
    """Return what every profile with a schedule has to expect on each of its devices, the most urgent first.

    A measurement counts if a current result has a value, nobody rejected it,
    and it was acquired today or earlier: a clock that is ahead must not hide
    what is due. Units that people call alike follow each other in one place.
    A profile without any is due since it was first applied with a schedule,
    and overdue when a whole interval has passed since then. What was taken
    out of service, by an event later than its last measurement, is left out.
    """
    scheduled = [revision for revision in store.profiles.current() if revision.profile.schedule]
    latest = store.results.latest_of([revision.profile.id for revision in scheduled])
    look = _Look(
        store,
        clock,
        grace,
        devices={device.id: device for device in store.devices.list()},
        rejected=_rejected(store, latest),
        retired=_retired(store, clock.now),
    )
    found = [row for revision in scheduled for row in look.rows(revision, latest)]
    return tuple(sorted(found, key=_urgency))


@dataclass(frozen=True, slots=True)
class _Look:
    """What is read once for all profiles."""

    store: Store
    clock: Clock
    grace: Grace
    devices: Mapping[int, Device]
    rejected: frozenset[int]
    retired: Mapping[int, datetime]

    def rows(self, revision: ProfileRevision, latest: Sequence[Latest]) -> Iterator[Due]:
        """Yield one row for each place in which a profile was measured; one without a device if it never was."""
        places: defaultdict[str, list[Latest]] = defaultdict(list)
        for one in sorted(latest, key=lambda one: one.acquired_at):
            if one.profile_id == revision.profile.id:
                places[self.devices[one.device_id].identity.title].append(one)
        if not places:
            yield self._row(revision, None, None)
        for units in places.values():
            known = [done for one in units if (done := self._done(one))]
            last = max(known, key=lambda done: done.at, default=None)
            device = self.devices[units[-1].device_id]
            out = self.retired.get(device.id)
            if out is None or (last is not None and last.at >= out):
                yield self._row(revision, device, last)

    def _row(self, revision: ProfileRevision, device: Device | None, last: Done | None) -> Due:
        profile = revision.profile
        if last is None:
            start = _first_day(self.store, revision, self.clock)
            when = Deadline(start, deadline(start, profile.schedule, self.grace).until)
        else:
            when = deadline(last.day, profile.schedule, self.grace)
        return Due(
            profile_id=profile.id,
            title=profile.title,
            schedule=profile.schedule,
            site=profile.site or (device.site if device else ""),
            device=device.identity.title if device else profile.device,
            state=when.state(self.clock.today),
            due=when.due,
            until=when.until,
            days_over=max(0, (self.clock.today - when.until).days),
            last=last,
        )

    def _done(self, latest: Latest) -> Done | None:
        """Return the last measurement that counts, of one unit."""
        day = self.clock.day(latest.acquired_at)
        if self._counts(day, latest.verdict, rejected=latest.result_id in self.rejected):
            return Done(latest.result_id, latest.acquired_at, day, latest.verdict)
        result = self.store.results.previous(latest.result_id)
        while result is not None and result.id is not None:
            at = acquired_at(result, self.clock.now)
            day = self.clock.day(at)
            if self._counts(day, result.verdict, rejected=standing(result.reviews).rejected):
                return Done(result.id, at, day, result.verdict)
            result = self.store.results.previous(result.id)
        return None

    def _counts(self, day: date, verdict: Verdict, *, rejected: bool) -> bool:
        return day <= self.clock.today and verdict is not Verdict.NOT_MEASURED and not rejected


def _first_day(store: Store, revision: ProfileRevision, clock: Clock) -> date:
    """Return the day on which a profile was first applied with a schedule."""
    applied = [one.applied_at for one in store.profiles.history(revision.profile.id) if one.profile.schedule]
    return clock.day(min(at for at in applied if at is not None))


def _rejected(store: Store, latest: Sequence[Latest]) -> frozenset[int]:
    reviewed = store.reviews.of([one.result_id for one in latest])
    return frozenset(result_id for result_id, reviews in reviewed.items() if standing(reviews).rejected)


def _retired(store: Store, now: datetime) -> Mapping[int, datetime]:
    """Return since when devices are out of service; those that were installed again since then are not."""
    out: dict[int, datetime] = {}
    for event in store.events.list(kinds=(EventKind.RETIRED, EventKind.INSTALLATION)):
        if event.at <= now:
            out.pop(event.device_id, None)
            if event.kind is EventKind.RETIRED:
                out[event.device_id] = event.at
    return out


def _urgency(one: Due) -> tuple[int, date, str, str, str]:
    states = (DueState.OVERDUE, DueState.DUE, DueState.DONE)
    return states.index(one.state), one.due, one.site, one.profile_id, one.device
