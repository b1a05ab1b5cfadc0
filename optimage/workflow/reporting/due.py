# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is to be measured, of what was chosen."""

from collections.abc import Mapping
from dataclasses import replace

from optimage.schedule import Due
from optimage.workflow.due import Clock, due
from optimage.workflow.reporting.sources import Sources


def due_of(sources: Sources) -> tuple[Due, ...]:
    """Return how each chosen profile stands on each of its devices now, the most urgent first.

    Units that people call alike follow each other in one place; the one that was measured last gives the name.
    """
    clock = Clock(sources.ask.now, sources.ask.period.zone)
    found = [one for one in due(sources.store, clock, sources.ask.grace) if _is_chosen(sources, one)]
    last = {one.result_id: one.device_id for one in sources.store.results.latest_of([one.profile_id for one in found])}
    return tuple(_named(sources, one, last) for one in found)


def _named(sources: Sources, one: Due, last: Mapping[int, int]) -> Due:
    device_id = last.get(one.last.result_id) if one.last else None
    return replace(one, device=sources.names.device(device_id)) if device_id is not None else one


def _is_chosen(sources: Sources, one: Due) -> bool:
    chosen = sources.chosen
    if one.profile_id not in chosen.profiles or chosen.selection.site not in ("", one.site):
        return False
    return chosen.device is None or one.device in (chosen.device.identity.title, chosen.device.identity.name)
