# SPDX-License-Identifier: LGPL-3.0-or-later
import json
import subprocess
import sys
from pathlib import Path

import pytest

from optimage.export.json import envelope, result_to_json
from tests.integration.json_schema import problems

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/reference/results.schema.json").read_text("utf-8"))


def test_what_is_printed_follows_the_published_schema_and_is_strict_json(full_result, refused_result):
    text = json.dumps(envelope([full_result, refused_result]), allow_nan=False)
    assert problems(json.loads(text), SCHEMA) == []


def test_the_check_itself_sees_what_is_wrong(full_result):
    broken = envelope([full_result])
    broken["results"][0]["verdict"] = "fine"
    broken["results"][0]["colour"] = "red"
    del broken["results"][0]["inputs"]
    assert len(problems(broken, SCHEMA)) == 3


def test_values_limits_and_sentences_are_those_of_the_result(full_result):
    plain = result_to_json(full_result)
    noise, mtf = plain["measurements"]
    assert (noise["value"], noise["unit"], noise["verdict"]) == (0.1 + 0.2, "HU", "warning")
    assert noise["limits"] == {
        "warning": [None, 0.2],
        "fail": [None, 4.0],
        "source": "IEC 61223-3-5",
        "verified": False,
    }
    assert (mtf["value"], mtf["limits"], mtf["item"]) == (None, None, "slice=2")
    assert plain["failures"][0]["message"] == "no edge in 3 rows"
    assert plain["profile"] == {"id": "daily", "revision": 3}
    assert plain["acquired_at"] == "2026-03-04T05:06:07+00:00"
    assert plain["curves"][0]["y"] == [None, None]
    assert plain["overlays"][0]["shape"]["kind"] == "disc"


def test_a_refused_result_has_a_failure_and_no_measurement(refused_result):
    plain = result_to_json(refused_result)
    assert (plain["id"], plain["profile"], plain["acquired_at"], plain["measurements"]) == (None, None, None, [])
    assert plain["failures"][0]["code"] == "phantom_not_found"


@pytest.mark.parametrize("module", ["optimage.export.json", "optimage.export.csv", "optimage.export.xlsx"])
def test_writing_results_loads_no_heavy_library(module):
    heavy = ("matplotlib", "scipy", "reportlab", "pydicom", "xlsxwriter")
    code = f"import sys, {module}; print(*[m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
