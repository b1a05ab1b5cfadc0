# SPDX-License-Identifier: LGPL-3.0-or-later
"""A storage service on a free port of this computer, and what it took in."""

import threading
import time
from dataclasses import replace

import pytest

from optimage.dicom.scp import ScpSettings, StoreScp


class Keeper:
    """Keeps what is received; raises what a test asks for instead."""

    def __init__(self):
        self.received = []
        self.ended = []
        self.fails_with = None
        self.hold = threading.Event()
        self.hold.set()

    def __call__(self, received):
        self.hold.wait(20)
        if self.fails_with:
            raise self.fails_with
        self.received.append(received)


class Running:
    """A started service with its port and its keeper."""

    def __init__(self, settings):
        self.keeper = Keeper()
        self.scp = StoreScp(settings, self.keeper, self.keeper.ended.append)
        self.port = self.scp.start()

    @property
    def address(self):
        return {"host": "127.0.0.1", "port": self.port, "called_ae": "QC"}


@pytest.fixture
def serve():
    """Start services with changed settings; all are stopped at the end."""
    started = []

    def start(**changes):
        started.append(Running(replace(ScpSettings(ae_title="QC", port=0), **changes)))
        return started[-1]

    yield start
    for running in started:
        running.keeper.hold.set()
        running.scp.stop()


@pytest.fixture
def service(serve):
    """A service with default limits on 127.0.0.1."""
    return serve()


@pytest.fixture(scope="session")
def eventually():
    """Wait for a condition that another thread brings about."""

    def wait(condition, seconds=10.0):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.01)

    return wait
