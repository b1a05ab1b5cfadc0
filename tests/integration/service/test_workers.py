# SPDX-License-Identifier: LGPL-3.0-or-later
"""What happens to a worker happens to its own analysis only, three times at most, and is told."""

import os
import signal
import threading
import time
from concurrent.futures import CancelledError
from weakref import ref

import pytest

from optimage.model.outcome import Result
from optimage.model.tolerance import Verdict
from optimage.workflow.jobs.isolated import IsolatedExecutor, OverdueError, WorkerDiedError
from tests.integration import ground
from tests.integration.ground import is_running
from tests.integration.service.conftest import Write, eventually, stored
from tests.integration.site import Site


@pytest.fixture
def executor():
    executor = IsolatedExecutor(2, deadline_s=30.0)
    yield executor
    executor.shutdown()


def test_a_call_that_kills_its_process_fails_alone(executor):
    beside = executor.submit(time.sleep, 0.5)
    with pytest.raises(WorkerDiedError):
        executor.submit(os._exit, 1).result(30)
    assert beside.result(30) is None
    assert executor.submit(int, "7").result(30) == 7


def test_what_a_call_raises_comes_back(executor):
    with pytest.raises(ValueError, match="invalid literal"):
        executor.submit(int, "seven").result(30)


def test_an_answer_that_cannot_be_sent_is_an_error_and_the_process_goes_on(executor):
    with pytest.raises(TypeError, match="the answer cannot be sent"):
        executor.submit(threading.Lock).result(30)
    assert executor.submit(int, "7").result(30) == 7


def test_nothing_of_a_call_is_kept_until_the_next(executor):
    def call() -> tuple[ref[set[int]], ref[set[int]]]:
        given = {7}
        return ref(given), ref(executor.submit(set.copy, given).result(30))

    given, answer = call()
    eventually(lambda: given() is None and answer() is None)


def test_a_process_that_died_while_idle_costs_no_call(executor):
    pids = {executor.submit(os.getpid).result(30) for _ in range(4)}
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    time.sleep(0.2)
    assert executor.submit(int, "7").result(30) == 7


def test_a_call_that_hangs_is_ended_at_its_deadline():
    executor = IsolatedExecutor(1, deadline_s=1.5)
    with pytest.raises(OverdueError):
        executor.submit(time.sleep, 600).result(30)
    assert executor.submit(int, "7").result(30) == 7
    executor.shutdown()


def test_shutting_down_kills_what_runs_and_cancels_what_waits():
    executor = IsolatedExecutor(1, deadline_s=600.0)
    pid = executor.submit(os.getpid).result(30)
    running, waiting = executor.submit(time.sleep, 600), executor.submit(int, "7")
    eventually(running.running)
    executor.shutdown()
    eventually(lambda: not is_running(pid), seconds=5)
    with pytest.raises(WorkerDiedError):
        running.result(5)
    with pytest.raises(CancelledError):
        waiting.result(5)


def codes(result: Result) -> list[str]:
    return [failure.code for failure in result.failures]


def test_a_module_that_kills_its_worker_gives_one_result_and_keeps_no_other_waiting(site: Site, write: Write) -> None:
    with site.service():
        site.send(write("deadly", "die"), write("good"))
        results = stored(site, 2)
    measured, failed = sorted(results, key=lambda result: result.id or 0)
    assert codes(failed) == ["worker_died"]
    assert failed.verdict is Verdict.NOT_MEASURED
    assert measured.measurements, "the job tried least goes first"


def test_a_worker_killed_from_outside_is_replaced_and_its_analysis_done_again(site: Site, write: Write) -> None:
    with site.service() as process:
        site.send(write("slow", "slow"))
        eventually(lambda: bool(site.workers(process)))
        time.sleep(1.0)  # for the analysis to begin
        for worker in site.workers(process):  # a cluster has idle ones, too
            os.kill(worker, signal.SIGKILL)
        (result,) = stored(site, 1)
    assert [judged.measurement.key for judged in result.measurements] == ["value"]
    assert "the worker died under job 1 (1 times so far)" in site.log.read_text()


def test_what_cannot_be_stored_is_told_as_a_result(site: Site, write: Write) -> None:
    with site.service():
        site.send(write("odd", "unkeepable"), write("good"))
        results = stored(site, 2)
    assert len(results) == 2
    assert sorted(len(result.measurements) for result in results) == [0, 1]
    (code,) = (code for result in results for code in codes(result))
    assert code in {"internal_error", "module_crashed", "broken_promise"}


@pytest.mark.only_on("sqlite", "postgresql")  # a cluster is no child of the service
def test_a_killed_service_leaves_no_worker_and_its_job_is_taken_up_at_once(site: Site, write: Write) -> None:
    with site.service() as process:
        site.send(write("slow", "slow"))
        eventually(lambda: bool(site.workers(process)))
        orphans = site.workers(process) | ground.guards(process.pid)
        time.sleep(1.0)
        process.kill()
        process.wait(timeout=30)
    eventually(lambda: not any(map(is_running, orphans)), seconds=5)
    began = time.monotonic()
    with site.service():
        (result,) = stored(site, 1)
    assert result.measurements
    assert time.monotonic() - began < 30, "much less than the lease of 60 s"
    assert "1 jobs of a service that ended without warning are taken up again" in site.log.read_text()
