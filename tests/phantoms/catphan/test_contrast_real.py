# SPDX-License-Identifier: LGPL-3.0-or-later
"""Low contrast, uniformity and noise of the real CATPHAN 504, against what other people measured."""

from dataclasses import replace

import pytest

from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.contrast.section import contrast_section
from optimage_phantoms.catphan.contrast.subtests import SUBTESTS
from optimage_phantoms.catphan.pose import difference_deg
from optimage_phantoms.catphan.uniform.subtests import SUBTESTS as UNIFORM
from optimage_phantoms.parts import CaseResult, run_subtests

THIRD_PARTY_HU = {"centre": 17.0, "left": 10.0, "right": 0.0, "top": 6.0, "bottom": 6.0}
THIRD_PARTY_TOLERANCE_HU = 5.0
CONTRASTS_HU = {"1_0": 15.4, "0_5": 8.6, "0_3": 4.1}
"""Of the five middle slices. Single slices of this cone beam scatter by 3 HU, and neighbours alike."""


@pytest.fixture(scope="module")
def found(posed_504: CatphanCase) -> CaseResult:
    return run_subtests(posed_504, {**UNIFORM, **SUBTESTS})


def test_the_five_discs_read_what_others_read(found: CaseResult) -> None:
    for side, value in THIRD_PARTY_HU.items():
        assert found.values[f"uniformity_{side}"][0] == pytest.approx(value, abs=THIRD_PARTY_TOLERANCE_HU)


def test_the_largest_rods_have_about_the_contrast_that_others_read(found: CaseResult) -> None:
    for key, value in CONTRASTS_HU.items():
        assert found.values[f"contrast_15mm_{key}"][0] == pytest.approx(value, abs=2.0)


def test_the_rods_are_found_where_the_model_has_them(posed_504: CatphanCase) -> None:
    place = contrast_section(posed_504).place
    assert place.match > 0.6
    assert difference_deg(place.start_deg, -87.4) == pytest.approx(0.0, abs=1.7)  # how far sources differ
    assert place.percents == (1.0, 0.3, 0.5)


def test_rods_of_higher_contrast_are_seen_to_smaller_diameters(found: CaseResult) -> None:
    assert found.values["lc_visible_1_0"][0] < found.values["lc_visible_0_5"][0]


def test_the_spectrum_holds_the_variance(found: CaseResult) -> None:
    """The squares cover more of the module than the disc, where the noise of a cone beam is a little lower."""
    assert found.values["nps_integral"][0] == pytest.approx(found.values["noise_detrended"][0] ** 2, rel=0.05)


def test_the_phantom_hung_the_other_way_round_is_measured_alike(posed_504: CatphanCase, found: CaseResult) -> None:
    """Every image mirrored, left for right: the pose tells, the values stay."""
    columns = posed_504.stack[0].shape[1]
    stack = tuple(replace(image, pixels=image.pixels[:, ::-1]) for image in posed_504.stack)
    pose = replace(
        posed_504.pose,
        mirrored=True,
        roll_deg=-posed_504.pose.roll_deg,
        column=columns - 1 - posed_504.pose.column,
        column_per_mm=-posed_504.pose.column_per_mm,
    )
    again = run_subtests(replace(posed_504, stack=stack, pose=pose), {**UNIFORM, **SUBTESTS})
    for key in ("contrast_15mm_1_0", "contrast_9mm_1_0", "uniformity_centre", "noise", "nps_integral"):
        # discs fall on other pixels, and slices are cut about other whole pixels
        assert again.values[key][0] == pytest.approx(found.values[key][0], abs=found.values[key][1]), key
    assert again.values["uniformity_left"][0] == pytest.approx(found.values["uniformity_right"][0], abs=0.5)
