# SPDX-License-Identifier: LGPL-3.0-or-later
"""MRI level A finds repeated images by their headers and notices where the two do not belong together."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import numpy as np
import pytest

from optimage.synthetic.mr_flood import render_mr_flood
from optimage.synthetic.mr_header import MrScan
from optimage_phantoms.mr_flood.difference import edge_shift_px
from optimage_phantoms.mr_flood.pairs import acquired_at, scans_of
from tests.phantoms.conftest import as_series
from tests.phantoms.mr.conftest import BOTTLE, MODULE, codes, failed, measured, relabelled, without

RULES = MODULE._method.pairs
ANONYMOUS = {"AcquisitionDateTime": "00010101010101.000000+0000", "ContentTime": "000000.00"}
TIMES = (
    "AcquisitionDateTime",
    "AcquisitionDate",
    "AcquisitionTime",
    "ContentDate",
    "ContentTime",
    "SeriesDate",
    "SeriesTime",
)


def scans(images):
    return scans_of(as_series(images), RULES)


def named(images):
    return [(scan.item, scan.first.uid, scan.second.uid if scan.second else None) for scan in scans(images)]


def test_two_repeats_are_one_pair_in_the_order_of_their_times():
    first, second = render_mr_flood(BOTTLE, repeats=2)
    assert named([second, first]) == [("", first.uid, second.uid)]


def test_pairs_of_several_slices_are_found_in_any_order():
    images = render_mr_flood(replace(BOTTLE, slices=3, matrix=(64, 64), spacing_mm=(4.0, 4.0)), repeats=2)
    expected = [(f"slice={i + 1}", images[i].uid, images[i + 3].uid) for i in range(3)]
    for order in list(permutations(range(6)))[::37]:
        assert named([images[i] for i in order]) == expected


def test_four_repeats_are_two_pairs():
    a, b, c, d = render_mr_flood(BOTTLE, repeats=4)
    assert named([d, b, a, c]) == [("pair=1", a.uid, b.uid), ("pair=2", c.uid, d.uid)]


def test_repeats_of_another_day_are_no_pair():
    today = render_mr_flood(BOTTLE)[0]
    later = MrScan(text="later", acquired=MrScan().acquired + timedelta(days=7))
    last_week = render_mr_flood(replace(BOTTLE, scan=later, seed=2))[0]
    result = measured([today, last_week])
    assert failed(result)["snr_subtraction"] == "no_second_image"
    assert len({one.item for one in result.measurements if one.item}) == 2


def test_anonymised_times_separate_nothing():
    images = [relabelled(without(image, *TIMES), **ANONYMOUS) for image in render_mr_flood(BOTTLE, repeats=2)]
    assert acquired_at(images[0]) is None
    assert len(scans(images)) == 1


def test_times_are_read_from_whichever_attribute_has_them():
    image = without(render_mr_flood(BOTTLE)[0], *TIMES)
    wanted = datetime(2026, 1, 5, 7, 30)  # noqa: DTZ001 - only differences count
    assert acquired_at(relabelled(image, AcquisitionDate="20260105", AcquisitionTime="073000.123")) == wanted
    assert acquired_at(relabelled(image, AcquisitionDateTime="20260105073000+0100")) == wanted
    assert acquired_at(image) is None


def test_the_same_image_twice_is_one_image():
    image = render_mr_flood(BOTTLE)[0]
    assert named([image, image]) == [("", image.uid, None)]


@pytest.mark.parametrize(
    ("keyword", "value"),
    [
        ("EchoTime", 20.0),
        ("RepetitionTime", 500.0),
        ("FlipAngle", 45.0),
        ("PixelBandwidth", 200.0),
        ("NumberOfAverages", 2.0),
        ("SliceThickness", 3.0),
        ("ReceiveCoilName", "BODY"),
        ("ImageType", ("ORIGINAL", "PRIMARY", "M", "NORM")),
    ],
)
def test_images_of_another_protocol_are_no_pair_and_the_attribute_is_named(keyword, value):
    first, second = render_mr_flood(BOTTLE, repeats=2)
    result = measured([first, relabelled(second, **{keyword: value})])
    failures = {failure.subtest: failure for failure in result.failures}
    assert failures["snr_subtraction"].code == "not_a_pair"
    assert keyword in str(failures["snr_subtraction"].message)
    assert np.isfinite(result["snr_smoothing"].value), "single images are measured nevertheless"


def test_another_slice_is_no_pair():
    images = render_mr_flood(replace(BOTTLE, slices=2))
    result = measured(images)
    assert failed(result)["snr_subtraction"] == "not_a_pair"
    assert "ImagePositionPatient" in str(result.failures[0].message)


def test_rounding_of_the_orientation_makes_no_difference():
    first, second = render_mr_flood(BOTTLE, repeats=2)
    turned = replace(second, orientation=(1.0, -4.897e-12, 0.0, 4.897e-12, 1.0, 0.0))
    assert len(scans([first, turned])) == 1


def test_one_image_alone_gives_all_that_one_image_can():
    result = measured(render_mr_flood(BOTTLE))
    assert failed(result)["snr_subtraction"] == "no_second_image"
    assert result["snr_background"].value == pytest.approx(100.0, rel=0.03 + 3 * 0.015)
    assert result["snr_smoothing"].value == pytest.approx(100.0, rel=0.03)


def test_a_copy_is_no_second_acquisition():
    image = render_mr_flood(BOTTLE)[0]
    assert failed(measured([image, replace(image, uid="1.2.3")]))["snr_subtraction"] == "identical_images"


def test_means_that_differ_by_more_than_two_percent_are_refused():
    images = render_mr_flood(replace(BOTTLE, drift_percent=2.5), repeats=2)
    assert failed(measured(images))["snr_subtraction"] == "means_differ"


def test_a_drift_of_the_gain_is_told():
    assert "drift" in codes(measured(render_mr_flood(replace(BOTTLE, drift_percent=1.5), repeats=2)))
    assert "drift" not in codes(measured(render_mr_flood(BOTTLE, repeats=2)))


def test_drift_with_the_shape_of_the_coils_field_is_told():
    """The gain changes, so the difference follows the sum: correlation, though the means agree."""
    spec = replace(BOTTLE, bias=(0.5, 0.0, -0.3, 0.0), drift_percent=1.0, sigma=3.0)
    assert "drift" in codes(measured(render_mr_flood(spec, repeats=2)))


@pytest.mark.parametrize("shift", [(0.3, 0.0), (0.0, -0.4), (0.25, 0.2)])
def test_a_shift_of_less_than_a_pixel_is_told_and_measured(shift):
    images = render_mr_flood(replace(BOTTLE, drift_px=shift), repeats=2)
    result = measured(images)
    assert "misaligned" in codes(result)
    first, second = (image.values() for image in images)
    mask = first > 500.0
    down, right, uncertainty = edge_shift_px(first, first - second, mask)
    assert uncertainty < 0.02
    # The digital edge is one pixel wide, its slope taken over two: a fifth too large at most.
    assert (right, down) == pytest.approx(shift, abs=0.2 * max(map(abs, shift)) + 3 * uncertainty)


def test_a_phantom_in_place_is_told_of_no_shift():
    assert "misaligned" not in codes(measured(render_mr_flood(replace(BOTTLE, sigma=50.0), repeats=2)))


def test_a_phantom_that_has_moved_is_refused():
    images = render_mr_flood(replace(BOTTLE, drift_px=(3.0, 0.0)), repeats=2)
    assert failed(measured(images))["snr_subtraction"] == "misaligned"
