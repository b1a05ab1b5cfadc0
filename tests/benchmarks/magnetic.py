# SPDX-License-Identifier: LGPL-3.0-or-later
"""MR phantoms beside hazen: the SNR of a pair as a whole command, slice width of a 512 matrix in process.

Real images are taken where `OPTIMAGE_TEST_DATA` names them, digital ones elsewhere.
"""

import os
import shutil
from pathlib import Path

from optimage.dicom.writer import write_image
from optimage.synthetic.mr_flood import MrFlood, render_mr_flood
from optimage.synthetic.mr_plates import MrPlates, render_mr_plates
from tests.benchmarks.in_process import PeerRace, race_in_process

OURS = """
import sys
from pathlib import Path
from optimage.dicom.reader import load_images
from optimage_phantoms.mr_flood.area import find_area
from optimage_phantoms.mr_flood.method import load_method
from optimage_phantoms.mr_flood.plate_rules import load_plate_rules
from optimage_phantoms.mr_flood.plates import find_plates
from optimage_phantoms.mr_flood.slice_width import measure_plates

method, rules = load_method(), load_plate_rules()

def work():
    image = load_images(Path(sys.argv[1]))[0]
    area = find_area(image.values(), image.required_spacing_mm, method.area)
    measure_plates(image, find_plates(image, area.mask, rules), rules)
"""
HAZEN = """
import os, sys, tempfile
os.chdir(tempfile.mkdtemp())  # it leaves a log and a folder where it is started
from hazenlib.tasks.slice_width import SliceWidth

def work():
    task = SliceWidth(input_data=[sys.argv[1]], report=False)
    task.get_slice_width(task.single_dcm)
"""
RACE = PeerRace("slice width 512², in process: hazen / optimage", "hazen", HAZEN, OURS, 50.0, 3, 1, 5)


def write_pair(folder: Path) -> Path:
    """Return a folder that holds a repeated pair and nothing else."""
    data = os.environ.get("OPTIMAGE_TEST_DATA")
    pair = folder / "pair"
    if data:
        shutil.copytree(Path(data) / "mr" / "snr_pair_GE_sag", pair)
        return pair
    pair.mkdir()
    for number, image in enumerate(render_mr_flood(MrFlood(), repeats=2)):
        (pair / f"{number}.dcm").write_bytes(write_image(image))
    return pair


def race_slice_width(folder: Path) -> bool:
    """Print both times and their ratio; whether the goal was reached, or could not be compared."""
    data = os.environ.get("OPTIMAGE_TEST_DATA")
    path = folder / "plates.dcm"
    if data:
        shutil.copyfile(Path(data) / "mr" / "slice_width" / "512_matrix", path)
    else:
        path.write_bytes(write_image(render_mr_plates(MrPlates(matrix=(512, 512), spacing_mm=(0.5, 0.5)))))
    return race_in_process(RACE, path)
