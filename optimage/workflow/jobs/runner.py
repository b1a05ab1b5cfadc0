# SPDX-License-Identifier: LGPL-3.0-or-later
"""Jobs to results: claim, hand to an executor, judge, store, tell."""

import logging
from concurrent.futures import BrokenExecutor, Executor, Future
from dataclasses import dataclass
from datetime import datetime

from optimage.errors import OptimageError, StoreError
from optimage.messages import N_, Message
from optimage.model.events import ResultStored
from optimage.model.jobs import Job
from optimage.model.profile import ProfileRevision
from optimage.model.results import AnalysisResult, Failure
from optimage.store.engine import Store
from optimage.store.sets import assignments_of
from optimage.workflow.bus import Bus
from optimage.workflow.evaluate import evaluate
from optimage.workflow.jobs.isolated import ExhaustedError, OverdueError
from optimage.workflow.jobs.suspects import ENOUGH_DEATHS, longest_to_try
from optimage.workflow.orders import Source, WorkOrder, WorkOutcome
from optimage.workflow.readings import add_with_readings
from optimage.workflow.work import carry_out

ENOUGH_WORKERS = 3  # that died under one job
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Running:
    job: Job
    order: WorkOrder
    began: datetime
    future: Future[WorkOutcome]


class Runner:
    """Keeps up to `slots` jobs going; only this coordinator writes results.

    Whatever goes wrong with a job ends in one result that says so. Only
    failures of the store are raised; what was measured by then is kept and
    stored in a later step.
    """

    def __init__(
        self,
        store: Store,
        bus: Bus,
        executor: Executor,
        *,
        worker: str,
        lease_s: float,
        slots: int,
        operator: str,
    ) -> None:
        self._store = store
        self._bus = bus
        self._executor = executor
        self._worker = worker
        self._lease_s = lease_s
        self._slots = slots
        self._operator = operator
        self._running: dict[int, _Running] = {}
        self._began: datetime | None = None

    def step(self, now: datetime) -> int:
        """Collect what is done, keep leases alive, start what fits; return how many jobs moved.

        Raises
        ------
        StoreError
            The store cannot be reached; the step may be tried again.
        """
        self._began = self._began or now
        finished = [running for running in self._running.values() if running.future.done()]
        for running in finished:
            self._finish(running)
            del self._running[running.job.id]  # only now: what could not be stored is still here
        lost = [job_id for job_id, running in self._running.items() if not self._keeps(running, now)]
        for job_id in lost:  # cancelled, or given to another: what comes of it is nobody's any more
            self._running.pop(job_id).future.cancel()
        started = 0
        while self._has_room and self._start(now):
            started += 1
        return len(finished) + started

    @property
    def busy(self) -> bool:
        """Whether any job is under way in this process."""
        return bool(self._running)

    @property
    def _has_room(self) -> bool:
        """Whether another job may be under way; none beside one under which a service died."""
        suspected = any(running.job.service_deaths for running in self._running.values())
        return len(self._running) < self._slots and not suspected

    def close(self) -> None:
        """End the workers and give the jobs under way back to the queue."""
        self._executor.shutdown(cancel_futures=True)
        try:
            self._store.jobs.release(self._worker)
        except StoreError:
            log.exception("jobs under way are taken up again once their lease has run out")

    def _keeps(self, running: _Running, now: datetime) -> bool:
        under_way_s = (now - running.began).total_seconds()
        return self._store.jobs.heartbeat(
            running.job.id, worker=self._worker, lease_s=self._lease_s, now=now, under_way_s=under_way_s
        )

    def _start(self, now: datetime) -> bool:
        lived_s = (now - (self._began or now)).total_seconds()
        at_most = longest_to_try(lived_s, self._lease_s, is_alone=not self._running)
        job = self._store.jobs.claim(self._worker, lease_s=self._lease_s, now=now, at_most=at_most)
        if job is None:
            return False
        try:
            order = order_of(self._store, job)
        except StoreError:
            raise
        except Exception as error:
            log.exception("job %d cannot be ordered", job.id)
            self._give_up(job, _failure(error))
            return True
        if job.service_deaths >= ENOUGH_DEATHS:
            self._store_outcome(job, order, _failed(_service_died(job.service_deaths)))
            return True
        if job.service_deaths:
            log.warning("job %d is tried alone: a service died under it (%d times so far)", job.id, job.service_deaths)
        self._running[job.id] = _Running(job, order, now, self._executor.submit(carry_out, order))
        return True

    def _finish(self, running: _Running) -> None:
        job = running.job
        try:
            outcome = running.future.result()
        except OverdueError:
            outcome = _failed(_overdue())
        except ExhaustedError:
            outcome = _failed(_exhausted())
        except BrokenExecutor as death:
            deaths = job.worker_deaths + 1
            log.warning("the worker died under job %d (%d times so far): %s", job.id, deaths, death)
            if deaths < ENOUGH_WORKERS:
                self._store.jobs.count_worker_death(job.id, worker=self._worker)
                return
            outcome = _failed(_worker_died(deaths))
        except Exception as error:
            log.exception("job %d failed", job.id)
            outcome = _failed(_failure(error))
        self._store_outcome(job, running.order, outcome)

    def _store_outcome(self, job: Job, order: WorkOrder, outcome: WorkOutcome) -> None:
        try:
            self._judge(job, order, outcome)
        except StoreError:
            raise
        except Exception as error:
            log.exception("what job %d measured cannot be kept", job.id)
            self._give_up(job, _failure(error))

    def _give_up(self, job: Job, failure: Failure) -> None:
        """Store a result that says only why there is none; where not even that works, fail the job."""
        try:
            self._judge(job, WorkOrder(self._store.sets.get(job.set_id).phantom, ()), _failed(failure))
        except StoreError:
            raise
        except Exception as error:
            log.exception("job %d ends without a result", job.id)
            self._store.jobs.fail(job.id, f"{type(error).__name__}: {error}")

    def _judge(self, job: Job, order: WorkOrder, outcome: WorkOutcome) -> None:
        revision = self._revision_for(job)
        result = evaluate(order, outcome, revision=revision, operator=self._operator)
        stored = add_with_readings(
            self._store,
            result,
            revision.profile if revision else None,
            set_id=job.set_id,
            job_id=job.id,
            operator=self._operator,
        )
        self._bus.publish(ResultStored(stored))

    def _revision_for(self, job: Job) -> ProfileRevision | None:
        """Return the revision that judges; none where it cannot be had, so that the reason is stored at least."""
        measurement_set = self._store.sets.get(job.set_id)
        try:
            return revision_of(self._store, measurement_set.profile_id, measurement_set.revision)
        except StoreError:
            raise
        except Exception:
            log.exception("the profile of job %d cannot be had", job.id)
            return None


def order_of(store: Store, job: Job) -> WorkOrder:
    """Write the order for the set of `job`, its images taken from the spool."""
    measurement_set = store.sets.get(job.set_id)
    revision = revision_of(store, measurement_set.profile_id, measurement_set.revision)
    profile = revision.profile if revision else None
    sources = tuple(
        Source(
            given.role, store.spool.path(given.instance.sha256), given.instance.sop_instance_uid, given.instance.sha256
        )
        for given in measurement_set.images
    )
    return WorkOrder(
        phantom=measurement_set.phantom,
        sources=sources,
        parameters=profile.parameters if profile else {},
        record=profile.record if profile else (),
        assignments=assignments_of(measurement_set),
    )


def revision_of(store: Store, profile_id: str | None, revision: int | None) -> ProfileRevision | None:
    """Return the revision a set is judged by, None for a set without a profile."""
    return None if profile_id is None else store.profiles.get(profile_id, revision)


def _failed(failure: Failure) -> WorkOutcome:
    return WorkOutcome(AnalysisResult(failures=(failure,)))


def _failure(error: Exception) -> Failure:
    if isinstance(error, OptimageError):
        return Failure.from_error("", error)
    text = f"{type(error).__name__}: {error}"
    message = Message(N_("an unexpected error ended this measurement: {error}"), {"error": text})
    advice = Message(N_("tell the developers of Optimage; the log has the details"))
    return Failure("", "internal_error", message, advice)


def _overdue() -> Failure:
    message = Message(N_("the measurement did not end in time and was stopped"))
    return Failure("", "timed_out", message, Message(N_("tell the author of the module; the log has the details")))


def _exhausted() -> Failure:
    message = Message(N_("the measurement used up its computing time and was stopped"))
    advice = Message(N_("tell the author of the module, or allow more with the setting cpu_s"))
    return Failure("", "cpu_exhausted", message, advice)


def _worker_died(attempts: int) -> Failure:
    message = Message(N_("the process that measured these images died {attempts} times"), {"attempts": attempts})
    return Failure("", "worker_died", message, Message(N_("tell the author of the module; the log has the details")))


def _service_died(times: int) -> Failure:
    template = N_("the service ended without warning {times} times while it measured these images, at last only these")
    advice = Message(N_("tell the author of the module; where there was another reason, queue the job again"))
    return Failure("", "worker_died", Message(template, {"times": times}), advice)
