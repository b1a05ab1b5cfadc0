# SPDX-License-Identifier: LGPL-3.0-or-later
"""MRI level A says why it cannot measure, and measures what is left."""

from dataclasses import replace
from math import isfinite, isnan

import numpy as np
import pytest

from optimage.api import ImageSet
from optimage.synthetic.ct_water import CtWater, render_ct_water
from optimage.synthetic.mr_flood import render_mr_flood
from optimage.synthetic.mr_inserts import bars, bubble, head, ring, second_bottle
from optimage.testing.phantom_module import PhantomModuleChecks
from tests.phantoms.conftest import as_series
from tests.phantoms.mr.conftest import BOTTLE, MODULE, codes, failed, located, measured, refusal, relabelled, without


def test_a_ct_image_is_the_wrong_modality():
    error = refusal(render_ct_water(CtWater()))
    assert error.code == "wrong_modality"
    assert "CT" in str(error)


@pytest.mark.parametrize(
    "header",
    [
        {"ImageType": ("ORIGINAL", "PRIMARY", "LOCALIZER")},
        {"ImageType": ("DERIVED", "SECONDARY", "SCREEN SAVE")},
        {"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"},
    ],
)
def test_localisers_and_screen_saves_are_wrong_objects(header):
    assert refusal([relabelled(render_mr_flood(BOTTLE)[0], **header)]).code == "wrong_object"


@pytest.mark.parametrize(
    "header",
    [
        {"ComplexImageComponent": "PHASE"},
        {"ComplexImageComponent": "", "ImageType": ("ORIGINAL", "PRIMARY", "P", "ND")},
    ],
)
def test_phase_images_are_refused(header):
    assert refusal([relabelled(render_mr_flood(BOTTLE)[0], **header)]).code == "phase_image"


@pytest.mark.parametrize("signal", [0.0, 10.0])
def test_noise_alone_shows_no_phantom(signal):
    assert refusal(render_mr_flood(replace(BOTTLE, signal=signal))).code == "phantom_not_found"


def test_a_constant_image_shows_no_phantom():
    image = render_mr_flood(BOTTLE)[0]
    assert refusal([replace(image, pixels=np.full_like(image.pixels, 7))]).code == "phantom_not_found"


def test_an_image_of_padding_alone_shows_no_phantom():
    image = replace(render_mr_flood(BOTTLE)[0], padding=(0, 65535))
    assert refusal([image]).code == "phantom_not_found"


def test_a_vial_is_no_phantom():
    assert refusal(render_mr_flood(replace(BOTTLE, size_mm=(20.0, 20.0)))).code == "phantom_not_found"


def test_a_missing_pixel_spacing_is_named():
    error = refusal([replace(render_mr_flood(BOTTLE)[0], spacing_mm=None)])
    assert error.code == "missing_attribute"
    assert "PixelSpacing" in str(error)


def test_a_set_without_images_is_refused():
    error = refusal([])
    assert error.code == "missing_images"


@pytest.mark.parametrize(
    "spec",
    [
        replace(BOTTLE, inserts=ring(120.0, 6.0)),
        replace(BOTTLE, inserts=ring(120.0, 6.0, 0.6), bias=(0.2, 0.0, -0.2, 0.0)),
        replace(BOTTLE, inserts=bars(200.0)),
        replace(BOTTLE, shape="ellipse", size_mm=(150.0, 190.0), inserts=head((150.0, 190.0))),
    ],
)
@pytest.mark.parametrize("sigma", [0.0, 10.0, 50.0])
def test_inserts_and_heads_are_not_homogeneous(spec, sigma):
    error = refusal(render_mr_flood(replace(spec, sigma=sigma), repeats=2))
    assert error.code == "not_homogeneous"


@pytest.mark.parametrize("snr", [3.0, 5.0, 10.0, 50.0])
def test_noise_is_no_structure(snr):
    result = measured(render_mr_flood(replace(BOTTLE, sigma=BOTTLE.signal / snr), repeats=2))
    assert isfinite(result["snr_subtraction"].value)


@pytest.mark.parametrize("bias", [(0.6, 0.0, 0.0, 0.0), (0.0, 0.3, -0.5, -0.5), (0.0, 0.0, 1.5, 1.5)])
def test_the_field_of_a_surface_coil_is_no_structure(bias):
    result = measured(render_mr_flood(replace(BOTTLE, bias=bias), repeats=2))
    assert isfinite(result["piu"].value)


def test_an_air_bubble_under_the_top_is_left_out():
    images = render_mr_flood(replace(BOTTLE, air_mm=14.0), repeats=2)
    result = measured(images)
    assert result["snr_subtraction"].value == pytest.approx(100.0, rel=0.02 + 3 * 0.004)
    assert result["piu"].value > 90.0, "no air in the measuring region"


def test_a_bubble_inside_pulls_the_uniformity_down_and_is_no_crash():
    result = measured(render_mr_flood(replace(BOTTLE, inserts=(bubble((30.0, -40.0), 8.0),)), repeats=2))
    assert result["piu"].value < 50.0
    lowest = next(one.shape for one in result.overlays if one.name == "lowest_pixel")
    assert (lowest.column - 127.5, lowest.row - 127.5) == pytest.approx((30.0, -40.0), abs=4.0)


def test_of_two_bottles_the_middle_one_is_measured_with_a_remark():
    spec = replace(BOTTLE, size_mm=(90.0, 90.0), inserts=(second_bottle((85.0, 0.0), 60.0, 2.0),))
    result = measured(render_mr_flood(spec, repeats=2), squares="five_mm")
    assert "several_phantoms" in codes(result)
    assert result["snr_subtraction"].value == pytest.approx(100.0, rel=0.02 + 3 * 0.01)


@pytest.mark.parametrize("offset", [(40.0, 0.0), (0.0, -45.0)])
def test_a_phantom_cut_by_the_field_of_view_is_measured_where_regions_are_inside(offset):
    result = measured(render_mr_flood(replace(BOTTLE, offset_mm=offset), repeats=2))
    assert "phantom_cut_off" in codes(result)
    assert result["snr_subtraction_five_px"].value == pytest.approx(100.0, rel=0.02 + 3 * 0.016)


def test_a_region_that_the_edge_of_the_image_cuts_gives_no_value():
    result = measured(render_mr_flood(replace(BOTTLE, offset_mm=(75.0, 0.0)), repeats=2))
    assert failed(result)["snr_subtraction"] == "roi_outside"
    assert isnan(result["snr_subtraction"].value)


def test_squares_that_leave_a_small_phantom_give_no_value_and_those_in_mm_fit():
    images = render_mr_flood(replace(BOTTLE, size_mm=(100.0, 100.0)), repeats=2)
    result = measured(images)
    assert failed(result)["snr_subtraction_five_px"] == "square_leaves_phantom"
    fitting = measured(images, squares="five_mm")
    assert fitting["snr_subtraction_five_px"].value == pytest.approx(100.0, rel=0.02 + 3 * 0.016)
    assert result["snr_subtraction_five_px"].method != fitting["snr_subtraction_five_px"].method


@pytest.mark.parametrize("keyword", ["PixelBandwidth", "RepetitionTime", "NumberOfAverages", "SliceThickness"])
def test_the_normalisation_names_what_is_missing_and_the_plain_ratio_stays(keyword):
    images = [without(image, keyword) for image in render_mr_flood(BOTTLE, repeats=2)]
    result = measured(images)
    failure = next(one for one in result.failures if one.subtest == "snr_normalised")
    assert failure.code == "missing_attribute"
    assert keyword in str(failure.message)
    assert isfinite(result["snr_subtraction"].value)
    assert isnan(result["snr_subtraction_normalised"].value)


def test_the_ghost_ratio_names_a_missing_phase_direction():
    images = [without(image, "InPlanePhaseEncodingDirection") for image in render_mr_flood(BOTTLE)]
    result = measured(images)
    failure = next(one for one in result.failures if one.subtest == "ghost_ratio")
    assert "InPlanePhaseEncodingDirection" in str(failure.message)
    assert isfinite(result["psg"].value)


def test_half_of_a_series_is_enough_and_the_rest_is_named():
    good = render_mr_flood(replace(BOTTLE, slices=2), repeats=2)
    inserts = render_mr_flood(replace(BOTTLE, inserts=ring(120.0, 6.0)))[0]
    other = replace(inserts, uid="1.2.4", position_mm=(inserts.position_mm[0], inserts.position_mm[1], 55.0))
    result = measured([*good, other])
    assert "not_homogeneous" in codes(result)
    assert {one.item for one in result.measurements} == {"", "slice=1", "slice=2"}


def test_a_series_of_inserts_is_refused_although_one_slice_would_do():
    good = render_mr_flood(BOTTLE)
    inserts = render_mr_flood(replace(BOTTLE, inserts=ring(120.0, 6.0), slices=3))
    moved = [
        replace(one, uid=f"1.2.{n}", position_mm=(*one.position_mm[:2], 50.0 + 10 * n)) for n, one in enumerate(inserts)
    ]
    assert refusal([*good, *moved]).code == "not_homogeneous"


def test_a_localisation_is_replayed_as_it_stands():
    images = render_mr_flood(BOTTLE, repeats=2)
    found = located(images)
    moved = tuple(
        replace(one, shape=replace(one.shape, points=tuple((row + 5.0, column) for row, column in one.shape.points)))
        if one.name == "phantom"
        else replace(one, shape=replace(one.shape, row=one.shape.row + 5.0))
        for one in found.shapes
    )
    from optimage.api import default_parameters

    result = MODULE.measure(as_series(images), replace(found, shapes=moved), default_parameters(MODULE.info))
    centre = next(one.shape for one in result.overlays if one.name == "centre")
    before = next(one.shape for one in measured(images).overlays if one.name == "centre")
    assert centre.row - before.row == 5.0


class TestAsAModule(PhantomModuleChecks):
    module = MODULE

    def sample(self) -> ImageSet:
        return as_series(render_mr_flood(replace(BOTTLE, slices=2, bias=(0.1, 0.05, -0.1, 0.0)), repeats=2))


class TestAsAModuleForOneImage(PhantomModuleChecks):
    module = MODULE

    def sample(self) -> ImageSet:
        return as_series(render_mr_flood(replace(BOTTLE, shape="rectangle", size_mm=(150.0, 140.0))))
