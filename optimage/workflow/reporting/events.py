# SPDX-License-Identifier: LGPL-3.0-or-later
"""What was done to devices in a period."""

from optimage.document.period import Happened
from optimage.workflow.reporting.sources import Sources


def events(sources: Sources) -> tuple[Happened, ...]:
    """Return what was done to the chosen devices, the earliest first."""
    return tuple(
        Happened(event, sources.names.device(event.device_id))
        for event in sources.events
        if sources.ask.period.holds(event.at) and sources.takes_device(event.device_id)
    )
