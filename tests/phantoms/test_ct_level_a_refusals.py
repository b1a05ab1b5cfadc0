# SPDX-License-Identifier: LGPL-3.0-or-later
"""CT level A says why it cannot measure, and measures what is left."""

from dataclasses import replace
from math import isfinite, isnan

import numpy as np
import pytest

from optimage.api import AnalysisError, Image
from optimage.synthetic.ct_water import CtWater, Insert, render_ct_water
from optimage.synthetic.rendering import Storage
from optimage_phantoms.ct_level_a import CtLevelA
from tests.phantoms.conftest import analyse

MODULE = CtLevelA()
SPEC = CtWater(noise_hu=5.0)


def refusal(images) -> AnalysisError:
    with pytest.raises(AnalysisError) as refused:
        analyse(MODULE, images)
    assert str(refused.value.advice), "a refusal says what to do"
    return refused.value


def relabelled(image: Image, **header) -> Image:
    return replace(image, header={**image.header, **header})


def codes(result) -> set[str]:
    return {note.code for note in result.notes}


@pytest.mark.parametrize("hu", [-1000.0, 0.0])
def test_an_empty_image_shows_no_phantom(hu):
    spec = replace(SPEC, water_hu=hu, shell_hu=hu, air_hu=hu)
    assert refusal(render_ct_water(spec)).code == "phantom_not_found"


def test_a_constant_image_shows_no_phantom():
    spec = replace(SPEC, noise_hu=0.0, water_hu=0.0, shell_hu=0.0, air_hu=0.0)
    assert refusal(render_ct_water(spec)).code == "phantom_not_found"


def test_an_image_of_padding_alone_shows_no_phantom():
    image = replace(render_ct_water(SPEC)[0], padding=(-32768, 32767))
    assert refusal([image]).code == "phantom_not_found"


def test_a_small_bottle_is_no_phantom():
    assert refusal(render_ct_water(replace(SPEC, diameter_mm=40.0))).code == "phantom_not_found"


def test_a_table_alone_is_no_phantom():
    spec = replace(SPEC, water_hu=-1000.0, shell_hu=-1000.0, table="bottom", noise_hu=20.0)
    assert refusal(render_ct_water(spec)).code == "phantom_not_found"


def test_an_oval_body_is_no_phantom():
    image = render_ct_water(SPEC)[0]  # spacing told wrongly by 20 %: the cylinder becomes an ellipse
    assert refusal([replace(image, spacing_mm=(0.6, 0.5))]).code == "phantom_not_found"


def test_two_phantoms_are_refused():
    spec = replace(
        SPEC, diameter_mm=150.0, spacing_mm=(0.75, 0.75), offset_mm=(-90.0, 0.0), second_offset_mm=(90.0, 0.0)
    )
    assert refusal(render_ct_water(spec)).code == "several_phantoms"


def test_a_small_bottle_beside_the_phantom_does_not_matter():
    spec = replace(SPEC, spacing_mm=(0.8, 0.8))
    values = render_ct_water(replace(spec, diameter_mm=60.0, offset_mm=(150.0, 0.0)))[0].pixels
    image = render_ct_water(spec)[0]
    both = replace(image, pixels=np.maximum(image.pixels, values))
    assert analyse(MODULE, [both])["ct_water"].value == pytest.approx(0.0, abs=0.5)


def test_an_mr_image_is_the_wrong_modality():
    error = refusal([relabelled(render_ct_water(SPEC)[0], Modality="MR")])
    assert error.code == "wrong_modality"
    assert "MR" in str(error)


@pytest.mark.parametrize(
    "header",
    [
        {"ImageType": ("ORIGINAL", "PRIMARY", "LOCALIZER")},
        {"ImageType": ("DERIVED", "SECONDARY", "SCREEN SAVE")},
        {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"},
    ],
)
def test_localisers_screen_saves_and_secondary_captures_are_wrong_objects(header):
    assert refusal([relabelled(render_ct_water(SPEC)[0], **header)]).code == "wrong_object"


def test_a_missing_pixel_spacing_is_named():
    error = refusal([replace(render_ct_water(SPEC)[0], spacing_mm=None)])
    assert error.code == "missing_attribute"
    assert "PixelSpacing" in str(error)


@pytest.mark.parametrize(
    "insert",
    [
        Insert((10.0, 0.0), 6.0, 120.0),  # inside the noise region
        Insert((0.0, 60.0), 6.0, 350.0),  # beside it, where the peripheral regions lie
        Insert((-55.0, 0.0), 12.0, -100.0),
    ],
)
def test_a_phantom_with_inserts_is_not_homogeneous(insert):
    error = refusal(render_ct_water(replace(SPEC, inserts=(insert,))))
    assert error.code == "not_homogeneous"
    assert "HU" in str(error)


def test_a_phantom_of_another_material_is_no_water():
    error = refusal(render_ct_water(replace(SPEC, water_hu=125.0)))
    assert error.code == "not_homogeneous"
    assert "125 HU" in str(error)


@pytest.mark.parametrize("texture", ["white", "ramp", "soft"])
@pytest.mark.parametrize("spacing", [0.4, 0.98, 1.9])
def test_strong_noise_of_any_texture_is_no_structure(texture, spacing):
    size = round(260 / spacing)
    spec = replace(SPEC, noise_hu=40.0, texture=texture, spacing_mm=(spacing, spacing), matrix=(size, size))
    assert analyse(MODULE, render_ct_water(spec))["noise"].value == pytest.approx(40.0, rel=0.2)


def test_strong_cupping_is_measured_and_not_refused():
    """20 HU of cupping is what a constancy test must find, so it must not look like another phantom."""
    result = analyse(MODULE, render_ct_water(replace(SPEC, cupping_hu=20.0)))
    assert result["uniformity_max_dev"].value == pytest.approx(12.8, abs=1.0)


def test_a_cut_off_phantom_is_measured_where_its_regions_stay_inside():
    result = analyse(MODULE, render_ct_water(replace(SPEC, spacing_mm=(0.42, 0.42), offset_mm=(30.0, 0.0))))
    assert result["ct_water"].value == pytest.approx(0.0, abs=0.5)
    assert result["noise"].value == pytest.approx(5.0, rel=0.02)
    assert result["ct_periphery_left"].value == pytest.approx(0.0, abs=0.6)
    assert isnan(result["uniformity_max_dev"].value)
    assert {failure.subtest: failure.code for failure in result.failures}["uniformity"] == "roi_outside"
    assert "outline_cut_off" in codes(result)


def test_a_phantom_whose_middle_is_outside_is_cut_off():
    error = refusal(render_ct_water(replace(SPEC, offset_mm=(125.0, 0.0))))
    assert error.code == "phantom_cut_off"


def test_a_field_of_view_without_any_edge_shows_no_phantom():
    error = refusal(render_ct_water(replace(SPEC, spacing_mm=(0.25, 0.25))))
    assert error.code == "phantom_not_found"
    assert "air is visible" in str(error)


def test_without_room_for_air_the_rest_is_measured():
    result = analyse(MODULE, render_ct_water(replace(SPEC, matrix=(440, 440), padding_circle=True)))
    failed = {failure.subtest: failure for failure in result.failures}
    assert set(failed) == {"air", "relative"}
    assert failed["air"].code == "no_room_for_air"
    assert "15 mm" in str(failed["air"].message)
    for key in ("ct_air", "noise_rel", "snr", "snr_db", "uniformity_rel"):
        assert isnan(result[key].value)
    for key in ("ct_water", "noise", "uniformity_max_dev"):
        assert isfinite(result[key].value)


def test_a_smaller_clearance_makes_room_for_air():
    images = render_ct_water(replace(SPEC, matrix=(480, 480), padding_circle=True))
    assert isnan(analyse(MODULE, images)["ct_air"].value)
    assert analyse(MODULE, images, air_clearance_mm=1.0)["ct_air"].value == pytest.approx(-1000.0, abs=2.0)


def test_air_cut_off_at_the_smallest_value_is_told():
    spec = replace(SPEC, storage=Storage(intercept=-1000.0, bits=12, signed=False))
    result = analyse(MODULE, render_ct_water(spec))
    assert "air_clipped" in codes(result)
    assert "air_clipped" not in codes(analyse(MODULE, render_ct_water(SPEC)))


def test_unmarked_filling_outside_the_circle_is_not_taken_for_air():
    image = render_ct_water(replace(SPEC, padding_circle=True, spacing_mm=(0.6, 0.6)))[0]
    unmarked = replace(image, padding=None, pixels=np.where(image.pixels == -2000, 0, image.pixels))
    result = analyse(MODULE, [unmarked])
    assert result["ct_air"].value == pytest.approx(-1000.0, abs=1.0)


def test_the_air_region_keeps_away_from_phantom_and_table():
    result = analyse(MODULE, render_ct_water(replace(SPEC, table="top", spacing_mm=(0.8, 0.8))))
    shapes = {overlay.name: overlay.shape for overlay in result.overlays}
    air, phantom = shapes["air"], shapes["phantom"]
    up = (phantom.row - air.row) * 0.8
    needed = 15.0 + air.radius_mm
    assert np.hypot(up, (air.column - phantom.column) * 0.8) >= phantom.radius_mm + needed
    table_low, table_high = 105.0, 135.0  # its plates above the phantom's centre
    assert up <= table_low - needed or up >= table_high + needed
    assert result["ct_air"].value == pytest.approx(-1000.0, abs=1.0)
