# SPDX-License-Identifier: LGPL-3.0-or-later
"""Values that stay what they are: a change here changes the module's version and the CHANGELOG.

`python -m tests.phantoms.catphan.test_catphan_golden` writes the file anew.
"""

import json
from pathlib import Path

import pytest

from optimage.synthetic.catphan import Catphan, evenly, render_catphan
from optimage.synthetic.placement import Placement
from optimage_phantoms.ct_level_b import CtLevelB
from tests.phantoms.catphan.digital import layout
from tests.phantoms.conftest import analyse

FILE = Path(__file__).parents[1] / "golden" / "ct_level_b.json"
MODULE = CtLevelB()
PLACE = Placement(direction=-1, roll_deg=3.7, offset_mm=(4.2, -6.1), tilt_deg=(0.3, -0.2))
POSITIONS = (*evenly(-67.5, -57.5, 5.0), *evenly(-32.5, -27.5, 2.5), *evenly(-5.0, 5.0, 2.5), *evenly(27.5, 32.5, 2.5))


def found() -> dict[str, object]:
    spec = Catphan(layout("504"), PLACE, positions_mm=POSITIONS, noise_hu=6.0, texture="ramp", cupping_hu=8.0, seed=42)
    values = {
        one.key: {"value": one.value, "uncertainty": one.uncertainty, "method": one.method}
        for one in analyse(MODULE, render_catphan(spec)).measurements
    }
    return {"version": MODULE.info.version, "geometry_sha256": MODULE.info.geometry_sha256, "values": values}


def test_values_are_those_of_the_golden_file() -> None:
    golden, now = json.loads(FILE.read_text()), found()
    assert now["version"] == golden["version"]
    assert now["geometry_sha256"] == golden["geometry_sha256"]
    assert now["values"].keys() == golden["values"].keys()
    for name, expected in golden["values"].items():
        one = now["values"][name]
        assert one["method"] == expected["method"], name
        assert one["value"] == pytest.approx(expected["value"], rel=1e-6, abs=1e-6, nan_ok=True), name
        assert one["uncertainty"] == pytest.approx(expected["uncertainty"], rel=1e-6, abs=1e-6, nan_ok=True), name


if __name__ == "__main__":
    FILE.write_text(json.dumps(found(), indent=1) + "\n")
