# SPDX-License-Identifier: LGPL-3.0-or-later
"""What stands out from the history of a new result."""

from optimage.model.control import Signal
from optimage.model.outcome import Result
from optimage.store.engine import Store
from optimage.workflow.history import trends_of
from optimage.workflow.jobs.runner import revision_of


def keep_signals(store: Store, result: Result) -> tuple[Signal, ...]:
    """Store and return the signals of a result with a profile; none for one without."""
    if result.profile is None:
        return ()
    revision = revision_of(store, result.profile.id, result.profile.revision)
    if revision is None:
        return ()
    found = tuple(s for t in trends_of(store, result, revision.profile.control).values() for s in t.signals)
    for signal in found:
        store.signals.add(signal)
    return found
