# SPDX-License-Identifier: LGPL-3.0-or-later
"""Calls in spawned processes, one process each: one that dies or takes too long costs its own call and no other.

A `ProcessPoolExecutor` fails every pending call when one process dies, is of
no use afterwards, cannot end a call that hangs, and leaves its processes
behind when the parent is killed.
"""

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

from optimage.workflow.jobs.confined import Answer, Limits, serve

P = ParamSpec("P")
T = TypeVar("T")
# Spawned, because forking a process with network threads copies their locks in any state.
_CONTEXT = get_context("spawn")
NO_LIMITS = Limits()
_Call = tuple[Future[Any], Callable[[], Any]]


class WorkerDiedError(BrokenExecutor):
    """The process ended before it answered."""


class OverdueError(BrokenExecutor):
    """The process did not answer in time and was killed."""


class ExhaustedError(BrokenExecutor):
    """The process used up the computing time of its call and was ended."""


class IsolatedExecutor(Executor):
    """Up to `workers` processes, started when first needed and used again.

    Parameters
    ----------
    workers : int
        How many calls run at a time.
    deadline_s : float
        A call that takes longer is killed with its process.
    limits : Limits
        What a process may use.
    """

    def __init__(self, workers: int, *, deadline_s: float, limits: Limits = NO_LIMITS) -> None:
        self._deadline_s = deadline_s
        self._limits = limits
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self._closed, self._closing = _CONTEXT.Pipe(duplex=False)
        self._threads = [
            threading.Thread(target=self._serve, name=f"worker {number}", daemon=True) for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `fn` in the next process that is free; both ways everything is pickled."""
        future: Future[T] = Future()
        self._calls.put((future, partial(fn, *args, **kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:  # noqa: ARG002 - always so
        """Kill the processes; calls under way fail, those that wait are cancelled."""
        self._closing.close()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def _serve(self) -> None:
        worker: _Worker | None = None
        while (call := self._calls.get()) is not None:
            worker = self._answer(*call, worker)
            del call  # or what it was given and what came of it stay until the next one
        if worker:
            worker.kill()

    def _answer(self, future: Future[Any], task: Callable[[], Any], worker: "_Worker | None") -> "_Worker | None":
        """Carry out one call and return the process for the next, which may have ended."""
        if self._closed.poll():
            future.cancel()
        if not future.set_running_or_notify_cancel():
            return worker
        try:
            worker = worker if worker and worker.is_fit else _Worker(self._limits)
            answer = worker.ask(task, self._closed, self._deadline_s)
        except Exception as failure:
            answer = Answer(error=failure)
        if answer.error is None:
            future.set_result(answer.value)
        else:
            future.set_exception(answer.error)
        return worker


class _Worker:
    """One process, what it started, and the pipe to it."""

    def __init__(self, limits: Limits) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        # A daemon is ended with its parent even where nobody calls `shutdown`.
        self._process: SpawnProcess = _CONTEXT.Process(target=serve, args=(theirs, limits), daemon=True)
        try:
            self._process.start()
        except OSError as error:
            raise WorkerDiedError from error
        finally:
            theirs.close()

    @property
    def is_fit(self) -> bool:
        return not self._pipe.closed and self._process.is_alive()

    def ask(self, task: Callable[[], Any], closed: Connection, deadline_s: float) -> Answer:
        """Return what came of `task`; BrokenExecutor where nothing came."""
        is_overdue = False
        with suppress(EOFError, OSError):  # it has ended, and how is looked at below
            self._pipe.send(task)
            ready = wait([self._pipe, self._process.sentinel, closed], timeout=deadline_s)
            if self._pipe in ready:
                return self._received()
            is_overdue = not ready
        self.kill()
        if is_overdue:
            raise OverdueError
        code = self._process.exitcode
        raise ExhaustedError if code == -signal.SIGXCPU else WorkerDiedError(f"exit code {code}")

    def _received(self) -> Answer:
        answer: Answer = self._pipe.recv()
        if not answer.is_reusable:
            self.kill()
        return answer

    def kill(self) -> None:
        """End the process with all that it started."""
        if self._process.pid:
            with suppress(OSError):  # it is gone, or too young to lead a group
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self._pipe.close()
