# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a hospital installs is complete: code, phantoms, data and catalogues are in the wheel."""

import subprocess
import sys
import zipfile

import pytest

from tests.contract.sources import CODE, ROOT, product_files, shown

LANGUAGES = ("de", "fr")
DATA = {"profiles": "*.toml", "report_templates": "*.toml"}
BUILD = "import sys; from hatchling.builders.wheel import WheelBuilder; print(*WheelBuilder(sys.argv[1]).build(directory=sys.argv[2], versions=['standard']))"  # noqa: E501


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run = subprocess.run(
        [sys.executable, "-c", BUILD, str(ROOT), str(folder)], capture_output=True, check=False, text=True, timeout=60
    )
    assert run.returncode == 0, run.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
        yield archive


@pytest.fixture(scope="module")
def names(wheel):
    return set(wheel.namelist())


def test_every_module_is_in_the_wheel(names):
    missing = {shown(path).removeprefix("phantoms/") for path in product_files()} - names
    assert not missing


def test_every_file_beside_a_module_is_in_the_wheel(names):
    """Geometry, fonts, migrations and the mark of typed packages lie beside the code that reads them."""
    beside = [path for folder in CODE for path in (ROOT / folder).rglob("*") if is_data(path)]
    assert any(path.name == "py.typed" for path in beside)
    missing = {shown(path).removeprefix("phantoms/") for path in beside} - names
    assert not missing


def is_data(path):
    return path.is_file() and path.suffix not in {".py", ".pyc"} and "_data" not in path.parts


@pytest.mark.parametrize("folder", DATA)
def test_a_data_folder_is_in_the_wheel(names, folder):
    files = {f"optimage/_data/{shown(path)}" for path in (ROOT / folder).rglob(DATA[folder])}
    assert files
    assert files <= names


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_compiled_catalogue_is_in_the_wheel(wheel, language):
    catalogue = wheel.read(f"optimage/_data/locales/{language}/LC_MESSAGES/optimage.mo")
    assert catalogue[:4] in (b"\xde\x12\x04\x95", b"\x95\x04\x12\xde")


def test_nothing_foreign_is_in_the_wheel(names):
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"optimage", "optimage_phantoms"}
    assert not [name for name in names if name.endswith((".pyc", ".db")) or "/tests/" in name]


def test_the_licences_are_in_the_wheel(names):
    licences = {path.name for path in (ROOT / "LICENSES").iterdir()}
    assert licences <= {name.rpartition("/")[2] for name in names if ".dist-info/" in name}
