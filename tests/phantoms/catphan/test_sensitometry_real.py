# SPDX-License-Identifier: LGPL-3.0-or-later
"""CT numbers, distances, thickness and increment of a real CATPHAN 504 against third-party values."""

import pytest

from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.sensitometry.subtests import SUBTESTS
from optimage_phantoms.parts import CaseResult, run_subtests

pytestmark = pytest.mark.real_images
PYLINAC = {
    "hu_air": (-998, 5),
    "hu_pmp": (-200, 5),
    "hu_ldpe": (-103, 5),
    "hu_polystyrene": (-45, 5),
    "hu_acrylic": (117, 5),
    "hu_delrin": (341, 5),
    "hu_teflon": (997, 5),
    "slice_thickness": (2.5, 0.3),
    "pin_distance_mean": (49.92, 0.1),
}
"""What pylinac's own tests expect of this series, and how closely."""


@pytest.fixture(scope="module")
def measured(posed_504: CatphanCase) -> CaseResult:
    return run_subtests(posed_504, SUBTESTS)


@pytest.mark.parametrize("key", PYLINAC)
def test_values_agree_with_the_expectations_of_another_program(measured: CaseResult, key: str) -> None:
    expected, tolerance = PYLINAC[key]
    assert measured.values[key][0] == pytest.approx(expected, abs=tolerance)


def test_nothing_fails_and_all_four_ramps_are_measured(measured: CaseResult) -> None:
    assert measured.failures == {}
    # single ramps of this series scatter by 0.24 mm in a slice, 0.1 mm in the mean over six
    for number in (1, 2, 3, 4):
        assert measured.values[f"slice_thickness_{number}"][0] == pytest.approx(2.45, abs=0.3)


def test_the_table_moved_as_it_says_within_the_tolerance_of_the_wires(measured: CaseResult) -> None:
    # the angles of the wires are not known better than to 4 % of the travel
    assert measured.values["increment"][0] == pytest.approx(2.5, rel=0.04)


def test_pixels_are_as_large_as_the_header_says(measured: CaseResult) -> None:
    for key in ("pixel_size_x", "pixel_size_y"):
        # the square is drawn to ± 0.1 mm of 50
        assert measured.values[key][0] == pytest.approx(0.48828125, rel=2e-3)
