# SPDX-License-Identifier: LGPL-3.0-or-later
"""A site whose phantom module does what the image says: measure, take its time, hang or die."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from optimage.dicom.writer import write_image
from optimage.model.jobs import JobState
from optimage.model.outcome import Result
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.integration.site import Site

STAND_IN = """
import hashlib, os, signal, threading, time
from optimage.api import (
    AnalysisResult, InputSpec, Localisation, Measurement, MeasurementSpec, Note, PhantomInfo, hookimpl,
)

def burn_in_two_threads():
    def burn():
        while True:
            hashlib.sha256(bytes(1 << 20))

    threads = [threading.Thread(target=burn) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

class StandIn:
    info = PhantomInfo(
        "stand_in", "A test", "1", frozenset({"CT"}), inputs=(InputSpec("series"),),
        measures=(MeasurementSpec("value", "HU", "A value"),),
    )

    def locate(self, images, parameters):
        return Localisation()

    def measure(self, images, localisation, parameters):
        behaviour = images.middle("series").text("SeriesDescription")
        if behaviour == "die":
            os._exit(9)
        if behaviour == "kill parent":
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(600)
        if behaviour == "kill service":
            service = open(f"/proc/{os.getppid()}/stat").read().rsplit(")", 1)[1].split()[1]
            os.kill(int(service), signal.SIGKILL)
            time.sleep(600)
        if behaviour == "burn":
            burn_in_two_threads()
        if behaviour == "hang":
            time.sleep(600)
        if behaviour == "slow":
            time.sleep(2)
        if behaviour == "unkeepable":
            return AnalysisResult(notes=(Note("lock", object()),))
        value = float(sum(image.pixels.mean() for image in images.all()))
        return AnalysisResult(measurements=(Measurement("value", value, "HU", method="sum@1"),))

@hookimpl
def optimage_register_phantoms():
    return [StandIn()]
"""

PROFILE = """\
id = "stand_in"
title = "Stand-in"
phantom = "stand_in"
quiet_period_s = {quiet_period_s}

[match]
Modality = {{ equals = "CT", required = true }}
"""

Write = Callable[..., Path]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An installation with the stand-in and its profile."""
    site = Site(tmp_path / "home")
    site.install(stand_in=STAND_IN)
    site.apply_profile(PROFILE)
    return site


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a small digital series whose description tells the stand-in what to do; return its folder."""

    def write_series(name: str, behaviour: str = "measure", *, slices: int = 1, matrix: int = 32) -> Path:
        folder = tmp_path / "images" / name
        folder.mkdir(parents=True)
        scan = CtScan(text=name, description=behaviour)
        spec = CtWater(matrix=(matrix, matrix), spacing_mm=(256 / matrix, 256 / matrix), slices=slices, scan=scan)
        for number, image in enumerate(render_ct_water(spec)):
            (folder / f"{number:03d}.dcm").write_bytes(write_image(image))
        return folder

    return write_series


def stored(site: Site, count: int) -> tuple[Result, ...]:
    """Wait until there are `count` results and nothing more to do, and return them, superseded ones too."""
    with site.store() as store:

        def is_done() -> bool:
            jobs = store.jobs.counts()
            waiting = jobs[JobState.QUEUED] + jobs[JobState.RUNNING] + len(store.sets.open_sets())
            return not waiting and len(store.results.list()) >= count

        eventually(is_done, 60)
        return store.results.list()


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until `condition` holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
