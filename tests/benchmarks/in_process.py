# SPDX-License-Identifier: LGPL-3.0-or-later
"""Work inside one process beside that of a peer, each in an interpreter of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.benchmarks.peers import peer_python

PAIRS = 5
REPEATS = """
from statistics import median
from time import process_time

def seconds():
    start = process_time()
    work()
    return process_time() - start

work()
print(median(seconds() for _ in range({runs})))
"""


@dataclass(frozen=True, slots=True)
class PeerRace:
    """Code that defines `work()`, ours and that of the package `peer`; `runs` of either are timed in each process."""

    title: str
    peer: str
    theirs: str
    ours: str
    goal: float
    pairs: int = PAIRS
    their_runs: int = 5
    our_runs: int = 5


def race_in_process(race: PeerRace, path: Path) -> bool:
    """Print both times and their ratio; whether the goal was reached, or could not be compared."""
    title = f"{race.title:<46}"
    peer = peer_python(race.peer)
    if peer is None:
        ours = cpu_seconds(sys.executable, race.ours, path, race.our_runs)
        print(f"{title} {ours:.4f} s  {race.peer} cannot be installed here", flush=True)
        return True
    pairs = [
        (
            cpu_seconds(peer, race.theirs, path, race.their_runs),
            cpu_seconds(sys.executable, race.ours, path, race.our_runs),
        )
        for _ in range(race.pairs)
    ]
    theirs, ours = (median(one) for one in zip(*pairs, strict=True))
    ratio = median(a / b for a, b in pairs)
    verdict = "reached" if ratio >= race.goal else "MISSED"
    print(f"{title} {theirs:.3f} s / {ours:.4f} s = {ratio:.1f}  goal ≥ {race.goal:.0f}  {verdict}", flush=True)
    return ratio >= race.goal


def cpu_seconds(python: str | Path, work: str, path: Path, runs: int) -> float:
    """Return the median of `runs` runs of `work` on `path` in a fresh interpreter, one more first to warm up.

    Either has one thread for linear algebra, as the command line sets it: idle threads that spin count as CPU time.
    """
    command = [str(python), "-c", work + REPEATS.format(runs=runs), str(path)]
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=one_thread())
    return float(run.stdout.splitlines()[-1])


def one_thread() -> dict[str, str]:
    """Return the environment of this process with one thread for linear algebra."""
    return {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
