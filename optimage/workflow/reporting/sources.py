# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where everything that a report on a period says is read from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from optimage.document.period import Period, Selection
from optimage.model.baseline import ServiceEvent
from optimage.model.outcome import Review
from optimage.model.overview import Entry
from optimage.model.phantom import PhantomModule
from optimage.model.profile import Profile
from optimage.schedule import Grace
from optimage.store.engine import Store
from optimage.store.overview import Within
from optimage.workflow.reporting.chosen import Chosen, choose
from optimage.workflow.reporting.names import Names, names_of


@dataclass(frozen=True, slots=True)
class Ask:
    """What to report on: of which results, for which time, seen when, and how long what is due may wait.

    Attributes
    ----------
    selection : Selection
        Which results.
    period : Period
        For which time; acquisitions count.
    now : datetime
        What is due is told for that moment.
    grace : Grace
        From the settings.
    whole : bool
        Also single points outside the control lines, and signals of measurements that no tolerance judges.
    most : int
        Trends of each profile on each device at most, in the order of its results; 0 for all that are judged.
    also : tuple of str
        Measurements that are read in any case, judged or not.
    results : frozenset of int or None
        Results that alone are told of; None for all in the period.
    """

    selection: Selection
    period: Period
    now: datetime
    grace: Grace = field(default_factory=Grace)
    whole: bool = False
    most: int = 0
    also: tuple[str, ...] = ()
    results: frozenset[int] | None = None


@dataclass(frozen=True)
class Sources:
    """The store, and what was asked of it; what several parts of a report need is read once."""

    store: Store
    modules: Mapping[str, PhantomModule]
    ask: Ask
    chosen: Chosen
    names: Names

    @property
    def within(self) -> Within:
        """Which results lie in the period."""
        period = self.ask.period
        return Within(period.begin, period.end, self.chosen.profile_ids, self.chosen.device_ids)

    @property
    def seen_at(self) -> datetime:
        """The moment at which what holds is told: the end of the period, now where that lies ahead."""
        end = self.ask.period.end
        return self.ask.now if end is None else min(end, self.ask.now)

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Results in the period, superseded ones too."""
        found = self.store.overview.results(self.within, also_superseded=True)
        return tuple(one for one in found if self._takes(one))

    @cached_property
    def reviews(self) -> Mapping[int, tuple[Review, ...]]:
        """What people said of results in the period, by the number of the result."""
        return {one.result_id: one.reviews for one in self.entries if one.reviews}

    def _takes(self, entry: Entry) -> bool:
        alone = self.ask.results
        return self.chosen.takes(entry.profile_id, entry.device_id) and (alone is None or entry.result_id in alone)

    @cached_property
    def measured(self) -> frozenset[tuple[str, int]]:
        """Profiles and the devices that they were ever measured on, of those that were chosen."""
        latest = self.store.results.latest_of(list(self.chosen.profiles))
        pairs = ((one.profile_id, one.device_id) for one in latest)
        return frozenset(pair for pair in pairs if self.chosen.takes(*pair))

    def takes_device(self, device_id: int) -> bool:
        """Tell whether what happened to a device is of interest."""
        if self.chosen.device is not None:
            return device_id == self.chosen.device.id
        if not self.chosen.selection.profiles and self.chosen.selection.site in (
            "",
            self.chosen.devices[device_id].site,
        ):
            return True
        return any(device_id == measured for _profile_id, measured in self.measured)

    @cached_property
    def events(self) -> tuple[ServiceEvent, ...]:
        """Everything that was ever done to any device, the earliest first."""
        return self.store.events.list()

    def revisions(self, profile_id: str) -> Mapping[int, Profile]:
        """Return every applied revision of a profile, read once."""
        if profile_id not in self._applied:
            self._applied[profile_id] = {r.revision: r.profile for r in self.store.profiles.history(profile_id)}
        return self._applied[profile_id]

    @cached_property
    def _applied(self) -> dict[str, Mapping[int, Profile]]:
        return {}

    def after(self, device_id: int, at: datetime) -> ServiceEvent | None:
        """Return what was done first to a device from a moment on."""
        return next((event for event in self.events if event.device_id == device_id and event.at >= at), None)


def sources_of(store: Store, modules: Mapping[str, PhantomModule], ask: Ask) -> Sources:
    """Return where to read what was asked for; UsageError for a profile, device or site that is not known."""
    chosen = choose(store, ask.selection)
    return Sources(store, modules, ask, chosen, names_of(chosen, modules))
