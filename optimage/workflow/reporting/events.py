# SPDX-License-Identifier: LGPL-3.0-or-later
"""What was done to devices in a period."""

from datetime import datetime

from optimage.document.period import Happened, Period
from optimage.workflow.reporting.sources import Sources


def events(sources: Sources) -> tuple[Happened, ...]:
    """Return what was done to the chosen devices, the earliest first."""
    return tuple(
        Happened(event, sources.names.device(event.device_id))
        for event in sources.events
        if _lies_in(sources.ask.period, event.at) and sources.takes_device(event.device_id)
    )


def _lies_in(period: Period, at: datetime) -> bool:
    return (period.begin is None or at >= period.begin) and (period.end is None or at < period.end)
