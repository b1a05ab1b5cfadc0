# SPDX-License-Identifier: LGPL-3.0-or-later
"""From time to time: see what is overdue, and send what waits."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from optimage.model.notice import Notice
from optimage.settings import Settings
from optimage.store.engine import Store
from optimage.workflow.due import Clock, grace_of
from optimage.workflow.notices.channels import postman_of
from optimage.workflow.notices.deliver import deliver
from optimage.workflow.notices.overdue import tell_overdue

LOOK_EVERY = timedelta(hours=1)  # due dates are days


class Caller:
    """Tells people what they are to know."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._settings = settings
        self._store = store
        self._look_at = datetime.min.replace(tzinfo=UTC)

    def tell(self, *, stop: Callable[[], bool] = lambda: False) -> tuple[Notice, ...]:
        """Queue notices of overdue tests, at most once an hour; send whatever waits and return it."""
        now = datetime.now(UTC)
        if now >= self._look_at:
            tell_overdue(self._store, self._settings.recipients, Clock(now), grace_of(self._settings))
            self._look_at = now + LOOK_EVERY
        return deliver(postman_of(self._settings, self._store), stop=stop)
