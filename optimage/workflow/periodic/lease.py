# SPDX-License-Identifier: LGPL-3.0-or-later
"""Keeping a run while it is carried out, however long that takes."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from optimage.errors import StoreError
from optimage.model.periodic import ReportRun
from optimage.store.engine import Store

log = logging.getLogger(__name__)


@contextmanager
def held(store: Store, run: ReportRun, *, lease_s: float, clock: Callable[[], datetime]) -> Iterator[None]:
    """Renew the lease of a run, three times before it would end, while the block is carried out."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(lease_s / 3):
            try:
                if not store.runs.renew(run.id, worker=run.worker, lease_s=lease_s, now=clock()):
                    return
            except StoreError as error:  # the database may be away for a while; the next attempt may still be in time
                log.warning("the lease of run %d could not be renewed: %s", run.id, error)

    keeper = threading.Thread(target=renew, name=f"lease of run {run.id}", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
