# SPDX-License-Identifier: LGPL-3.0-or-later
"""Uniformity of a 1024 × 1024 flood, read and analysed inside one process, beside pylinac's planar uniformity."""

import subprocess
import sys
from pathlib import Path
from statistics import median

from optimage.dicom.writer import write_image
from optimage.synthetic.nm_flood import NmFlood, render_nm_flood
from tests.benchmarks.peers import peer_python

GOAL = 30.0
PAIRS = 5
REPEATS = """
from statistics import median
from time import process_time

def seconds():
    start = process_time()
    work()
    return process_time() - start

work()
print(median(seconds() for _ in range(5)))
"""
OURS = """
import sys
from pathlib import Path
from optimage.api import ImageSet, default_parameters
from optimage.dicom.reader import load_images
from optimage_phantoms.nm_level_a import NmLevelA

module = NmLevelA()
parameters = default_parameters(module.info)

def work():
    images = ImageSet({"series": load_images(Path(sys.argv[1]))})
    module.measure(images, module.locate(images, parameters), parameters)
"""
PYLINAC = """
import sys, warnings
warnings.simplefilter("ignore")
from pylinac.nuclear import PlanarUniformity

def work():
    flood = PlanarUniformity(sys.argv[1])
    flood.analyze()
    flood.results_data()
"""


def race_flood(folder: Path) -> bool:
    """Print both times and their ratio; whether the goal was reached, or could not be compared."""
    path = folder / "flood.dcm"
    path.write_bytes(write_image(render_nm_flood(NmFlood(mean=300.0))[0]))
    title = f"{'flood 1024², in process: pylinac / optimage':<46}"
    peer = peer_python("pylinac")
    if peer is None:
        print(f"{title} {cpu_seconds(sys.executable, OURS, path):.4f} s  pylinac cannot be installed here", flush=True)
        return True
    pairs = [(cpu_seconds(peer, PYLINAC, path), cpu_seconds(sys.executable, OURS, path)) for _ in range(PAIRS)]
    theirs, ours = (median(one) for one in zip(*pairs, strict=True))
    ratio = median(a / b for a, b in pairs)
    verdict = "reached" if ratio >= GOAL else "MISSED"
    print(f"{title} {theirs:.3f} s / {ours:.4f} s = {ratio:.1f}  goal ≥ {GOAL:.0f}  {verdict}", flush=True)
    return ratio >= GOAL


def cpu_seconds(python: str | Path, work: str, path: Path) -> float:
    """Return the median of five runs of `work` on `path` in a fresh interpreter, one more first to warm up."""
    command = [str(python), "-c", work + REPEATS, str(path)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
