# SPDX-License-Identifier: LGPL-3.0-or-later
"""Finding digital CATPHANs of every model, however they lie."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from optimage.synthetic.catphan import render_catphan
from optimage.synthetic.placement import Placement
from optimage_phantoms.catphan.finding.notes import notes_of
from optimage_phantoms.catphan.models import load_family
from optimage_phantoms.catphan.pose import Pose
from tests.phantoms.catphan.found import MODULE_MM, assert_found, found_in, small

ROLLS = (-15.0, -6.3, 0.0, 8.7, 15.0)
LYING = [
    (model, direction, mirrored, ROLLS[number % len(ROLLS)])
    for number, (model, direction, mirrored) in enumerate(product(load_family(), (1, -1), (False, True)))
]


@pytest.mark.parametrize(("model", "direction", "mirrored", "roll"), LYING)
def test_every_model_is_found_in_both_directions_mirrored_and_rolled(
    model: str, direction: int, mirrored: bool, roll: float
) -> None:
    place = Placement(origin_mm=1.3, direction=direction, mirrored=mirrored, roll_deg=roll, offset_mm=(4.0, -3.0))
    spec = small(model, place)
    found = found_in(render_catphan(spec))
    assert_found(found, spec)
    unusual = direction == (1 if not mirrored else -1)
    assert ("against_handedness" in found.reasons) == unusual


@pytest.mark.parametrize("roll", [45.0, 90.0, 180.0, -100.0])
def test_a_phantom_may_hang_turned_by_any_angle(roll: float) -> None:
    spec = small("604", Placement(direction=-1, roll_deg=roll))
    assert_found(found_in(render_catphan(spec)), spec)


def test_a_tilted_phantom_is_followed_and_reported() -> None:
    spec = small("504", Placement(direction=-1, tilt_deg=(1.5, -1.0)))
    found = found_in(render_catphan(spec))
    assert_found(found, spec)
    assert found.figures["tilt_deg"] == pytest.approx(np.hypot(1.5, 1.0), abs=0.05)
    assert any(note.code == "tilted" and "1.8°" in str(note.message) for note in notes_of(found))


def test_a_phantom_off_centre_by_20_mm_that_the_image_cuts_off_is_found() -> None:
    spec = small("504", Placement(direction=-1, offset_mm=(20.0, -20.0)), matrix=(236, 236))
    found = found_in(render_catphan(spec))
    assert_found(found, spec)


@pytest.mark.parametrize("pixels", [200, 165])
def test_a_field_of_view_smaller_than_the_phantom_is_placed_by_its_inserts(pixels: int) -> None:
    spec = small("504", Placement(direction=-1, offset_mm=(3.0, 2.0), tilt_deg=(0.5, 0.0)), matrix=(pixels, pixels))
    found = found_in(render_catphan(spec))
    assert_found(found, spec)
    assert "outline_cut_off" in found.reasons
    assert found.figures["tilt_deg"] == pytest.approx(0.5, abs=0.2)  # from 20 mm of the axis


def test_couch_mount_and_air_do_not_count_as_phantom() -> None:
    place = Placement(direction=-1)
    z = (-80.0, -70.0, -55.0, -30.0, *MODULE_MM, 30.0, 65.0, 95.0)
    spec = small("504", place, z_mm=z, table_mm=101.0, mount_mm=20.0)
    found = found_in(render_catphan(spec))
    assert_found(found, spec)
    assert len(found.slices) == len(z) - 4
    assert {reason.partition(":")[2] for reason in found.reasons} == {"beside_phantom"}


def test_of_two_slices_at_one_place_the_first_is_kept() -> None:
    spec = small()
    images = render_catphan(spec)
    again = replace(images[4], uid="1.2.3.4")
    found = found_in([*images, again])
    assert_found(found, spec)
    assert len(found.slices) == len(images)
    assert ("1.2.3.4", 0) not in found.slices
    assert any(reason.endswith(":same_position") for reason in found.reasons)


def test_foreign_objects_in_the_series_are_left_out_each_with_its_reason() -> None:
    spec = small()
    images = render_catphan(spec)
    other = replace(images[0], uid="1", position_mm=(0.0, 0.0, 50.0))
    foreign = [
        replace(other, header={**other.header, "Modality": "OT"}),
        replace(other, uid="2", header={**other.header, "ImageType": ("ORIGINAL", "PRIMARY", "LOCALIZER")}),
        replace(other, uid="3", spacing_mm=None),
        replace(other, uid="4", pixels=other.pixels[:128, :128]),
        replace(other, uid="5", orientation=(1.0, 0.0, 0.0, 0.0, 0.0, -1.0)),
    ]
    found = found_in([*images, *foreign])
    assert_found(found, spec)
    codes = sorted(reason.partition(":")[2] for reason in found.reasons if reason.startswith("slice="))
    assert codes == ["missing_attribute", "other_matrix", "other_orientation", "wrong_modality", "wrong_object"]


@pytest.mark.parametrize("step", [2, 3, 4])
def test_missing_slices_do_not_matter(step: int) -> None:
    spec = small("504", z_mm=np.arange(-45.0, 80.1, 2.5)[1::step])
    found = found_in(render_catphan(spec))
    assert_found(found, spec)


@pytest.mark.parametrize("others", [(-30.0, 65.0), (30.0, 65.0), (-30.0, 30.0)])
def test_three_slices_are_enough(others: tuple[float, float]) -> None:
    spec = small("504", z_mm=(0.0, *others))
    found = found_in(render_catphan(spec))
    assert_found(found, spec)
    assert "direction_assumed" not in found.reasons


@pytest.mark.parametrize("z", [-5.0, 0.0, 4.0])
def test_one_slice_gives_a_pose_that_says_what_it_cannot_know(z: float) -> None:
    spec = small("504", z_mm=(z,))
    found = found_in(render_catphan(spec))
    assert_found(found, spec)
    assert {"model_uncertain", "direction_assumed"} <= set(found.reasons)
    assert found.confidence < 0.5


def test_one_slice_without_position_is_found() -> None:
    image = replace(render_catphan(small("604", z_mm=(0.0,)))[0], position_mm=None, orientation=None)
    found = found_in([image])
    assert found.model == "604"
    assert Pose.of(found).roll_deg == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("thickness", [0.625, 5.0])
def test_thin_and_thick_slices_are_found(thickness: float) -> None:
    half = 20.0 if thickness < 1.0 else 70.0
    spec = small("504", z_mm=np.arange(-half, half + 0.01, thickness), thickness_mm=thickness)
    assert_found(found_in(render_catphan(spec)), spec)


@pytest.mark.parametrize("spacing", [(0.4, 0.4), (1.0, 0.7)])
def test_pixels_of_other_sizes_are_found(spacing: tuple[float, float]) -> None:
    matrix = round(220.0 / spacing[0]), round(220.0 / spacing[1])
    spec = small("504", z_mm=(-30.0, -5.0, 0.0, 5.0, 65.0), matrix=matrix, spacing_mm=spacing)
    assert_found(found_in(render_catphan(spec)), spec)


@pytest.mark.parametrize(("model", "mirrored"), [("504", False), ("504", True), ("503", False), ("600", True)])
def test_line_pairs_place_a_phantom_whose_sensitometry_module_was_not_scanned(model: str, mirrored: bool) -> None:
    place = Placement(origin_mm=2.0, direction=1 if mirrored else -1, mirrored=mirrored, roll_deg=9.0)
    z = load_family()[model].z_mm
    spec = small(model, place, z_mm=(z["line_pairs"], z["uniformity"]), spacing_mm=(0.7, 0.7), matrix=(320, 320))
    found = found_in(render_catphan(spec))
    pose = Pose.of(found)
    assert (found.model, pose.direction, pose.mirrored) == (model, place.direction, mirrored)
    assert pose.roll_deg == pytest.approx(9.0, abs=1.0)  # the steps of the search and the breadth of the bars
    assert pose.origin_mm == pytest.approx(2.0, abs=0.01)  # the slice was cut through the middle of the bars
    assert {"by_line_pairs", "model_uncertain"} <= set(found.reasons)
