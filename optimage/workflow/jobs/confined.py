# SPDX-License-Identifier: LGPL-3.0-or-later
"""What runs in a spawned process: a guard, and below it the worker that answers call after call within its limits."""

import os
import resource
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use; 0 sets no limit.

    Parameters
    ----------
    memory_mib : int
        Address space of the process in MiB. A call that wants more gets a MemoryError, or its process ends.
    cpu_s : int
        Seconds of computing time for each call, all its threads together. A process that uses more is ended.
    file_mib : int
        Size in MiB to which a call may write a file. A call that writes on gets an OSError.
    """

    memory_mib: int = 0
    cpu_s: int = 0
    file_mib: int = 0


class Answer(NamedTuple):
    """What a call returned or raised, and whether its process may be used again."""

    value: Any = None
    error: Exception | None = None
    is_reusable: bool = True


def serve(pipe: Connection, limits: Limits) -> None:
    """Answer call after call until the other end of `pipe` is closed, or guard or service are gone."""
    os.setsid()  # what is sent to our group, Ctrl-C or a module's kill, stays on its side
    # What a module prints belongs to the log, not among the lines of the service.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    with suppress(OSError):  # where memory runs out, this process goes before the one that receives
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    _limit(resource.RLIMIT_CORE, 0)  # a dump would hold images
    if limits.memory_mib:
        _limit(resource.RLIMIT_AS, limits.memory_mib << 20)
    guard = _go_on_below_guard()
    threading.Thread(target=_leave_with, args=(guard,), daemon=True).start()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            task = pipe.recv()
            _allow_one_call(limits)
            _answer(pipe, task)


def _go_on_below_guard() -> int:
    """Return in a forked process, with a descriptor that ends with its parent, the guard.

    The guard keeps the worker from being a child of the service: a module that
    kills its parent kills the guard, and is found out as a worker that died.
    """
    theirs, ours = os.pipe()
    worker = os.fork()  # no thread was started yet, so no lock is copied
    if worker == 0:
        os.close(ours)
        return theirs
    os.close(theirs)
    threading.Thread(target=_end_group_with_service, daemon=True).start()
    _, status = os.waitpid(worker, 0)
    _end_like(os.waitstatus_to_exitcode(status))
    raise AssertionError("unreachable")


def _end_group_with_service() -> None:
    service = parent_process()
    if service is not None:
        service.join()
        os.killpg(0, signal.SIGKILL)


def _end_like(code: int) -> None:
    """End the guard as the worker ended, so that the service sees how."""
    if code < 0:
        with suppress(OSError):  # SIGKILL has no handler
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


def _leave_with(guard: int) -> None:
    """End this process, whatever it is doing, as soon as its guard has gone."""
    os.read(guard, 1)
    os._exit(1)


def _allow_one_call(limits: Limits) -> None:
    """Raise the limits that count what was used before, so that each call has the whole for itself."""
    if limits.cpu_s:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _limit(resource.RLIMIT_CPU, ceil(used.ru_utime + used.ru_stime) + limits.cpu_s)
    if limits.file_mib:  # beyond the log, which may be long already
        _limit(resource.RLIMIT_FSIZE, os.fstat(sys.stderr.fileno()).st_size + (limits.file_mib << 20))


def _limit(which: int, value: int) -> None:
    """Set a limit that may be raised again, as far as the system allows."""
    _, hard = resource.getrlimit(which)
    resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _answer(pipe: Connection, task: Callable[[], Any]) -> None:
    threads = threading.active_count()
    value, raised = None, None
    try:
        value = task()
    except Exception as error:
        raised = error
    is_reusable = threading.active_count() <= threads  # what goes on would use up the time of the next call
    try:
        pipe.send(Answer(value, raised, is_reusable))
    except OSError:
        raise
    except Exception as error:  # what cannot be pickled may raise anything
        told = TypeError(f"the answer cannot be sent: {type(error).__name__}: {error}")
        pipe.send(Answer(error=told, is_reusable=is_reusable))
