# SPDX-License-Identifier: LGPL-3.0-or-later
"""Told to stop, the service stops soon, with code 0, leaving nothing running and losing nothing."""

import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from optimage.dicom.scu import send
from optimage.errors import NetworkError
from tests.integration.ground import children, is_running
from tests.integration.service.conftest import Write, eventually, stored
from tests.integration.site import OPTIMAGE, Site
from tests.integration.warm import Command

AT_MOST_S = 10.0


def stopped(process: Command, *signals: signal.Signals) -> float:
    """Send `signals`, and return how long the service took to end with code 0."""
    began = time.monotonic()
    for one in signals:
        process.send_signal(one)
        time.sleep(0.05)
    assert process.wait(timeout=30) == 0
    return time.monotonic() - began


@pytest.mark.parametrize(
    "signals",
    [(signal.SIGTERM,), (signal.SIGINT,), (signal.SIGTERM, signal.SIGTERM, signal.SIGINT)],
    ids=["terminated", "interrupted", "impatiently"],
)
def test_a_service_that_analyses_stops_soon_and_the_job_goes_back_to_the_queue(
    site: Site, write: Write, signals: tuple[signal.Signals, ...]
) -> None:
    with site.service() as process:
        site.send(write("hanging", "hang"))
        eventually(lambda: bool(site.workers(process)))
        time.sleep(0.5)
        family = children(process.pid) | site.workers(process)
        assert stopped(process, *signals) < AT_MOST_S
    eventually(lambda: not any(map(is_running, family)), seconds=5)
    with site.store() as store:
        assert [str(job.state) for job in store.jobs.list()] == ["queued"]
        assert store.check() == ()


def test_what_was_acknowledged_before_the_stop_is_there_after_it(site: Site, write: Write) -> None:
    folder = write("long", slices=60, matrix=128)
    acknowledged: list[str] = []

    def send_on() -> None:
        try:
            send(
                [folder],
                host="127.0.0.1",
                port=site.port,
                called_ae="TESTSITE",
                on_progress=lambda sent: acknowledged.append(sent.sop_instance_uid) if sent.is_stored else None,
            )
        except NetworkError:
            return

    with site.service() as process:
        sender = threading.Thread(target=send_on)
        sender.start()
        eventually(lambda: len(acknowledged) > 10)
        assert stopped(process, signal.SIGTERM) < AT_MOST_S
        sender.join(timeout=30)
    assert len(acknowledged) < 60, "the stop came in the middle"
    with site.service():
        site.send(folder)
        (result,) = [result for result in stored(site, 1) if result.current]
    assert set(acknowledged) <= {given.uid for given in result.inputs}
    assert len(result.inputs) == 60


def serve(site: Site, port: int) -> "subprocess.CompletedProcess[str]":
    command = [*OPTIMAGE, "serve", "--port", str(port), "--aet", "OTHER"]
    return subprocess.run(command, env=site.environment, capture_output=True, text=True, timeout=60, check=False)


def test_a_service_started_with_nothing_loaded_listens_and_stops(site: Site) -> None:
    command = [*OPTIMAGE, "serve", "--port", "0", "--aet", "OTHER"]
    with subprocess.Popen(command, env=site.environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().endswith(" as OTHER\n")
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) == 0
        finally:
            process.kill()


def test_a_port_in_use_is_told_in_one_sentence_with_code_4(site: Site) -> None:
    with site.service():
        done = serve(site, site.port)
    assert done.returncode == 4
    assert done.stderr.startswith(f"cannot listen on 127.0.0.1 port {site.port}")
    assert "Traceback" not in done.stderr


def test_two_services_on_one_home_give_each_set_one_result(site: Site, write: Write, tmp_path: Path) -> None:
    second = Site(site.home)
    second.environment, second.log = site.environment, tmp_path / "second.log"
    folders = [write(f"set {n}", slices=2) for n in range(6)]
    with site.service(), second.service():
        senders = [threading.Thread(target=one.send, args=folders[half::2]) for half, one in enumerate((site, second))]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        results = stored(site, 6)
    assert len([result for result in results if result.current]) == 6
    assert {len(result.inputs) for result in results if result.current} == {2}
    with site.store() as store:
        assert store.check() == ()
