# SPDX-License-Identifier: LGPL-3.0-or-later
"""`make bench`: CPU seconds of whole commands beside the floor they are held against, and of work beside peers."""

import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from optimage.dicom.writer import write_image
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.benchmarks.catphan import race_catphan
from tests.benchmarks.flood import race_flood
from tests.benchmarks.installed import installed_optimage, installed_python
from tests.benchmarks.magnetic import race_slice_width, write_pair
from tests.benchmarks.peers import peer_python
from tests.benchmarks.reports import race_reports
from tests.benchmarks.statistics import race_statistics
from tests.benchmarks.stored import race_store
from tests.benchmarks.year_report import race_year_report

ROUNDS = 7


@dataclass(frozen=True, slots=True)
class Race:
    """A command and its floor, and the ratio that must not be exceeded.

    The word `{slice}` in the command becomes another slice each round, so
    that storing really stores.
    """

    title: str
    command: Sequence[str]
    floor: Sequence[str]
    goal: float


def cpu_seconds(command: Sequence[str], environment: dict[str, str]) -> float:
    """Return user and system seconds of one run, its output thrown away."""
    silent = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
    process = os.posix_spawnp(command[0], list(command), environment, file_actions=silent)
    _, status, usage = os.wait4(process, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {code}")
    return usage.ru_utime + usage.ru_stime


def run(race: Race, environment: dict[str, str]) -> float:
    """Run both in turn, one round of warming up first; return the median of the ratios pair by pair."""
    pairs = []
    for number in range(ROUNDS + 1):
        command = [word.format(slice=number) for word in race.command]
        pairs.append((cpu_seconds(command, environment), cpu_seconds(race.floor, environment)))
    ours, floors = zip(*pairs[1:], strict=True)
    ratio = median(a / b for a, b in pairs[1:])
    verdict = "reached" if ratio <= race.goal else "MISSED"
    figures = f"{median(ours):.3f} s / {median(floors):.3f} s = {ratio:.2f}"
    print(f"{race.title:<46} {figures}  goal ≤ {race.goal:.2g}  {verdict}", flush=True)
    return ratio


def races(folder: Path) -> tuple[Race, ...]:
    """Return what is compared."""
    optimage, python = installed_optimage(), (str(installed_python()), "-c")
    bare = (*python, "import numpy, pydicom, scipy.ndimage")
    one_slice = f"{folder}/{{slice}}.dcm"
    analyse = (optimage, "analyse", "--json", "--phantom", "ct_level_a")
    return (
        Race("optimage --help / import click", (optimage, "--help"), (*python, "import click"), 2.0),
        Race("optimage --version / import click", (optimage, "--version"), (*python, "import click"), 2.0),
        Race("analyse --no-store, one slice / bare imports", (*analyse, "--no-store", one_slice), bare, 1.4),
        Race("analyse with storing, one slice / bare imports", (*analyse, one_slice), bare, 2.2),
    )


def pair_races(folder: Path) -> tuple[Race, ...]:
    """Return what is compared of an MR pair: with bare imports, and with hazen where it can be installed."""
    pair = write_pair(folder)
    command = (installed_optimage(), "analyse", "--json", "--no-store", "--phantom", "mri_level_a", str(pair))
    bare = (str(installed_python()), "-c", "import numpy, pydicom, scipy.ndimage")
    compared = [Race("analyse --no-store, an MR pair / bare imports", command, bare, 1.4)]
    peer = peer_python("hazen")
    if peer is None:
        print("hazen cannot be installed here")
    else:  # it leaves a folder where it is started
        hazen = f"cd {folder} && exec {peer.with_name('hazen')} snr {pair}"
        compared.append(Race("analyse --no-store, an MR pair / hazen snr", command, ("sh", "-c", hazen), 1 / 1.3))
    return tuple(compared)


def main() -> int:
    """Measure everything; 1 where a goal was missed."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS + 1):
            image = render_ct_water(CtWater(noise_hu=5.0, seed=number, scan=CtScan(text=f"slice {number}")))[0]
            (Path(folder) / f"{number}.dcm").write_bytes(write_image(image))
        environment = {**os.environ, "OPTIMAGE_HOME": str(Path(folder) / "home")}
        compared = (*races(Path(folder)), *pair_races(Path(folder)))
        missed = [race for race in compared if run(race, environment) > race.goal]
        at = Path(folder)
        reached = [race(at) for race in (race_flood, race_catphan, race_slice_width, race_store, race_year_report)]
        reached += [race_statistics(), race_reports()]
    return int(bool(missed) or not all(reached))


if __name__ == "__main__":
    sys.exit(main())
