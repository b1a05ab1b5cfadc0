# SPDX-License-Identifier: LGPL-3.0-or-later
"""What stands out from the history of a new result."""

from optimage.model.control import Signal
from optimage.model.outcome import Result
from optimage.store.engine import Store
from optimage.workflow.history import trends_of


def keep_signals(store: Store, result: Result) -> tuple[Signal, ...]:
    """Store and return the signals of a result with a profile; none for one without."""
    found = (signal for trend in trends_of(store, result).values() for signal in trend.signals)
    return tuple(map(store.signals.add, found))
