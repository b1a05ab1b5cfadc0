# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the statistics of a trend stand on: its rule, frozen baselines, and the times at which they begin anew."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from optimage.model.baseline import Baseline, ServiceEvent
from optimage.model.control import TrendKey, TrendPoint
from optimage.model.control_rule import ControlRule
from optimage.model.profile import Profile
from optimage.store.engine import Store

MEASURING = ("phantom", "phantom_serial", "match", "inputs", "parameters", "control", "control_of_keys")
"""Entries of a profile that say how is measured, or how statistics are made; others may change between borders."""


@dataclass(frozen=True, slots=True)
class Control:
    """What the statistics of one trend stand on.

    Attributes
    ----------
    rule : ControlRule
        Spread, rules and windows.
    baselines : tuple of Baseline
        Frozen and not released.
    borders : tuple of datetime
        Acquisitions at which statistics begin anew, beside the baselines' own.
    events : tuple of ServiceEvent
        What was done to the device, borders or not.
    """

    rule: ControlRule
    baselines: tuple[Baseline, ...] = ()
    borders: tuple[datetime, ...] = ()
    events: tuple[ServiceEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Controls:
    """The same of all trends of a profile, read once."""

    profile: Profile
    revisions: Mapping[int, Profile]
    baselines: tuple[Baseline, ...]
    events: tuple[ServiceEvent, ...]

    def of(self, trend: TrendKey, points: Sequence[TrendPoint]) -> Control:
        """Return what the statistics of `trend`, with its `points` in order of time, stand on."""
        events = tuple(event for event in self.events if event.device_id == trend.device_id)
        said = (event.at for event in events if event.border)
        return Control(
            rule=self.profile.control_of(trend.key),
            baselines=tuple(baseline for baseline in self.baselines if baseline.trend == trend),
            borders=tuple(sorted({*said, *revision_borders(points, self.revisions)})),
            events=events,
        )


def controls_of(store: Store, profile_id: str, revision: int | None = None) -> Controls:
    """Return what the statistics of a profile stand on; its rules are those of `revision`, by default the latest."""
    applied = {one.revision: one.profile for one in store.profiles.history(profile_id)}
    return Controls(
        profile=store.profiles.get(profile_id, revision).profile,
        revisions=applied,
        baselines=store.baselines.list(profile_id=profile_id, also_released=False),
        events=store.events.list(),
    )


def revision_borders(points: Sequence[TrendPoint], revisions: Mapping[int, Profile]) -> Iterator[datetime]:
    """Yield when the first point was acquired that another revision judged, where that one measures otherwise.

    A revision that changes only limits, titles or the schedule is none: the
    same process goes on. Nor is one that is not known.
    """
    for before, after in pairwise(points):
        if before.revision != after.revision:
            old, new = revisions.get(before.revision), revisions.get(after.revision)
            if old and new and any(getattr(old, name) != getattr(new, name) for name in MEASURING):
                yield after.at
