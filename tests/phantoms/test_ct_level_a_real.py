# SPDX-License-Identifier: LGPL-3.0-or-later
"""CT level A on images of real scanners, against what third parties read there."""

import numpy as np
import pytest

from optimage.api import AnalysisError, Disc
from optimage.imaging.rois import measure_roi
from optimage_phantoms.ct_level_a import CtLevelA
from tests.phantoms.conftest import analyse, locate, read_folder

pytestmark = pytest.mark.real_images
MODULE = CtLevelA()


@pytest.mark.parametrize(("folder", "water", "sd"), [("water_ge_a", 0.98, 5.14), ("water_ge_b", 1.53, 5.02)])
def test_water_agrees_with_a_plain_region_check(test_data, folder, water, sd):
    images = read_folder(test_data / "ct" / folder)
    result = analyse(MODULE, images)
    assert result["ct_water"].value == pytest.approx(water, abs=0.5)
    assert result["noise"].value == pytest.approx(sd, rel=0.03)
    assert result["diameter_outer"].value == pytest.approx(216.3, abs=0.5)
    assert result["diameter"].value == pytest.approx(203.7, abs=0.5)
    disc = locate(MODULE, images).disc("water")
    plain = measure_roi(images[0], Disc(disc.row, disc.column, 20.0, disc.spacing_mm)).statistics
    assert plain.mean == pytest.approx(water, abs=0.1)
    assert plain.sd == pytest.approx(sd, rel=0.02)


@pytest.mark.parametrize("folder", ["water_ge_a", "water_ge_b"])
def test_the_field_of_view_of_the_real_images_leaves_no_room_for_air(test_data, folder):
    result = analyse(MODULE, read_folder(test_data / "ct" / folder))
    assert [failure.subtest for failure in result.failures] == ["air", "relative"]
    assert np.isnan(result["ct_air"].value)


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        ("ct/resolution_block_ge", "not_homogeneous"),
        ("ct/catphan504_head", "not_homogeneous"),
        ("mr/snr_pair_GE_sag", "wrong_modality"),
    ],
)
def test_other_phantoms_are_refused(test_data, folder, code):
    with pytest.raises(AnalysisError) as refused:
        analyse(MODULE, read_folder(test_data / folder))
    assert refused.value.code == code
