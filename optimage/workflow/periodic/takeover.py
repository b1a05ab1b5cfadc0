# SPDX-License-Identifier: LGPL-3.0-or-later
"""Runs whose process died on this computer are taken up at once, without waiting for their lease."""

import logging
from datetime import UTC, datetime

from optimage.store.engine import Store
from optimage.workflow.jobs.workers import is_gone

log = logging.getLogger(__name__)


def release_abandoned_runs(store: Store) -> int:
    """Give up the leases of processes of this computer that have gone; return how many those were.

    Call before this process claims any run.
    """
    gone = [worker for worker in store.runs.holders() if is_gone(worker)]
    released = store.runs.release(gone, now=datetime.now(UTC)) if gone else 0
    if released:
        log.warning("%d reports of a service that ended without warning are taken up again", released)
    return released
