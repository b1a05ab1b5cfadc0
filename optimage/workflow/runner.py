# SPDX-License-Identifier: LGPL-3.0-or-later
"""Jobs to results: claim, hand to an executor, judge, store, tell."""

import logging
from collections.abc import Callable
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime

from optimage.errors import OptimageError
from optimage.messages import N_, Message
from optimage.model.events import ResultStored
from optimage.model.jobs import Job
from optimage.model.profile import ProfileRevision
from optimage.model.results import AnalysisResult, Failure
from optimage.store.engine import Store
from optimage.workflow.bus import Bus
from optimage.workflow.evaluate import evaluate
from optimage.workflow.orders import Source, WorkOrder, WorkOutcome
from optimage.workflow.work import carry_out

MAXIMUM_ATTEMPTS = 3
log = logging.getLogger(__name__)


class Runner:
    """Keeps up to `slots` jobs going; only this coordinator writes results."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        create: Callable[[], Executor],
        *,
        worker: str,
        lease_s: float,
        slots: int,
        operator: str,
    ) -> None:
        self._store = store
        self._bus = bus
        self._create = create
        self._executor = create()
        self._worker = worker
        self._lease_s = lease_s
        self._slots = slots
        self._operator = operator
        self._running: dict[int, tuple[Job, WorkOrder, Future[WorkOutcome]]] = {}

    def step(self, now: datetime) -> int:
        """Collect what is done, keep leases alive, start what fits; return how many jobs moved."""
        finished = [entry for entry in self._running.values() if entry[2].done()]
        for job, order, future in finished:
            del self._running[job.id]
            self._finish(job, order, future)
        for job_id in self._running:
            self._store.jobs.heartbeat(job_id, worker=self._worker, lease_s=self._lease_s, now=now)
        started = 0
        while len(self._running) < self._slots and self._start(now):
            started += 1
        return len(finished) + started

    @property
    def busy(self) -> bool:
        """Whether any job is under way in this process."""
        return bool(self._running)

    def close(self) -> None:
        """Stop the executor; a job under way is claimed again once its lease has run out."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _start(self, now: datetime) -> bool:
        job = self._store.jobs.claim(self._worker, lease_s=self._lease_s, now=now)
        if job is None:
            return False
        order = order_of(self._store, job)
        self._running[job.id] = (job, order, self._executor.submit(carry_out, order))
        return True

    def _finish(self, job: Job, order: WorkOrder, future: Future[WorkOutcome]) -> None:
        try:
            outcome = future.result()
        except BrokenProcessPool:
            self._executor = self._create()
            if job.attempt < MAXIMUM_ATTEMPTS:
                self._store.jobs.retry(job.id)
                return
            outcome = WorkOutcome(AnalysisResult(failures=(_worker_died(job.attempt),)))
        except OptimageError as error:
            outcome = WorkOutcome(AnalysisResult(failures=(Failure.from_error("", error),)))
        measurement_set = self._store.sets.get(job.set_id)
        revision = revision_of(self._store, measurement_set.profile_id, measurement_set.revision)
        result = evaluate(order, outcome, revision=revision, operator=self._operator)
        stored = self._store.results.add(result, set_id=job.set_id, job_id=job.id, operator=self._operator)
        self._bus.publish(ResultStored(stored))


def order_of(store: Store, job: Job) -> WorkOrder:
    """Write the order for the set of `job`, its images taken from the spool."""
    measurement_set = store.sets.get(job.set_id)
    revision = revision_of(store, measurement_set.profile_id, measurement_set.revision)
    profile = revision.profile if revision else None
    sources = tuple(
        Source(
            given.role, store.spool.path(given.instance.sha256), given.instance.sop_instance_uid, given.instance.sha256
        )
        for given in measurement_set.inputs
    )
    return WorkOrder(
        phantom=measurement_set.phantom,
        sources=sources,
        parameters=profile.parameters if profile else {},
        record=profile.record if profile else (),
    )


def revision_of(store: Store, profile_id: str | None, revision: int | None) -> ProfileRevision | None:
    """Return the revision a set is judged by, None for a set without a profile."""
    return None if profile_id is None else store.profiles.get(profile_id, revision)


def _worker_died(attempts: int) -> Failure:
    message = Message(N_("the process that measured these images died {attempts} times"), {"attempts": attempts})
    return Failure("", "worker_died", message, Message(N_("tell the author of the module; the log has the details")))
