# SPDX-License-Identifier: LGPL-3.0-or-later
"""Deleting quarantined images after the time a site has set: the bytes go, the row and an audit entry stay."""

import logging
from datetime import datetime, timedelta

from optimage.model.events import Event, Idle
from optimage.model.jobs import InstanceState
from optimage.store.engine import Store

EVERY = timedelta(hours=1)
BATCH = 1000
log = logging.getLogger(__name__)


class Purger:
    """Listener that purges when the service has nothing else to do.

    Parameters
    ----------
    store : Store
    after_days : int
        Age at which a quarantined image is deleted, at least 1.
    operator : str
        Who set it so, as the audit trail keeps it.
    """

    def __init__(self, store: Store, *, after_days: int, operator: str) -> None:
        self._store = store
        self._age = timedelta(days=after_days)
        self._operator = operator
        self._next: datetime | None = None

    def __call__(self, event: Event) -> None:
        """Purge at most once an hour; other events pass by."""
        if not isinstance(event, Idle) or (self._next is not None and event.at < self._next):
            return
        self._next = event.at + EVERY
        purge(self._store, received_before=event.at - self._age, operator=self._operator)


def purge(store: Store, *, received_before: datetime, operator: str) -> tuple[int, ...]:
    """Delete the files of images quarantined for so long; return their ids.

    The file goes first: after a crash between the two the next run finds the
    row still quarantined, and finishes.
    """
    waiting = store.instances.by_state(InstanceState.QUARANTINED, limit=BATCH)
    old = [instance for instance in waiting if instance.received_at < received_before]
    for instance in old:
        store.spool.remove(instance.sha256)
        store.instances.set_state(instance.id, InstanceState.PURGED, instance.detail)
        store.audit.append(
            "instance_purged",
            operator=operator,
            subject=f"instance:{instance.id}",
            detail={"sha256": instance.sha256, "received_at": instance.received_at.isoformat()},
        )
    if old:
        log.info("purged %d quarantined images", len(old))
    return tuple(instance.id for instance in old)
