# SPDX-License-Identifier: LGPL-3.0-or-later
"""Values that stay what they are: a change here changes the module's version and the CHANGELOG.

`python -m tests.phantoms.mr.test_mr_golden` writes the file anew.
"""

import json
from pathlib import Path

import pytest

from optimage.synthetic.mr_flood import MrFlood, render_mr_flood
from optimage.synthetic.mr_plates import MrPlates, render_mr_plates
from tests.phantoms.mr.conftest import MODULE, measured

FILE = Path(__file__).parents[1] / "golden" / "mri_level_a.json"
FLOOD = MrFlood(
    bias=(0.1, 0.05, -0.15, -0.1), ghost=0.01, offset_mm=(3.15, -2.35), air_mm=8.0, stretch=(1.01, 1.0), seed=42
)
PLATES = MrPlates()


def found() -> dict[str, object]:
    results = {"flood": measured(render_mr_flood(FLOOD, repeats=2)), "plates": measured([render_mr_plates(PLATES)])}
    values = {
        f"{name} {one.key}": {"value": one.value, "uncertainty": one.uncertainty, "method": one.method}
        for name, result in results.items()
        for one in result.measurements
    }
    return {"version": MODULE.info.version, "geometry_sha256": MODULE.info.geometry_sha256, "values": values}


def test_values_are_those_of_the_golden_file():
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
