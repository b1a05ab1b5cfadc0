# SPDX-License-Identifier: LGPL-3.0-or-later
"""News inside one process: who wants to hear, and telling them."""

import logging
from collections.abc import Callable

from optimage.model.events import Event

Listener = Callable[[Event], None]
log = logging.getLogger(__name__)


class Bus:
    """Calls every listener in the order they came; a listener that fails stops nothing."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> None:
        """Call `listener` with every event from now on."""
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        """Tell all listeners; what goes wrong there is logged."""
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                log.exception("a listener failed on %s", type(event).__name__)
