# SPDX-License-Identifier: LGPL-3.0-or-later
"""Modules that raise, abort, hang, eat memory, exit, print rubbish and kill their parent: one result for each set."""

import random
import subprocess
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from optimage.dicom.writer import write_image
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from optimage.workflow.jobs.suspects import ENOUGH_DEATHS
from tests.integration.site import Site
from tests.integration.test_kill import send_until_acknowledged
from tests.integration.warm import Command

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
    def kills_service(self):
        service = open(f"/proc/{os.getppid()}/stat").read().rsplit(")", 1)[1].split()[1]
        os.kill(int(service), signal.SIGKILL)
        time.sleep(60)

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
KILLS = 30
LONGEST_LIFE_S = 40.0  # of a service that is killed
GIVE_UP_S = 7000.0  # on a computer that does much else
MEASURED = ("behaves", "prints")
REFUSED = {
    "raises": "module_crashed",
    "eats": "module_crashed",
    "aborts": "worker_died",
    "crashes": "worker_died",
    "exits": "worker_died",
    "kills": "worker_died",
    "kills_service": "worker_died",
    "hangs": "timed_out",
}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An installation with the module; twelve seconds for each analysis, 2 GiB for each worker."""
    site = Site(tmp_path / "home")
    site.install(nasty=NASTY)
    site.environment |= {"OPTIMAGE_DEADLINE_S": "12", "OPTIMAGE_MEMORY_MIB": "2048"}
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
    deeds = ["behaves", *(deed for deed in REFUSED if deed != "kills_service"), "prints", "behaves"]
    with site.service() as process:
        site.send(*write_sets(tmp_path / "images", deeds))
        site.wait_for(len(deeds))
        assert process.poll() is None
    check_results(site, deeds)


def died(site: Site, process: Command, seconds: float, *, results: int) -> bool:
    """Leave a service alone for a time or until so many results are there; return whether it died by itself."""
    end = time.monotonic() + seconds
    while (left_s := end - time.monotonic()) > 0 and len(site.results("--all")) < results:
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=min(left_s, 5.0))
            return True
    return False


@pytest.mark.campaign
@pytest.mark.timeout(GIVE_UP_S + 200)
def test_five_hundred_jobs_and_thirty_kills_in_between_give_one_result_each(site: Site, tmp_path: Path) -> None:
    # While services are killed none lives long enough for the last attempt at a job, so none is blamed for those kills.
    site.environment["OPTIMAGE_LEASE_S"] = f"{LONGEST_LIFE_S / 2}"
    site.environment["OPTIMAGE_DEADLINE_S"] = "60"  # on a computer six times overloaded, 12 s were too few for ten jobs
    rare = ["kills"] * 7 + ["kills_service"] * 3 + ["hangs"] * 24
    deeds = rare + [deed for deed in ("behaves", "prints", *REFUSED) if deed not in rare] * 67
    deeds = deeds[:500]
    random.Random(1).shuffle(deeds)
    sender = threading.Thread(target=send_until_acknowledged, args=(site, write_sets(tmp_path / "images", deeds), []))
    memory: list[float] = []
    killed_by_jobs = 0
    deadline = time.monotonic() + GIVE_UP_S
    while len(site.results("--all")) < len(deeds):
        lives = len(memory) + killed_by_jobs
        with site.service() as process:
            if not lives:
                sender.start()
            lives_s = random.Random(lives).uniform(10.0, LONGEST_LIFE_S) if lives < KILLS else GIVE_UP_S
            killed_by_jobs += died(site, process, lives_s, results=len(deeds))
            if process.poll() is None:
                memory.append(memory_mib(process.pid))
                process.kill()
                process.wait(timeout=30)
        assert time.monotonic() < deadline
    sender.join()
    print(
        f"{len(deeds)} jobs, services killed {len(memory)} times and by jobs {killed_by_jobs} times,"
        f" resident memory {min(memory):.0f} to {max(memory):.0f} MiB"
    )
    check_results(site, deeds)
    assert killed_by_jobs <= ENOUGH_DEATHS * deeds.count("kills_service")
    assert max(memory) < 2 * min(memory), "memory stays flat"
