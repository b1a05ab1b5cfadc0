# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a call does to its parent, its limits and its own children stays with its own process."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from errno import EFBIG
from hashlib import sha256
from pathlib import Path

import pytest

from optimage.workflow.jobs.confined import Limits
from optimage.workflow.jobs.isolated import ExhaustedError, IsolatedExecutor, WorkerDiedError
from tests.integration.ground import is_running
from tests.integration.service.conftest import Write, eventually, stored
from tests.integration.site import Site

CPU_S = 2
MIB = 1 << 20


@pytest.fixture
def executor() -> Iterator[IsolatedExecutor]:
    executor = IsolatedExecutor(1, deadline_s=60.0, limits=Limits(cpu_s=CPU_S, file_mib=1))
    yield executor
    executor.shutdown()


def kill_parent() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(60)


def kill_group() -> None:
    os.killpg(0, signal.SIGKILL)


@pytest.mark.parametrize("deed", [kill_parent, kill_group])
def test_a_call_that_kills_its_parent_or_its_group_fails_alone(executor: IsolatedExecutor, deed) -> None:
    with pytest.raises(WorkerDiedError, match="exit code"):
        executor.submit(deed).result(30)
    assert executor.submit(int, "7").result(30) == 7


def burn(seconds: float) -> int:
    """Use up `seconds` of computing time in two threads, which run at the same time, and return the process."""
    buffer = bytes(MIB)  # large ones are hashed without holding the interpreter's lock
    until = time.process_time() + seconds

    def work() -> None:
        while time.process_time() < until:
            sha256(buffer)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return os.getpid()


def test_computing_time_is_limited_over_all_threads_of_a_call(executor: IsolatedExecutor) -> None:
    with pytest.raises(ExhaustedError):
        executor.submit(burn, 30.0).result(60)
    assert executor.submit(int, "7").result(30) == 7


def test_each_call_of_a_process_has_the_computing_time_for_itself(executor: IsolatedExecutor) -> None:
    # Three times three quarters are more than once the whole.
    assert len({executor.submit(burn, 0.75 * CPU_S).result(60) for _ in range(3)}) == 1


def write_mib(path: Path, mib: int) -> None:
    path.write_bytes(bytes(mib * MIB))


def test_a_file_grows_to_the_limit_and_the_call_beyond_it_is_told(executor: IsolatedExecutor, tmp_path: Path) -> None:
    executor.submit(write_mib, tmp_path / "small", 1).result(30)
    with pytest.raises(OSError, match="File too large") as refused:
        executor.submit(write_mib, tmp_path / "large", 2).result(30)
    assert refused.value.errno == EFBIG


def test_a_log_longer_than_the_limit_is_written_on(executor: IsolatedExecutor, capfd: pytest.CaptureFixture) -> None:
    os.write(2, b"." * 3 * MIB)
    assert executor.submit(os.write, 2, b"more").result(30) == len("more")
    assert capfd.readouterr().err.endswith(".more")


def leave_a_thread() -> int:
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return os.getpid()


def test_a_process_in_which_a_call_left_a_thread_is_not_used_again(executor: IsolatedExecutor) -> None:
    pid = executor.submit(leave_a_thread).result(30)
    assert executor.submit(os.getpid).result(30) != pid


def start_and_die(note: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    note.write_text(str(child.pid))
    os._exit(3)


def test_what_a_call_started_ends_with_its_process(executor: IsolatedExecutor, tmp_path: Path) -> None:
    with pytest.raises(WorkerDiedError, match="exit code 3"):
        executor.submit(start_and_die, tmp_path / "pid").result(30)
    pid = int((tmp_path / "pid").read_text())
    eventually(lambda: not is_running(pid), seconds=5)


@pytest.mark.parametrize(("deed", "code"), [("kill parent", "worker_died"), ("burn", "cpu_exhausted")])
def test_a_service_outlives_what_a_module_does_and_tells_it(site: Site, write: Write, deed: str, code: str) -> None:
    site.environment["OPTIMAGE_CPU_S"] = "5"
    with site.service() as process:
        site.send(write("bad", deed), write("good"))
        results = stored(site, 2)
        assert process.poll() is None
    assert [failure.code for result in results for failure in result.failures] == [code]
    assert sum(len(result.measurements) for result in results) == 1
