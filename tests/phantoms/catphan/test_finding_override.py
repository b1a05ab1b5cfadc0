# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a person sets by hand is used, told, and replayed; the rest is found."""

from dataclasses import replace

import pytest

from optimage.api import AnalysisError, Image
from optimage.synthetic.catphan import render_catphan
from optimage.synthetic.placement import Placement
from optimage_phantoms.catphan.finding.card import PARAMETERS
from optimage_phantoms.catphan.finding.case import case_of
from optimage_phantoms.catphan.finding.notes import notes_of
from optimage_phantoms.catphan.pose import Pose
from tests.phantoms.catphan.found import METHOD, assert_found, found_in, small
from tests.phantoms.conftest import as_series

SPEC = small("504", Placement(origin_mm=0.7, direction=-1, roll_deg=5.0), z_mm=(-30.0, -5.0, 0.0, 5.0, 65.0))


@pytest.fixture(scope="module")
def images() -> tuple[Image, ...]:
    return render_catphan(SPEC)


def test_with_every_default_nothing_counts_as_set_by_hand(images: tuple[Image, ...]) -> None:
    found = found_in(images, **{spec.name: spec.default for spec in PARAMETERS})
    assert_found(found, SPEC)
    assert found.automatic


@pytest.mark.parametrize(
    ("name", "value", "seen"),
    [
        ("origin_slice", 4, lambda pose: pose.origin_mm == pytest.approx(5.7)),
        ("origin_slice_mm", "1.5", lambda pose: pose.origin_mm == 1.5),
        ("centre_row", 120.0, lambda pose: pose.row == 120.0),
        ("centre_column", 121.5, lambda pose: pose.column == 121.5),
        ("roll_deg", "4.5", lambda pose: pose.roll_deg == 4.5),
        ("roll_deg", "0", lambda pose: pose.roll_deg == 0.0),
        ("mirrored", "yes", lambda pose: pose.mirrored),
        ("direction", "up", lambda pose: pose.direction == 1),
    ],
)
def test_each_value_set_by_hand_is_used_and_told(images: tuple[Image, ...], name: str, value, seen) -> None:
    found = found_in(images, **{name: value})
    assert seen(Pose.of(found))
    assert not found.automatic
    assert [reason for reason in found.reasons if reason.startswith("given:")]
    assert notes_of(found)[0].code == "set_by_hand"


def test_what_is_not_set_is_still_found(images: tuple[Image, ...]) -> None:
    pose = Pose.of(found_in(images, origin_slice_mm="0.5", model="504"))
    assert (pose.direction, pose.mirrored) == (-1, False)
    assert pose.roll_deg == pytest.approx(5.0, abs=0.1)


def test_a_given_model_is_taken_though_another_fits_better(images: tuple[Image, ...]) -> None:
    assert found_in(images, model="503").model == "503"


def test_slices_without_the_sensitometry_module_are_measured_where_a_person_places_them(
    images: tuple[Image, ...],
) -> None:
    pair, uniformity = images[-1], images[0]
    by_hand = {"model": "504", "origin_slice_mm": "0.7", "roll_deg": "5", "mirrored": "no", "direction": "down"}
    found = found_in([pair, uniformity], **by_hand)
    case = case_of(as_series([pair, uniformity]), found, by_hand, METHOD)
    assert case.nearest("line_pairs", within_mm=1.0).image is pair
    assert case.nearest("uniformity", within_mm=1.0).image is uniformity
    assert "not_confirmed" in found.reasons


def test_a_replayed_localisation_gives_the_same_pose_and_slices(images: tuple[Image, ...]) -> None:
    found = found_in(images, roll_deg="4.5")
    case = case_of(as_series(reversed(images)), replace(found, shapes=(), reasons=()), {}, METHOD)
    assert case.pose == Pose.of(found)
    assert [image.uid for image in case.stack] == [uid for uid, _ in found.slices]


def test_a_slice_that_is_not_there_is_refused(images: tuple[Image, ...]) -> None:
    with pytest.raises(AnalysisError, match="slice 9") as refused:
        found_in(images, origin_slice=9)
    assert refused.value.code == "origin_slice_not_there"


@pytest.mark.parametrize("value", ["about 3", "nan", "inf", "1,5"])
def test_a_text_that_is_no_number_is_refused(images: tuple[Image, ...], value: str) -> None:
    with pytest.raises(AnalysisError) as refused:
        found_in(images, roll_deg=value)
    assert refused.value.code == "parameter_not_a_number"
