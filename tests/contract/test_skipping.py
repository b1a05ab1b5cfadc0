# SPDX-License-Identifier: LGPL-3.0-or-later
"""A run without real images says so, so that a green run is not taken for a complete one."""

import os
import subprocess
import sys

import pytest

from tests.contract.sources import ROOT

TESTS = """
def test_needs_images(test_data):
    assert test_data.is_dir()

def test_needs_none():
    import os
    assert os.environ["OPTIMAGE_LANGUAGE"] == "en"
    assert "optimage-tests-" in os.environ["OPTIMAGE_HOME"]
    assert "OPTIMAGE_PORT" not in os.environ
"""


@pytest.fixture
def run_tests(tmp_path):
    """Run two small tests under the conftest of this project, in a process of their own."""
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\nfrom tests.conftest import _throw_away_home\n")
    (tmp_path / "test_small.py").write_text(TESTS)

    def run(folder):
        own = {"OPTIMAGE_TEST_DATA": folder, "OPTIMAGE_LANGUAGE": "de", "OPTIMAGE_PORT": "1", "PYTHONPATH": str(ROOT)}
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rs",
            "-p",
            "no:cacheprovider",
            "--rootdir",
            str(tmp_path),
            ".",
        ]
        environment = {**os.environ, **own}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, check=False, text=True, timeout=60
        ).stdout

    return run


def test_tests_without_their_images_are_skipped_by_name_and_counted(run_tests):
    told = run_tests("")
    assert "1 passed, 1 skipped" in told
    assert "1 tests were skipped for want of real images" in told


def test_tests_with_their_images_run(run_tests, tmp_path):
    told = run_tests(str(tmp_path))
    assert "2 passed" in told
    assert "for want of" not in told
