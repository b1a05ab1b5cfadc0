# SPDX-License-Identifier: LGPL-3.0-or-later
"""Asking for help is quick: heavy libraries are loaded only by the verbs that need them."""

import json
import subprocess
import sys

import pytest

HEAVY = {
    "numpy",
    "pydicom",
    "scipy",
    "skimage",
    "sqlalchemy",
    "alembic",
    "pydantic",
    "matplotlib",
    "reportlab",
    "babel",
    "jinja2",
    "PyQt6",
}
PROGRAM = """
import json, sys
from optimage.cli.main import main
sys.argv = ["optimage", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    print(json.dumps({"code": end.code or 0, "modules": sorted({name.partition(".")[0] for name in sys.modules})}))
"""


def started(*arguments):
    """Run the command line in a fresh interpreter; return its exit code and the packages it loaded."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)], capture_output=True, check=False, text=True, timeout=120
    )
    assert run.stdout, run.stderr
    told = json.loads(run.stdout.splitlines()[-1])
    return told["code"], set(told["modules"])


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_nothing_heavy(option):
    code, modules = started(option)
    assert code == 0
    assert "click" in modules, "the probe does not see what is loaded"
    loaded = modules & HEAVY
    assert not loaded


@pytest.fixture(scope="module")
def water(tmp_path_factory):
    """A digital water phantom as a DICOM file."""
    from optimage.dicom.writer import write_image
    from optimage.synthetic.ct_water import CtWater, render_ct_water

    folder = tmp_path_factory.mktemp("water")
    for number, image in enumerate(render_ct_water(CtWater(noise_hu=5.0))):
        (folder / f"{number}.dcm").write_bytes(write_image(image))
    return folder


def test_measuring_without_store_loads_neither_database_nor_profiles(water):
    code, modules = started("analyse", "--no-store", "--phantom", "ct_level_a", water)
    assert code == 0
    assert "numpy" in modules, "the probe does not see what is loaded"
    loaded = modules & {"sqlalchemy", "alembic", "pydantic", "matplotlib", "reportlab", "PyQt6"}
    assert not loaded
