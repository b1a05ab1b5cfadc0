# SPDX-License-Identifier: LGPL-3.0-or-later
"""The part of the service that makes reports when they are due and tells people, beside everything else."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)
EVERY_S = 20.0
LONGEST_PAUSE_S = 300.0


class Clerk:
    """A thread that looks again and again whether something is due, and whether somebody is to be told.

    Nothing that goes wrong in it ends the service: receiving and evaluating go on, the log and `optimage doctor` tell.

    Parameters
    ----------
    duties : callables
        Called one after the other at every look; what one raises keeps no other from its turn.
    every_s : float
        Time between two looks, in seconds.
    """

    def __init__(self, *duties: Callable[[], object], every_s: float = EVERY_S) -> None:
        self._duties = duties
        self._every_s = every_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._go_on, name="clerk")

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End gently: the report under way is finished."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _go_on(self) -> None:
        failures = 0
        while not self._stop.is_set():
            loud = (failures + 1) & failures == 0  # the first, and then ever more rarely
            failures = 0 if self._look(loud=loud) else failures + 1
            self._stop.wait(min(self._every_s * 2 ** min(failures, 8), max(self._every_s, LONGEST_PAUSE_S)))

    def _look(self, *, loud: bool) -> bool:
        """Return whether every duty was done."""
        done = True
        for duty in self._duties:
            try:
                duty()
            except Exception:
                if loud:
                    log.exception("what is due could not be looked after; it is tried again")
                done = False
        return done
