# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the CATPHAN tests share: the real series, and how its phantom lies, set down by hand."""

from pathlib import Path

import pytest

from optimage.api import Image
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.method import load_method
from optimage_phantoms.catphan.pose import Pose
from tests.phantoms.conftest import as_series, read_folder


@pytest.fixture(scope="session")
def real_504(test_data: Path) -> tuple[Image, ...]:
    """The CATPHAN 504 of a cone-beam scanner, sorted."""
    return as_series(read_folder(test_data / "ct" / "catphan504_head")).stack("series")


@pytest.fixture(scope="session")
def posed_504(real_504: tuple[Image, ...]) -> CatphanCase:
    """The real series placed by hand: its slice 32, a roll of -0.3° (third party), centres of fitted outlines."""
    method = load_method()
    pose = Pose(0.0, -1, -0.3, mirrored=False, row=254.75, column=256.97, row_per_mm=0.0125, column_per_mm=0.0034)
    return CatphanCase(real_504, pose, method.family["504"], {}, method)
