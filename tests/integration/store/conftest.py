# SPDX-License-Identifier: LGPL-3.0-or-later
import pytest

from optimage.store.engine import open_store


@pytest.fixture
def home(tmp_path):
    """A folder with database `optimage.db` and `spool`."""
    return tmp_path


@pytest.fixture
def store(home):
    with open_store(home / "optimage.db", spool=home / "spool", reserve_bytes=0) as opened:
        yield opened
