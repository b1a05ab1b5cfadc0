# SPDX-License-Identifier: LGPL-3.0-or-later
"""From single objects to measurement sets: place each, and complete sets when nothing more comes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from optimage.model.events import SetCompleted
from optimage.model.jobs import InstanceState, OpenSet
from optimage.model.phantom import PhantomModule
from optimage.model.profile import InputRule, ProfileRevision
from optimage.profile_files.defaults import with_default_inputs
from optimage.store.engine import Store
from optimage.workflow.bus import Bus
from optimage.workflow.place import Placer

BATCH = 50  # instances looked at in one step, so that neither jobs nor the end of the service wait long
LONGEST_S = 1e9  # 31 years; what is set to more is as good as never


class Assembler:
    """Places new instances and completes the sets that have come to rest."""

    def __init__(
        self,
        store: Store,
        modules: Mapping[str, PhantomModule],
        bus: Bus,
        *,
        quiet_period_s: float,
        phantom_pattern: str,
        open_associations: Callable[[], frozenset[str]] = frozenset,
    ) -> None:
        self._store = store
        self._modules = modules
        self._bus = bus
        self._placer = Placer(store, phantom_pattern=phantom_pattern)
        self._quiet_period_s = quiet_period_s
        self._open_associations = open_associations
        self._last_seen_open: dict[str, datetime] = {}

    def step(self, now: datetime) -> int:
        """Place what is new and complete what is quiet; return how many objects or sets moved."""
        # Asked before looking for new instances: one that arrives in between is still seen as under way.
        still_open = self._open_associations()
        self._last_seen_open.update(dict.fromkeys(still_open, now))
        revisions = self._revisions()
        fresh = self._store.instances.by_state(InstanceState.NEW, limit=BATCH)
        for instance in fresh:
            self._placer.place(instance, tuple(revisions.values()), now)
        if len(fresh) == BATCH:
            return BATCH
        resting = self._store.sets.at_rest(since=now - self._shortest_rest(revisions.values()))
        ripe = [found.id for found in resting if self._is_ripe(found, revisions, still_open, now)]
        for set_id in ripe:
            self._store.sets.complete(set_id, now)
            self._bus.publish(SetCompleted(set_id))
        self._forget(now)
        return len(fresh) + len(ripe)

    def _revisions(self) -> dict[str, ProfileRevision]:
        current = (self._with_inputs(revision) for revision in self._store.profiles.current())
        return {revision.profile.id: revision for revision in current}

    def _with_inputs(self, revision: ProfileRevision) -> ProfileRevision:
        module = self._modules.get(revision.profile.phantom)
        if module is None:
            return revision
        return replace(revision, profile=with_default_inputs(revision.profile, module.info))

    def _shortest_rest(self, revisions: Iterable[ProfileRevision]) -> timedelta:
        quiet_s = [revision.profile.quiet_period_s for revision in revisions]
        return timedelta(seconds=min(LONGEST_S, self._quiet_period_s, *(s for s in quiet_s if s is not None)))

    def _is_ripe(
        self, found: OpenSet, revisions: Mapping[str, ProfileRevision], still_open: frozenset[str], now: datetime
    ) -> bool:
        if found.associations & still_open:
            return False
        revision = revisions.get(found.profile_id or "")
        profile = revision.profile if revision else None
        ended = (self._last_seen_open[a] for a in found.associations if a in self._last_seen_open)
        rested = now - max((found.last_arrival_at, *ended))
        quiet_s = profile.quiet_period_s if profile and profile.quiet_period_s is not None else self._quiet_period_s
        if rested.total_seconds() < quiet_s:
            return False
        waited = now - found.opened_at
        return profile is None or all(_is_full(rule, found, waited) for rule in profile.inputs)

    def _forget(self, now: datetime) -> None:
        """Drop associations that ended long ago; sets judged later rely on their rows alone."""
        horizon = now - timedelta(hours=1)
        self._last_seen_open = {a: at for a, at in self._last_seen_open.items() if at > horizon}


def _is_full(rule: InputRule, found: OpenSet, waited: timedelta) -> bool:
    if rule.within_s is not None and waited.total_seconds() >= rule.within_s:
        return True
    return found.counts.get(rule.role, 0) >= rule.minimum
