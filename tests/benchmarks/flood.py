# SPDX-License-Identifier: LGPL-3.0-or-later
"""Uniformity of a 1024 × 1024 flood, read and analysed inside one process, beside pylinac's planar uniformity."""

from pathlib import Path

from optimage.dicom.writer import write_image
from optimage.synthetic.nm_flood import NmFlood, render_nm_flood
from tests.benchmarks.in_process import PeerRace, race_in_process

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
RACE = PeerRace("flood 1024², in process: pylinac / optimage", "pylinac", PYLINAC, OURS, 30.0)


def race_flood(folder: Path) -> bool:
    """Print both times and their ratio; whether the goal was reached, or could not be compared."""
    path = folder / "flood.dcm"
    path.write_bytes(write_image(render_nm_flood(NmFlood(mean=300.0))[0]))
    return race_in_process(RACE, path)
