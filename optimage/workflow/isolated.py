# SPDX-License-Identifier: LGPL-3.0-or-later
"""Calls in spawned processes, one process each: one that dies or takes too long costs its own call and no other.

A `ProcessPoolExecutor` fails every pending call when one process dies, is of
no use afterwards, cannot end a call that hangs, and leaves its processes
behind when the parent is killed.
"""

import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from functools import partial
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from queue import SimpleQueue
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
# Spawned, because forking a process with network threads copies their locks in any state.
_CONTEXT = get_context("spawn")
_Call = tuple[Future[Any], Callable[[], Any]]
_Answer = tuple[Any, Exception | None]


class WorkerDiedError(BrokenExecutor):
    """The process ended before it answered."""


class OverdueError(BrokenExecutor):
    """The process did not answer in time and was killed."""


class IsolatedExecutor(Executor):
    """Up to `workers` processes, started when first needed and used again.

    Parameters
    ----------
    workers : int
        How many calls run at a time.
    deadline_s : float
        A call that takes longer is killed with its process.
    memory_mib : int
        Address space of a process, in MiB; 0 sets no limit. A call that wants
        more gets a MemoryError, or its process ends.
    """

    def __init__(self, workers: int, *, deadline_s: float, memory_mib: int = 0) -> None:
        self._deadline_s = deadline_s
        self._memory_mib = memory_mib
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
            future, task = call
            if self._closed.poll():
                future.cancel()
            if not future.set_running_or_notify_cancel():
                continue
            try:
                worker = worker if worker and worker.is_fit else _Worker(self._memory_mib)
                value, error = worker.ask(task, self._closed, self._deadline_s)
            except Exception as failure:
                value, error = None, failure
            if error is None:
                future.set_result(value)
            else:
                future.set_exception(error)
        if worker:
            worker.kill()


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, memory_mib: int) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        # A daemon is ended with its parent even where nobody calls `shutdown`.
        self._process: SpawnProcess = _CONTEXT.Process(target=_work, args=(theirs, memory_mib), daemon=True)
        try:
            self._process.start()
        except OSError as error:
            raise WorkerDiedError from error
        finally:
            theirs.close()

    @property
    def is_fit(self) -> bool:
        return not self._pipe.closed and self._process.is_alive()

    def ask(self, task: Callable[[], Any], closed: Connection, deadline_s: float) -> _Answer:
        """Return the value of `task` or what it raised; BrokenExecutor where there is neither."""
        try:
            self._pipe.send(task)
            ready = wait([self._pipe, self._process.sentinel, closed], timeout=deadline_s)
            if self._pipe in ready:
                answer: _Answer = self._pipe.recv()
                return answer
        except (EOFError, OSError) as error:
            self.kill()
            raise WorkerDiedError from error
        self.kill()
        raise WorkerDiedError if ready else OverdueError

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._pipe.close()


def _work(pipe: Connection, memory_mib: int) -> None:
    """Answer call after call; runs in the spawned process until its parent is gone."""
    # What a module prints belongs to the log, not among the lines of the service.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    if memory_mib:
        limit = memory_mib << 20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    with suppress(OSError):  # where memory runs out, this process goes before the one that receives
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            _answer(pipe, pipe.recv())


def _answer(pipe: Connection, task: Callable[[], Any]) -> None:
    value, raised = None, None
    try:
        value = task()
    except Exception as error:
        raised = error
    try:
        pipe.send((value, raised))
    except OSError:
        raise
    except Exception as error:  # what cannot be pickled may raise anything
        pipe.send((None, TypeError(f"the answer cannot be sent: {type(error).__name__}: {error}")))


def _leave_with_parent() -> None:
    """End this process, whatever it is doing, as soon as its parent has gone."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
