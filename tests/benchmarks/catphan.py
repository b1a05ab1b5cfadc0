# SPDX-License-Identifier: LGPL-3.0-or-later
"""A CATPHAN 504 beside pylinac: in process, as a whole command with and without PDF, many on two processes, memory.

Only a real series tells: pylinac takes no digital one of ours for sure.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.in_process import PeerRace, one_thread, race_in_process
from tests.benchmarks.installed import installed_optimage
from tests.benchmarks.peers import peer_python

PAIRS = 5
SERIES, THEIR_SERIES = 100, 6  # theirs take seconds each
OURS = """
import sys
from pathlib import Path
from optimage.api import ImageSet, default_parameters
from optimage.dicom.reader import load_images
from optimage.errors import ImageError
from optimage_phantoms.ct_level_b import CtLevelB

module = CtLevelB()
parameters = default_parameters(module.info)

def images_of(path):
    try:
        return load_images(path)
    except ImageError:  # the structure set among the slices
        return ()

def work():
    paths = sorted(Path(sys.argv[1]).iterdir())
    images = ImageSet({"series": tuple(image for path in paths for image in images_of(path))})
    module.measure(images, module.locate(images, parameters), parameters)
"""
PYLINAC = """
import sys, warnings
warnings.simplefilter("ignore")
from pylinac import CatPhan504

def work():
    phantom = CatPhan504(sys.argv[1])
    phantom.analyze()
    phantom.results_data()
"""
WHOLE = PYLINAC + "\nwork()\n"
WITH_PDF = PYLINAC.replace("    phantom.results_data()\n", "    phantom.publish_pdf(sys.argv[2])\n") + "\nwork()\n"
BATCH = """
from multiprocessing import get_context
from time import perf_counter


def one(_):
    work()

if __name__ == "__main__":
    with get_context("fork").Pool(2) as pool:
        pool.map(one, range(2), chunksize=1)
        start = perf_counter()
        pool.map(one, range({series}), chunksize=1)
        print(60 * {series} / (perf_counter() - start))
"""
"""Two processes that work side by side, warmed up; series per minute."""
IN_PROCESS = PeerRace("CATPHAN 504, in process: pylinac / optimage", "pylinac", PYLINAC, OURS, 15.0, PAIRS, 1, 5)


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds and the largest resident size in MiB of one process and its children."""

    cpu_s: float
    peak_mib: float


def race_catphan(folder: Path) -> bool:
    """Print every ratio; whether all goals were reached, or nothing could be compared."""
    data = os.environ.get("OPTIMAGE_TEST_DATA")
    if not data:
        print("CATPHAN: needs OPTIMAGE_TEST_DATA")
        return True
    series = folder / "catphan"
    shutil.copytree(Path(data) / "ct" / "catphan504_head", series)
    in_process = race_in_process(IN_PROCESS, series)
    python = peer_python("pylinac")
    if python is None:
        return in_process
    analyse = [installed_optimage(), "analyse", "--json", "--no-store", "--phantom", "ct_level_b"]
    plain = _race_commands("whole command", [str(python), "-c", WHOLE, str(series)], [*analyse, str(series)], 7.0, 2.0)
    reported = _race_commands(
        "whole command with PDF",
        [str(python), "-c", WITH_PDF, str(series), str(folder / "theirs.pdf")],
        [*analyse, "--report", str(folder / "ours.pdf"), str(series)],
        5.0,
    )
    batch = _race_batch(series, python)
    return in_process and plain and reported and batch


def _race_commands(
    title: str, theirs: Sequence[str], ours: Sequence[str], goal: float, memory_goal: float | None = None
) -> bool:
    pairs = [(cost(theirs), cost(ours)) for _ in range(PAIRS)]
    ratio = median(a.cpu_s / b.cpu_s for a, b in pairs)
    reached = _tell(f"CATPHAN 504, {title}", "s", [(a.cpu_s, b.cpu_s) for a, b in pairs], ratio, goal)
    if memory_goal is None:
        return reached
    memory = median(a.peak_mib / b.peak_mib for a, b in pairs)
    sizes = [(a.peak_mib, b.peak_mib) for a, b in pairs]
    return _tell(f"CATPHAN 504, {title}, memory", "MiB", sizes, memory, memory_goal) and reached


def _race_batch(series: Path, python: Path) -> bool:
    theirs = _per_minute(python, PYLINAC, series, THEIR_SERIES)
    ours = _per_minute(Path(sys.executable), OURS, series, SERIES)
    return _tell("CATPHAN 504, two processes", "series/min", [(ours, theirs)], ours / theirs, 20.0)


def _per_minute(python: Path, work: str, series: Path, count: int) -> float:
    command = [str(python), "-c", work + BATCH.format(series=count), str(series)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=one_thread())
    return float(run.stdout.splitlines()[-1])


def _tell(title: str, unit: str, pairs: Sequence[tuple[float, float]], ratio: float, goal: float) -> bool:
    theirs, ours = (median(one) for one in zip(*pairs, strict=True))
    verdict = "reached" if ratio >= goal else "MISSED"
    print(
        f"{title:<46} {theirs:.2f} {unit} / {ours:.2f} {unit} = {ratio:.1f}  goal ≥ {goal:.0f}  {verdict}", flush=True
    )
    return ratio >= goal


def cost(command: Sequence[str]) -> Cost:
    """Run `command`, its output thrown away, and return what it took; it may end with 0 to 3."""
    silent = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    process = os.posix_spawnp(command[0], list(command), os.environ, file_actions=silent)
    _, status, usage = os.wait4(process, 0)
    code = os.waitstatus_to_exitcode(status)
    if not 0 <= code <= 3:
        sys.exit(f"{' '.join(command)[:200]} ended with {code}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
