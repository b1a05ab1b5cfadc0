# SPDX-License-Identifier: LGPL-3.0-or-later
"""The same work on a Dask cluster on loopback, through the same seam; --on dask runs the tests of sites there."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future
from importlib.util import find_spec
from pathlib import Path

import pytest

from optimage.errors import SettingsError
from optimage.workflow.jobs.cluster import ClusterExecutor, hand_over
from optimage.workflow.jobs.confined import Limits
from optimage.workflow.jobs.isolated import OverdueError, WorkerDiedError
from tests.integration.ground import Cluster, OnDask, is_running
from tests.integration.site import Site
from tests.integration.test_kill import comparable, run_with_kills, send_until_acknowledged, write_sets

pytestmark = pytest.mark.skipif(find_spec("distributed") is None, reason="the extra cluster is not installed")


def eventually(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.fixture
def executor(cluster: Cluster) -> Iterator[ClusterExecutor]:
    """Five seconds for each call."""
    executor = ClusterExecutor(cluster.address, deadline_s=5.0, limits=Limits())
    yield executor
    executor.shutdown(cancel_futures=True)


def test_a_cluster_gives_the_results_of_a_single_machine_and_survives_a_kill(tmp_path: Path, cluster: Cluster) -> None:
    paths = write_sets(tmp_path / "images", 4)
    alone, shared = Site(tmp_path / "alone" / "home"), Site(tmp_path / "shared" / "home")
    alone.environment |= {"OPTIMAGE_EXECUTOR": "process"}
    shared.environment |= OnDask(cluster).settings
    for site in (alone, shared):
        site.home.parent.mkdir()
        site.apply_profile()
    expected = run_with_kills(alone, paths, 0, seed=0)
    found = run_with_kills(shared, paths, 1, seed=1)
    assert len(found) == 4
    assert comparable(found) == comparable(expected)


def test_a_call_that_dies_or_hangs_on_a_cluster_fails_alone(executor: ClusterExecutor) -> None:
    with pytest.raises(WorkerDiedError):
        executor.submit(os._exit, 1).result(60)
    with pytest.raises(OverdueError):
        executor.submit(time.sleep, 600).result(60)
    with pytest.raises(ValueError, match="invalid literal"):
        executor.submit(int, "seven").result(60)
    assert executor.submit(int, "7").result(60) == 7


def test_a_worker_that_the_cluster_lost_again_and_again_is_a_worker_that_died() -> None:
    from distributed.scheduler import KilledWorker

    near, far = Future(), Future()
    far.set_exception(KilledWorker("key", None, 3))
    hand_over(near, far)
    assert isinstance(near.exception(), WorkerDiedError)


def sleep_with_note(note: Path) -> None:
    note.write_text(str(os.getpid()))
    time.sleep(600)


def test_a_call_that_nobody_waits_for_any_more_is_ended(cluster: Cluster, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    executor = ClusterExecutor(cluster.address, deadline_s=300.0)
    executor.submit(sleep_with_note, note)
    eventually(lambda: note.exists() and bool(note.read_text()))
    assert is_running(int(note.read_text()))
    executor.shutdown(cancel_futures=True)
    eventually(lambda: not is_running(int(note.read_text())))


def test_a_lost_cluster_is_a_worker_that_died_and_calls_wait_until_it_is_back(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "cluster", workers=1)
    executor = ClusterExecutor(cluster.address, deadline_s=300.0)
    assert executor.submit(int, "7").result(60) == 7
    lost = executor.submit(time.sleep, 600)
    eventually(lambda: not lost.done() and bool(OnDask(cluster).workers(0)))
    cluster.kill()
    with pytest.raises(BrokenExecutor):
        lost.result(60)
    waiting = executor.submit(int, "8")
    time.sleep(2.0)
    assert not waiting.done()
    again = Cluster(tmp_path / "cluster", workers=1, port=cluster.port)
    assert waiting.result(120) == 8
    executor.shutdown(cancel_futures=True)
    again.stop()


def test_a_service_whose_cluster_restarts_measures_everything(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "cluster", workers=1)
    paths = write_sets(tmp_path / "images", 6)
    site = Site(tmp_path / "home")
    site.environment |= OnDask(cluster).settings
    site.apply_profile()
    acknowledged: list[Path] = []
    with site.service() as process:
        sender = threading.Thread(target=send_until_acknowledged, args=(site, paths, acknowledged))
        sender.start()
        site.wait_for(1)
        cluster.kill()
        sender.join(timeout=240)
        assert acknowledged == paths, "images are received while there is no cluster"
        cluster = Cluster(tmp_path / "cluster", workers=1, port=cluster.port)
        results = site.wait_until(lambda results: sum(len(r.inputs) for r in results) == len(paths))
        assert process.poll() is None
    cluster.stop()
    assert len(results) == 6
    assert all(result["measurements"] for result in results)


def test_a_scheduler_that_does_not_answer_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimage.workflow.jobs.cluster.CONNECT_TIMEOUT_S", 1)
    with pytest.raises(SettingsError) as refused:
        ClusterExecutor("tcp://127.0.0.1:9", deadline_s=5.0)
    assert refused.value.code == "cluster_unreachable"
