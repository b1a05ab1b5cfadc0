# SPDX-License-Identifier: LGPL-3.0-or-later
"""Names of those who carry out jobs, and whether one of them still lives."""

import logging
import os
import socket

from optimage.store.engine import Store

log = logging.getLogger(__name__)


def own_name() -> str:
    """Return the name under which this process claims jobs."""
    return f"{socket.gethostname()}:{os.getpid()}"


def release_abandoned(store: Store) -> int:
    """Queue again the jobs of processes of this computer that have gone; return how many those were.

    Each of these jobs keeps that a service died under it. Jobs of other
    computers, and of a process whose number is in use again, wait until their
    lease has run out. Call before this process claims any.
    """
    released = sum(store.jobs.count_service_death(worker) for worker in store.jobs.holders() if is_gone(worker))
    if released:
        log.warning("%d jobs of a service that ended without warning are taken up again", released)
    return released


def is_gone(worker: str) -> bool:
    """Whether a worker was a process of this computer that lives no more; call before this one claims anything."""
    host, _, number = worker.rpartition(":")
    if host != socket.gethostname() or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:  # it lives, and is another user's
        return False
    return int(number) == os.getpid()  # a former one, as it has claimed nothing yet
