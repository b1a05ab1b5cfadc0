# SPDX-License-Identifier: LGPL-3.0-or-later
"""Analyses on a Dask cluster (extra `cluster`); its workers need the same spool folder and the same plugins."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any, ParamSpec, TypeVar

from optimage.errors import SettingsError
from optimage.messages import N_

P = ParamSpec("P")
T = TypeVar("T")
CONNECT_TIMEOUT_S = 10


class ClusterExecutor(Executor):
    """The cluster behind one scheduler.

    What is sent there and back is pickled: name only a scheduler of your own
    site, on a network that strangers cannot reach.

    Parameters
    ----------
    address : str
        Of the scheduler, such as `tcp://qc-scheduler:8786`.

    Raises
    ------
    SettingsError
        `cluster_missing`: the extra is not installed. `cluster_unreachable`.
    """

    def __init__(self, address: str) -> None:
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
            self._client = connect(address, timeout=CONNECT_TIMEOUT_S)
        except (OSError, TimeoutError, ValueError) as error:
            raise SettingsError(
                "cluster_unreachable",
                N_("no Dask scheduler answers at {address}"),
                advice=N_("start it, or correct the setting cluster"),
                address=address,
            ) from error
        # Not pure: the same order twice is two analyses, not one remembered.
        self._executor: Any = self._client.get_executor(pure=False)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call `fn` on the worker that the scheduler chooses."""
        future: Future[T] = self._executor.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Cancel what is under way unless it shall be waited for, and leave the cluster, which goes on."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()
