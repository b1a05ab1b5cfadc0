# SPDX-License-Identifier: LGPL-3.0-or-later
"""The service: receives all the time, evaluates beside it."""

import logging
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import UTC, datetime
from functools import partial

from optimage.app import App
from optimage.dicom.scp import ScpSettings, StoreScp
from optimage.errors import StoreError
from optimage.model.jobs import JobState
from optimage.workflow.assemble import Assembler
from optimage.workflow.executors import create_executor
from optimage.workflow.receive import Receiver
from optimage.workflow.recover import recover
from optimage.workflow.runner import Runner

IDLE_S = 0.2
log = logging.getLogger(__name__)


class Service:
    """Storage service and coordinator of one installation."""

    def __init__(
        self, app: App, *, host: str | None = None, port: int | None = None, ae_title: str | None = None
    ) -> None:
        settings = app.settings
        scp_settings = ScpSettings(
            ae_title=ae_title or settings.ae_title,
            host=host or settings.host,
            port=settings.port if port is None else port,
            callers=settings.callers,
        )
        self.host = scp_settings.bind_host
        self.ae_title = scp_settings.ae_title
        self._app = app
        self._stop = threading.Event()
        self._scp = StoreScp(scp_settings, on_stored=Receiver(app.store, app.bus))
        self._assembler = Assembler(
            app.store,
            app.modules,
            app.bus,
            quiet_period_s=settings.quiet_period_s,
            open_associations=self._scp.open_associations,
        )
        create: Callable[[], Executor] = partial(create_executor, settings.executor, workers=settings.workers)
        self._runner = Runner(
            app.store,
            app.bus,
            create,
            worker=f"{socket.gethostname()}:{os.getpid()}",
            lease_s=settings.lease_s,
            slots=settings.workers,
            operator=settings.operator,
        )
        self._coordinator = threading.Thread(target=self._coordinate, name="coordinator")

    def start(self) -> int:
        """Accept associations and start evaluating; return the port."""
        recover(self._app.store, operator=self._app.settings.operator)
        port = self._scp.start()
        self._coordinator.start()
        return port

    def wait(self) -> None:
        """Return once `stop` was called."""
        self._stop.wait()

    def request_stop(self) -> None:
        """Let `wait` return; safe inside a signal handler."""
        self._stop.set()

    def stop(self) -> None:
        """End gently: no new associations, the step under way is finished."""
        self._stop.set()
        self._scp.stop()
        if self._coordinator.is_alive():
            self._coordinator.join()
        self._runner.close()

    @property
    def at_rest(self) -> bool:
        """Whether nothing is open, queued or running."""
        waiting = self._app.store.jobs.counts()
        active = waiting.get(JobState.QUEUED, 0) + waiting.get(JobState.RUNNING, 0)
        return not active and not self._runner.busy and not self._app.store.sets.open_sets()

    def _coordinate(self) -> None:
        while not self._stop.is_set():
            try:
                now = datetime.now(UTC)
                moved = self._assembler.step(now) + self._runner.step(now)
            except StoreError:
                # The database may be locked or its disk full for a while: what is stored waits, nothing is lost.
                log.exception("the coordinator could not reach the store and tries again")
                moved = 0
            if not moved:
                self._stop.wait(IDLE_S)
