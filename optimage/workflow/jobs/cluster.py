# SPDX-License-Identifier: LGPL-3.0-or-later
"""Analyses on a Dask cluster (extra `cluster`); its workers need the same spool folder and the same plugins."""

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future, wait
from contextlib import suppress
from functools import partial
from multiprocessing import current_process
from typing import Any, ParamSpec, TypeVar

from optimage.errors import SettingsError
from optimage.messages import N_
from optimage.workflow.jobs.confined import Limits
from optimage.workflow.jobs.isolated import NO_LIMITS, IsolatedExecutor, WorkerDiedError

P = ParamSpec("P")
T = TypeVar("T")
CONNECT_TIMEOUT_S = 10
RECONNECT_TIMEOUT_S = 366 * 24 * 3600  # a scheduler that is away may come back; what waits for it waits in the queue
LOOK_S = 0.5  # how often a worker looks whether its answer is still wanted
_here = threading.local()


class ClusterExecutor(Executor):
    """The cluster behind one scheduler.

    Each call runs in a process of its own beside the worker that got it, so
    that one that dies, hangs or takes too much costs its own call and no other.

    What is sent there and back is pickled: name only a scheduler of your own
    site, on a network that strangers cannot reach.

    Parameters
    ----------
    address : str
        Of the scheduler, such as `tcp://qc-scheduler:8786`.
    deadline_s : float
        A call that takes longer is ended.
    limits : Limits
        What a call may use on its worker.

    Raises
    ------
    SettingsError
        `cluster_missing`: the extra is not installed. `cluster_unreachable`.
    """

    def __init__(self, address: str, *, deadline_s: float, limits: Limits = NO_LIMITS) -> None:
        self._client: Any = _connected(address)
        # Not pure: the same order twice is two analyses, not one remembered.
        self._executor: Any = self._client.get_executor(pure=False)
        self._deadline_s = deadline_s
        self._limits = limits

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `fn` beside the worker that the scheduler chooses; while there is no scheduler the call waits."""
        future: Future[T] = Future()
        call = partial(fn, *args, **kwargs)
        far: Future[T] = self._executor.submit(call_confined, call, self._deadline_s, self._limits)
        future.add_done_callback(lambda near: far.cancel() if near.cancelled() else None)
        far.add_done_callback(partial(hand_over, future))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what is under way unless it shall be waited for, and leave the cluster, which goes on."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()


def call_confined(call: Callable[[], T], deadline_s: float, limits: Limits) -> T:
    """Run `call` in a process beside this worker of the cluster; end it when nobody wants the answer any more.

    Raises
    ------
    Exception
        What `call` raised.
    BrokenExecutor
        The process died (`WorkerDiedError`), took too long (`OverdueError`) or computed too much (`ExhaustedError`).
    CancelledError
        The service has gone, or does not wait for the answer any more.
    """
    is_wanted = _order_of_cluster()
    executor = _own_executor(deadline_s, limits)
    future = executor.submit(call)
    while not wait([future], timeout=LOOK_S).done:
        if not is_wanted():
            executor.shutdown()
            del _here.executor
            raise CancelledError
    return future.result()


def _connected(address: str) -> Any:
    try:
        import distributed
    except ImportError as error:
        raise SettingsError(
            "cluster_missing",
            N_("the executor dask needs the extra cluster"),
            advice=N_('install "optimage[cluster]"'),
        ) from error
    connect: Any = distributed.Client  # untyped
    try:
        connect(address, timeout=CONNECT_TIMEOUT_S, set_as_default=False).close()
        return connect(address, timeout=RECONNECT_TIMEOUT_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise SettingsError(
            "cluster_unreachable",
            N_("no Dask scheduler answers at {address}"),
            advice=N_("start it, or correct the setting cluster"),
            address=address,
        ) from error


def hand_over(future: Future[T], far: Future[T]) -> None:
    """Pass on what came of a call; a scheduler or worker of the cluster that was lost is a worker that died."""
    from distributed.scheduler import KilledWorker

    if not future.set_running_or_notify_cancel():
        return
    try:
        future.set_result(far.result())
    except (CancelledError, KilledWorker) as error:
        died = WorkerDiedError(f"lost by the cluster: {type(error).__name__}")
        future.set_exception(died)
    except Exception as error:
        future.set_exception(error)


def _order_of_cluster() -> Callable[[], bool]:
    """Return whether the cluster still wants the answer of the task that runs in this thread."""
    from distributed import get_worker

    worker: Any = get_worker()  # untyped
    tasks, key = worker.state.tasks, worker.get_current_task()

    def is_wanted() -> bool:
        task = tasks.get(key)
        return task is not None and task.state != "cancelled"

    return is_wanted


def _own_executor(deadline_s: float, limits: Limits) -> IsolatedExecutor:
    """Return the executor of this thread, whose process is used again by the next call with the same limits."""
    known = getattr(_here, "executor", None)
    if known is not None and known[0] == (deadline_s, limits):
        return known[1]  # type: ignore[no-any-return]
    if known is not None:
        known[1].shutdown()
    with suppress(AssertionError):  # it is a daemon only where a nanny watches over it
        current_process().daemon = False  # which may have no children; ours end with it by themselves
    executor = IsolatedExecutor(1, deadline_s=deadline_s, limits=limits)
    _here.executor = ((deadline_s, limits), executor)
    return executor
