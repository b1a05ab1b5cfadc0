# SPDX-License-Identifier: LGPL-3.0-or-later
"""The service: receives all the time, evaluates beside it."""

import logging
import threading
from datetime import UTC, datetime

from optimage.app import App
from optimage.dicom.scp import ScpSettings, StoreScp
from optimage.errors import NetworkError, StoreError
from optimage.messages import N_
from optimage.model.events import Idle, Stopping
from optimage.model.jobs import InstanceState, JobState
from optimage.service.reporting import Clerk
from optimage.workflow.assemble import Assembler
from optimage.workflow.jobs.executors import create_executor
from optimage.workflow.jobs.runner import Runner
from optimage.workflow.jobs.workers import own_name, release_abandoned
from optimage.workflow.notices.caller import Caller
from optimage.workflow.periodic.by_templates import reporter_of
from optimage.workflow.periodic.run_due import run_due
from optimage.workflow.periodic.takeover import release_abandoned_runs
from optimage.workflow.receive import Receiver
from optimage.workflow.recover import recover

IDLE_S = 0.2
LONGEST_PAUSE_S = 5.0  # between attempts to reach the store
WATCH_S = 1.0
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
            phantom_pattern=settings.phantom_pattern,
            open_associations=self._scp.open_associations,
        )
        self._runner = Runner(
            app.store,
            app.bus,
            create_executor(settings),
            worker=own_name(),
            lease_s=settings.lease_s,
            slots=settings.workers,
            operator=settings.operator,
        )
        self._reporter = reporter_of(settings, app.store, app.modules)
        self._caller = Caller(app.settings, app.store)
        self._clerk = Clerk(self._make_what_is_due, self._tell_people)
        self._coordinator = threading.Thread(target=self._coordinate, name="coordinator")
        self._broken: BaseException | None = None

    def start(self) -> int:
        """Accept associations and start evaluating; return the port."""
        recover(self._app.store, operator=self._app.settings.operator)
        release_abandoned(self._app.store)
        release_abandoned_runs(self._app.store)
        port = self._scp.start()
        self._coordinator.start()
        self._clerk.start()
        return port

    def wait(self) -> None:
        """Return once `stop` was called.

        Raises
        ------
        NetworkError
            `listener_died`: nobody listens any more.
        Exception
            What ended the coordinator; a service that only looks alive helps nobody.
        """
        while not self._stop.wait(WATCH_S):
            if not self._scp.is_listening:
                raise NetworkError("listener_died", N_("the storage service stopped listening by itself"))
        self._raise_what_broke()

    def request_stop(self) -> None:
        """Let `wait` return; safe inside a signal handler."""
        self._stop.set()

    def stop(self) -> None:
        """End gently: no new associations, the step under way is finished, jobs under way go back to the queue.

        A report under way is finished, too.
        """
        self._stop.set()
        self._scp.stop()
        if self._coordinator.is_alive():
            self._coordinator.join()
        self._runner.close()
        self._clerk.stop()

    @property
    def at_rest(self) -> bool:
        """Whether nothing is new, open, queued or running."""
        self._raise_what_broke()
        store = self._app.store
        # In the order in which work moves on, so that none slips from what was looked at to what is not yet.
        if store.instances.by_state(InstanceState.NEW, limit=1) or store.sets.open_sets():
            return False
        waiting = store.jobs.counts()
        return not waiting[JobState.QUEUED] and not waiting[JobState.RUNNING] and not self._runner.busy

    def _make_what_is_due(self) -> None:
        run_due(self._reporter, stop=self._stop.is_set)

    def _tell_people(self) -> None:
        self._caller.tell(stop=self._stop.is_set)

    def _raise_what_broke(self) -> None:
        if self._broken is not None:
            raise self._broken

    def _coordinate(self) -> None:
        try:
            self._go_on()
        except BaseException as error:
            log.critical("the coordinator ended, and with it the service", exc_info=True)
            self._broken = error
        finally:
            self._stop.set()

    def _go_on(self) -> None:
        failures = 0
        while not self._stop.is_set():
            try:
                moved = self._step(datetime.now(UTC))
            except StoreError:
                # The database may be locked or its disk full for a while: what is stored waits, nothing is lost.
                failures += 1
                if failures & (failures - 1) == 0:  # the first, and then ever more rarely
                    log.exception("the coordinator could not reach the store (%d times) and tries again", failures)
                self._stop.wait(min(IDLE_S * 2 ** min(failures, 8), LONGEST_PAUSE_S))
                continue
            if failures:
                log.info("the coordinator reaches the store again")
            failures = 0
            if not moved:
                self._app.bus.publish(Idle(datetime.now(UTC)))
                self._stop.wait(IDLE_S)
        self._app.bus.publish(Stopping())

    def _step(self, now: datetime) -> int:
        return self._assembler.step(now) + self._runner.step(now)
