# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where analyses run: in this process, or in spawned ones."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
DEADLINE_S = 1800.0  # for one analysis; a slow one takes seconds, so what takes longer hangs


class InlineExecutor(Executor):
    """Runs each call at once, in the caller's thread."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Return a future that is done already."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def create_executor(kind: str, *, workers: int) -> Executor:
    """Create the executor that the settings name: `inline` or `process`."""
    if kind == "inline":
        return InlineExecutor()
    from optimage.workflow.isolated import IsolatedExecutor

    return IsolatedExecutor(workers, deadline_s=DEADLINE_S)
