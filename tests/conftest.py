# SPDX-License-Identifier: LGPL-3.0-or-later
"""What every test stands on: English sentences, a home that is thrown away, and the real images where there are any."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

TEST_DATA = "OPTIMAGE_TEST_DATA"
TEST_SERVER = "OPTIMAGE_TEST_PG_URL"
WITHOUT_IMAGES = f"{TEST_DATA} names no folder of real images"

GROUNDS = ("sqlite", "postgresql", "dask")

# Set while this file is imported: texts of options are translated when the command line is imported.
os.environ["OPTIMAGE_LANGUAGE"] = "en"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever runs the tests choose what the sites of tests stand on."""
    told = "database or executor of the installations that tests set up: {} (default: %(default)s)"
    parser.addoption("--on", choices=GROUNDS, default=GROUNDS[0], help=told.format(", ".join(GROUNDS)))


@pytest.fixture(autouse=True, scope="session")
def _throw_away_home() -> Iterator[Path]:
    """Keep every test, and every process it starts, away from the data of the person who runs it."""
    with tempfile.TemporaryDirectory(prefix="optimage-tests-") as folder, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("OPTIMAGE_")]:
            if name not in (TEST_DATA, TEST_SERVER, "OPTIMAGE_LANGUAGE"):
                patch.delenv(name)
        patch.setenv("OPTIMAGE_HOME", folder)
        yield Path(folder)


@pytest.fixture(scope="session")
def test_data() -> Path:
    """Folder of real images; the test is skipped by name where there is none."""
    folder = Path(os.environ.get(TEST_DATA, ""))
    if not os.environ.get(TEST_DATA) or not folder.is_dir():
        pytest.skip(WITHOUT_IMAGES)
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests had no images, so that a green run is not taken for a complete one."""
    reports = terminalreporter.stats.get("skipped", [])
    count = sum(WITHOUT_IMAGES in str(report.longrepr) for report in reports)
    if count:
        terminalreporter.write_line(f"{count} tests were skipped for want of real images: set {TEST_DATA} to run them")
