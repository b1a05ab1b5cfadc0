# SPDX-License-Identifier: LGPL-3.0-or-later
"""Killed without warning while images arrive: what was acknowledged is there, and counts once."""

import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from optimage.dicom.scu import send
from optimage.dicom.writer import write_image
from optimage.errors import NetworkError
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.integration.ground import Ground
from tests.integration.site import Site

SLICES = 5
GIVE_UP_S = 900.0


def write_sets(folder: Path, sets: int, *, slices: int = SLICES) -> list[Path]:
    """Write `sets` series of a few small slices, in an order that mixes them."""
    folder.mkdir()
    paths = []
    for number in range(sets):
        scan = CtScan(text=f"set {number}")
        spec = CtWater(matrix=(128, 128), spacing_mm=(2.0, 2.0), noise_hu=5.0, seed=number, slices=slices, scan=scan)
        for index, image in enumerate(render_ct_water(spec)):
            path = folder / f"{number:03d}-{index}.dcm"
            path.write_bytes(write_image(image))
            paths.append(path)
    random.Random(1).shuffle(paths)
    return paths


def send_until_acknowledged(site: Site, paths: list[Path], acknowledged: list[Path]) -> None:
    """Send one after the other as a scanner does: what was not acknowledged is sent again."""
    deadline = time.monotonic() + GIVE_UP_S
    for path in paths:
        while time.monotonic() < deadline:
            try:
                report = send([path], host="127.0.0.1", port=site.port, called_ae="TESTSITE", calling_ae="SCANNER")
            except NetworkError:
                time.sleep(0.05)
                continue
            if report.all_stored:
                acknowledged.append(path)
                break


def run_with_kills(site: Site, paths: list[Path], kills: int, seed: int) -> list[dict[str, Any]]:
    """Send everything while the service is killed `kills` times at random moments; return current results."""
    site.patience_s = GIVE_UP_S  # a job under which two services died waits for a lease, see workflow/jobs/suspects.py
    moments = random.Random(seed)
    acknowledged: list[Path] = []
    sender = threading.Thread(target=send_until_acknowledged, args=(site, paths, acknowledged))
    for number in range(kills):
        with site.service() as process:
            if number == 0:
                sender.start()
            time.sleep(moments.uniform(0.0, 1.5))
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=30)
    with site.service():
        if not kills:
            sender.start()
        sender.join(timeout=GIVE_UP_S)
        assert len(acknowledged) == len(paths)
        site.wait_until(lambda results: sum(len(r.inputs) for r in results) == len(paths))
        return site.results()


def comparable(results: list[dict[str, Any]]) -> dict[tuple[str, ...], list[tuple[str, str, float]]]:
    """Return the values of each set by the hashes of its images."""
    return {
        tuple(sorted(given["sha256"] for given in result["inputs"])): sorted(
            (m["key"], m["item"], m["value"]) for m in result["measurements"]
        )
        for result in results
    }


@pytest.fixture(params=["chosen", "postgresql"])
def database(request: pytest.FixtureRequest, ground: Ground) -> str:
    """Database of the disturbed service; an empty name means what the option --on says."""
    if request.param == "postgresql" and ground.name == "postgresql":
        pytest.skip("it is what --on says already")
    return "" if request.param == "chosen" else str(request.getfixturevalue("pg_url"))


@dataclass(frozen=True, slots=True)
class Expected:
    """Images, and what a service that nobody kills makes of them."""

    paths: list[Path]
    results: list[dict[str, Any]]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Expected]:
    """Return a function from a number of sets to what is expected of them; the work is done once for each number."""

    @cache
    def run(sets: int) -> Expected:
        folder = tmp_path_factory.mktemp("undisturbed")
        paths = write_sets(folder / "images", sets)
        site = Site(folder / "home")
        site.apply_profile()
        return Expected(paths, run_with_kills(site, paths, 0, seed=0))

    return run


def check_kills(tmp_path: Path, database: str, expected: Expected, *, kills: int) -> None:
    site = Site(tmp_path / "home", database=database)
    site.apply_profile()
    found = run_with_kills(site, expected.paths, kills, seed=kills)
    assert len(found) == len(expected.results) == len(expected.paths) // SLICES, "exactly one current result a set"
    assert comparable(found) == comparable(expected.results)
    assert "no findings" in site.run("db", "check")
    assert "every file is as it was received" in site.run("db", "verify")


def test_three_kills_lose_nothing_and_double_nothing(
    tmp_path: Path, database: str, undisturbed: Callable[[int], Expected]
) -> None:
    check_kills(tmp_path, database, undisturbed(6), kills=3)


@pytest.mark.campaign
def test_twenty_kills_while_200_instances_arrive_lose_nothing_and_double_nothing(
    tmp_path: Path, database: str, undisturbed: Callable[[int], Expected]
) -> None:
    check_kills(tmp_path, database, undisturbed(40), kills=20)
