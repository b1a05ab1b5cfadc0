# SPDX-License-Identifier: LGPL-3.0-or-later
"""MRI level A on images of real scanners, against what third parties read there.

The bounds of the signal-to-noise ratio are those within which independent
implementations agree (their centres differ by a pixel or two).
"""

from itertools import permutations

import pytest

from optimage.dicom.reader import load_images
from tests.phantoms.mr.conftest import failed, measured, refusal

pytestmark = pytest.mark.real_images
PAIRS = {
    "snr_pair_GE_sag": (1517.88, 1551.19),
    "snr_pair_Siemens_tra": (2130.93, 1874.81),
    "snr_pair_Sola_BODY_AX": (272.23, None),
    "snr_pair_Sola_BODY_COR": (262.01, None),
}


def read(folder):
    return [image for path in sorted(folder.iterdir()) for image in load_images(path)]


@pytest.mark.parametrize("folder", PAIRS)
def test_the_normalised_ratio_agrees_with_independent_implementations(test_data, folder):
    subtraction, smoothing = PAIRS[folder]
    images = read(test_data / "mr" / folder)
    for order in permutations(images):
        result = measured(order)
        assert result["snr_subtraction_five_px_normalised"].value == pytest.approx(subtraction, rel=0.03)
        if smoothing:
            assert result["snr_smoothing_five_px_normalised"].value == pytest.approx(smoothing, rel=0.1)


def test_the_background_applies_to_one_of_four_pairs_and_agrees_there(test_data):
    applicable = {}
    for folder in PAIRS:
        result = measured(read(test_data / "mr" / folder))
        if "snr_background" not in failed(result):
            applicable[folder] = result
    assert list(applicable) == ["snr_pair_GE_sag"]
    found = applicable["snr_pair_GE_sag"]
    assert found["snr_background"].value == pytest.approx(186.0, rel=0.05)


@pytest.mark.parametrize(
    ("name", "horizontal", "vertical"),
    [("axial_oil.IMA", 1.0, 0.981), ("sag.dcm", 0.469, 0.513), ("cor.dcm", 0.35, 0.45)],
)
def test_the_fractional_uniformity_agrees(test_data, name, horizontal, vertical):
    result = measured(load_images(test_data / "mr" / "uniformity" / name))
    assert result["fractional_uniformity_h"].value == pytest.approx(horizontal, abs=0.005)
    assert result["fractional_uniformity_v"].value == pytest.approx(vertical, abs=0.005)


@pytest.mark.parametrize(
    ("name", "percent"),
    [
        ("IM_0001.dcm", 0.11803),
        ("axial_philips_ghosting.dcm", 0.00725),
        ("PE_COL_PHANTOM_BOTTOM_RIGHT.IMA", 0.01514),
    ],
)
def test_the_ghost_ratio_agrees_with_published_code(test_data, name, percent):
    result = measured(load_images(test_data / "mr" / "ghosting" / name))
    assert result["ghost_ratio"].value == pytest.approx(percent, rel=0.03)


@pytest.mark.parametrize("name", ["acr_ge_artist", "acr_siemens_solafit", "acr_siemens_sola_enhanced"])
def test_a_test_object_with_inserts_is_refused(test_data, name):
    assert refusal(read(test_data / "mr" / name)).code == "not_homogeneous"


@pytest.mark.parametrize("name", ["acr_ge_artist/Z32", "acr_ge_artist/Z38", "acr_siemens_solafit/1.dcm"])
def test_a_slice_with_inserts_is_refused(test_data, name):
    assert refusal(load_images(test_data / "mr" / name)).code == "not_homogeneous"


def test_images_of_two_phantoms_are_no_pair(test_data):
    images = [*read(test_data / "mr" / "snr_pair_GE_sag")[:1], *read(test_data / "mr" / "snr_pair_Siemens_tra")[:1]]
    assert failed(measured(images))["snr_subtraction"] == "not_a_pair"
