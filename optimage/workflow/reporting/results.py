# SPDX-License-Identifier: LGPL-3.0-or-later
"""The measurements of a period."""

from optimage.document.period import Listed
from optimage.model.overview import Entry
from optimage.model.tolerance import Verdict
from optimage.store.reviews import standing
from optimage.workflow.reporting.sources import Sources


def results(sources: Sources) -> tuple[Listed, ...]:
    """Return every result in the order of acquisition, superseded and rejected ones too."""
    return tuple(_listed(sources, entry) for entry in sources.entries)


def outside(sources: Sources, entry: Entry, verdict: Verdict) -> tuple[str, ...]:
    """Return the titles of the measurements with a verdict."""
    return tuple(
        sources.names.measurement(entry.profile_id, key) for key, found in entry.outside.items() if found is verdict
    )


def _listed(sources: Sources, entry: Entry) -> Listed:
    return Listed(
        result_id=entry.result_id,
        at=entry.at,
        profile_id=entry.profile_id,
        profile=sources.names.profile(entry.profile_id, entry.profile_title),
        device=sources.names.device(entry.device_id),
        site=sources.chosen.site(entry.profile_id, entry.device_id),
        operator=entry.operator,
        verdict=entry.verdict,
        standing=standing(entry.reviews),
        current=entry.current,
        failed=outside(sources, entry, Verdict.FAIL),
        warned=outside(sources, entry, Verdict.WARNING),
        schedule=profile.schedule if (profile := sources.chosen.profiles.get(entry.profile_id)) else "",
    )
