# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is to be measured, of what was chosen."""

from optimage.schedule import Due
from optimage.workflow.due import Clock, due
from optimage.workflow.reporting.sources import Sources


def due_of(sources: Sources) -> tuple[Due, ...]:
    """Return how each chosen profile stands on each of its devices now, the most urgent first."""
    clock = Clock(sources.ask.now, sources.ask.period.zone)
    return tuple(one for one in due(sources.store, clock, sources.ask.grace) if _is_chosen(sources, one))


def _is_chosen(sources: Sources, one: Due) -> bool:
    chosen = sources.chosen
    if one.profile_id not in chosen.profiles or chosen.selection.site not in ("", one.site):
        return False
    return chosen.device is None or one.device in (chosen.device.identity.title, chosen.device.identity.name)
