# SPDX-License-Identifier: LGPL-3.0-or-later
"""Modules that raise, abort, hang, eat memory, exit, print rubbish and kill their parent: one result for each set."""

import random
import signal
import subprocess
import time
from collections import Counter
from pathlib import Path

import pytest

from optimage.dicom.writer import write_image
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.integration.plugins.distribution import write_distribution
from tests.integration.site import Site

# What the module does is written in the image, as a stranger's bug would wait in the data.
NASTY = """
import ctypes, os, signal, time
from optimage.api import (
    AnalysisResult, InputSpec, Localisation, Measurement, MeasurementSpec, PhantomInfo, hookimpl,
)

class Nasty:
    info = PhantomInfo(
        "nasty", "A test", "1", frozenset({"CT"}), inputs=(InputSpec("series"),),
        measures=(MeasurementSpec("mean", "HU", "Mean"),),
    )

    def locate(self, images, parameters):
        return Localisation()

    def measure(self, images, localisation, parameters):
        image = images.middle("series")
        getattr(self, image.text("SeriesDescription"))()
        return AnalysisResult((Measurement("mean", float(image.values().mean()), "HU"),))

    def behaves(self): pass
    def raises(self): raise ZeroDivisionError("strange phantom")
    def aborts(self): os.abort()
    def crashes(self): ctypes.string_at(0)
    def hangs(self): time.sleep(3600)
    def eats(self): self.food = [bytearray(1 << 28) for _ in range(1000)]
    def exits(self): os._exit(0)
    def prints(self): os.write(1, b"listening on nowhere\\x1b[2J\\n" * 1000)
    def kills(self): os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)

@hookimpl
def optimage_register_phantoms():
    return [Nasty()]
"""
PROFILE = """
id = "nasty"
title = "whatever comes"
phantom = "nasty"
quiet_period_s = 0.2
[match]
Modality = {{ equals = "CT", required = true }}
"""
MEASURED = ("behaves", "prints")
REFUSED = {
    "raises": "module_crashed",
    "eats": "module_crashed",
    "aborts": "worker_died",
    "crashes": "worker_died",
    "exits": "worker_died",
    "kills": "worker_died",
    "hangs": "timed_out",
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An installation with the module; twelve seconds for each analysis, 2 GiB for each worker."""
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    write_distribution(plugins, "nasty", NASTY)
    site = Site(tmp_path / "home")
    site.environment |= {"PYTHONPATH": str(plugins), "OPTIMAGE_DEADLINE_S": "12", "OPTIMAGE_MEMORY_MIB": "2048"}
    site.environment |= {"OPTIMAGE_WORKERS": "2"}
    site.apply_profile(PROFILE)
    return site


def write_sets(folder: Path, deeds: list[str]) -> list[Path]:
    """Write one small image a deed."""
    folder.mkdir()
    for number, deed in enumerate(deeds):
        scan = CtScan(text=f"{number}", description=deed)
        image = render_ct_water(CtWater(matrix=(32, 32), spacing_mm=(8.0, 8.0), scan=scan))[0]
        (folder / f"{number:03d}.dcm").write_bytes(write_image(image))
    return sorted(folder.iterdir())


def check_results(site: Site, deeds: list[str]) -> None:
    """Every set has one current result, and the one that its deed deserves."""
    results = site.results("--all")
    assert len(results) == len(deeds)
    assert all(result["current"] for result in results)
    measured = sum(bool(result["measurements"]) for result in results)
    assert measured == sum(deed in MEASURED for deed in deeds)
    codes = Counter(result["failures"][0]["code"] for result in results if not result["measurements"])
    assert codes == Counter(REFUSED[deed] for deed in deeds if deed in REFUSED)


def memory_mib(pid: int) -> float:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def test_each_bad_deed_costs_its_own_result_and_no_other(site: Site, tmp_path: Path) -> None:
    deeds = ["behaves", *REFUSED, "prints", "behaves"]
    with site.service() as process:
        site.send(*write_sets(tmp_path / "images", deeds))
        site.wait_for(len(deeds))
        assert process.poll() is None
    check_results(site, deeds)


@pytest.mark.campaign
def test_five_hundred_jobs_and_kills_in_between_give_one_result_each(site: Site, tmp_path: Path) -> None:
    rare = ["kills"] * 7 + ["hangs"] * 24
    deeds = rare + [deed for deed in ("behaves", "prints", *REFUSED) if deed not in rare] * 67
    deeds = deeds[:500]
    random.Random(1).shuffle(deeds)
    paths = write_sets(tmp_path / "images", deeds)
    with site.service():
        site.send(*paths)
    memory: list[float] = []
    deadline = time.monotonic() + 3000
    lives = 0
    while len(site.results("--all")) < len(deeds):
        assert time.monotonic() < deadline
        lives += 1
        with site.service() as process:
            try:
                process.wait(timeout=random.Random(lives).uniform(10.0, 40.0))  # a job may kill it before
            except subprocess.TimeoutExpired:
                memory.append(memory_mib(process.pid))
                process.send_signal(signal.SIGKILL)
                process.wait(timeout=30)
    print(
        f"{len(deeds)} jobs, {lives} lives of the service, resident memory {min(memory):.0f} to {max(memory):.0f} MiB"
    )
    check_results(site, deeds)
    assert max(memory) < 2 * min(memory), "memory stays flat"
