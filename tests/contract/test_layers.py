# SPDX-License-Identifier: LGPL-3.0-or-later
"""The layers of the program, and the one home of each heavy library, hold."""

import subprocess
import sys
import tomllib

import pytest

from tests.contract.sources import ROOT

HOMES = {
    "sqlalchemy": {"optimage.store"},
    "alembic": {"optimage.store"},
    "pydicom": {"optimage.dicom"},
    "pynetdicom": {"optimage.dicom"},
    "matplotlib": {"optimage.plots"},
    "reportlab": {"optimage.report"},
    "pydantic": {"optimage.profile_files"},
    "pluggy": {"optimage.plugins", "optimage.api"},
    "click": {"optimage.cli"},
    "xlsxwriter": {"optimage.export"},
}
SIDEWAYS = """
[tool.importlinter]
root_packages = ["optimage"]
include_external_packages = true
[[tool.importlinter.contracts]]
name = "upside down"
type = "layers"
layers = ["optimage.model", "optimage.charts"]
[[tool.importlinter.contracts]]
name = "nobody may use pluggy"
type = "protected"
protected_modules = ["pluggy"]
allowed_importers = ["optimage.version"]
"""


def lint_imports(*arguments):
    command = "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache", *arguments],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def contracts():
    with (ROOT / "pyproject.toml").open("rb") as text:
        return tomllib.load(text)["tool"]["importlinter"]["contracts"]


def test_the_contracts_are_kept():
    run = lint_imports()
    assert run.returncode == 0, run.stdout + run.stderr


def test_a_broken_contract_is_noticed(tmp_path):
    config = tmp_path / "contracts.toml"
    config.write_text(SIDEWAYS, encoding="utf-8")
    run = lint_imports("--config", str(config))
    assert run.returncode != 0
    assert "0 kept, 2 broken" in run.stdout


@pytest.mark.parametrize("library", HOMES)
def test_a_heavy_library_has_one_home(contracts, library):
    found = [contract for contract in contracts if library in contract.get("protected_modules", ())]
    assert len(found) == 1, f"pyproject.toml has no contract that protects {library}"
    assert set(found[0]["allowed_importers"]) == HOMES[library]
