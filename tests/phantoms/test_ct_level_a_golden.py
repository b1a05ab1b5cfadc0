# SPDX-License-Identifier: LGPL-3.0-or-later
"""Values that stay what they are: a change here changes the module's version and the CHANGELOG.

`python -m tests.phantoms.test_ct_level_a_golden` writes the file anew.
"""

import json
from pathlib import Path

import pytest

from optimage.synthetic.ct_water import CtWater, render_ct_water
from optimage_phantoms.ct_level_a import CtLevelA
from tests.phantoms.conftest import analyse

FILE = Path(__file__).parent / "golden" / "ct_level_a.json"
SPEC = CtWater(cupping_hu=3.0, offset_mm=(3.15, -2.35), table="bottom", noise_hu=5.0, texture="ramp", seed=42, slices=3)


def measured() -> dict[str, object]:
    module = CtLevelA()
    result = analyse(module, render_ct_water(SPEC))
    values = {
        f"{one.key} {one.item}".strip(): {"value": one.value, "uncertainty": one.uncertainty, "method": one.method}
        for one in result.measurements
    }
    return {"version": module.info.version, "geometry_sha256": module.info.geometry_sha256, "values": values}


def test_values_are_those_of_the_golden_file():
    golden, found = json.loads(FILE.read_text()), measured()
    assert found["version"] == golden["version"]
    assert found["values"].keys() == golden["values"].keys()
    for name, expected in golden["values"].items():
        one = found["values"][name]
        assert one["method"] == expected["method"], name
        assert one["value"] == pytest.approx(expected["value"], rel=1e-6), name
        assert one["uncertainty"] == pytest.approx(expected["uncertainty"], rel=1e-6, nan_ok=True), name


def test_a_new_data_file_is_a_new_golden_file():
    assert measured()["geometry_sha256"] == json.loads(FILE.read_text())["geometry_sha256"]


if __name__ == "__main__":
    FILE.write_text(json.dumps(measured(), indent=1) + "\n")
