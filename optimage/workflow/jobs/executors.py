# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where analyses run: in this process, in spawned ones, or on a cluster."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

from optimage.settings import Settings

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


def create_executor(settings: Settings) -> Executor:
    """Create the executor that the settings name: `inline`, `process` or `dask`."""
    if settings.executor == "inline":
        return InlineExecutor()
    from optimage.workflow.jobs.confined import Limits

    limits = Limits(settings.memory_mib, settings.cpu_s, settings.file_mib)
    if settings.executor == "dask":
        from optimage.workflow.jobs.cluster import ClusterExecutor

        return ClusterExecutor(settings.cluster, deadline_s=settings.deadline_s, limits=limits)
    from optimage.workflow.jobs.isolated import IsolatedExecutor

    return IsolatedExecutor(settings.workers, deadline_s=settings.deadline_s, limits=limits)
