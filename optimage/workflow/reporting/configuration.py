# SPDX-License-Identifier: LGPL-3.0-or-later
"""What holds for profiles at the end of a period, since when, and by whose decision."""

from datetime import datetime

from optimage.document.period import Configured
from optimage.model.baseline import Baseline
from optimage.model.profile import Profile, ProfileRevision
from optimage.workflow.reporting.sources import Sources


def configuration(sources: Sources) -> tuple[Configured, ...]:
    """Return every chosen profile that held by then, with its devices.

    Of a chosen device or site they are those measured there. A profile that names the chosen device or site belongs to
    it before anything was measured.
    """
    found = (_configured(sources, profile_id) for profile_id in sources.chosen.profiles)
    return tuple(one for one in found if one is not None)


def _configured(sources: Sources, profile_id: str) -> Configured | None:
    chosen, profile = sources.chosen, sources.chosen.profiles[profile_id]
    units = sorted(number for measured, number in sources.measured if measured == profile_id)
    if not units and not _names_it(sources, profile):
        return None
    applied = tuple(one for one in sources.store.profiles.history(profile_id) if _held(one, sources.seen_at))
    if not applied:
        return None
    frozen = sources.store.baselines.list(profile_id=profile_id)
    return Configured(
        revisions=applied,
        baselines=tuple(
            one for one in frozen if _in_use(one, sources.seen_at) and chosen.takes(profile_id, one.trend.device_id)
        ),
        devices=tuple(chosen.devices[number] for number in units),
        titles={key: sources.names.measurement(profile_id, key) for key in _keys(applied[-1].profile, frozen)},
        units={key: sources.names.unit(profile_id, key) for key in applied[-1].profile.tolerances},
    )


def _names_it(sources: Sources, profile: Profile) -> bool:
    chosen = sources.chosen
    if chosen.device is not None:
        return bool(profile.device) and profile.device in (chosen.device.identity.title, chosen.device.identity.name)
    return chosen.selection.site in ("", profile.site)


def _held(revision: ProfileRevision, at: datetime) -> bool:
    return revision.applied_at is None or revision.applied_at <= at


def _in_use(baseline: Baseline, at: datetime) -> bool:
    return baseline.at <= at and (baseline.released is None or baseline.released.at > at)


def _keys(profile: Profile, baselines: tuple[Baseline, ...]) -> list[str]:
    keys = {*profile.tolerances, *profile.control_of_keys, *(rule.key for rule in profile.readings)}
    return sorted(keys | {baseline.trend.key for baseline in baselines})
