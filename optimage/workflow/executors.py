# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where analyses run: in this process, or in spawned ones."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


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
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Spawned, because forking a process with network threads copies their locks in any state.
    arguments: dict[str, Any] = {"max_workers": workers, "mp_context": get_context("spawn")}
    return ProcessPoolExecutor(**arguments)
