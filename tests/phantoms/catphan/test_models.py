# SPDX-License-Identifier: LGPL-3.0-or-later
"""The data files of the CATPHAN models and how a phantom's places become pixels."""

import numpy as np
import pytest

from optimage.api import AnalysisError, Image
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.method import load_method
from optimage_phantoms.catphan.models import load_family
from optimage_phantoms.catphan.pose import Pose, difference_deg


def slice_at(position_mm: float) -> Image:
    return Image(
        np.zeros((8, 8), np.int16),
        str(position_mm),
        spacing_mm=(0.5, 0.4),
        position_mm=(0.0, 0.0, position_mm),
        orientation=(1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
    )


def test_every_model_of_the_family_is_there_with_the_uniformity_module_on_the_positive_side() -> None:
    family = load_family()
    assert set(family) == {"500", "503", "504", "600", "604", "700"}
    assert all(model.z_mm["uniformity"] > 0.0 == model.z_mm["sensitometry"] for model in family.values())


@pytest.mark.parametrize(
    ("model", "inserts"), [("500", 4), ("503", 8), ("504", 8), ("600", 8), ("604", 10), ("700", 11)]
)
def test_no_two_inserts_of_a_model_touch(model: str, inserts: int) -> None:
    found = load_family()[model].sensitometry.inserts
    places = [one.radius_mm * np.exp(1j * np.radians(one.angle_deg)) for one in found]
    apart = [abs(a - b) for i, a in enumerate(places) for b in places[:i]]
    assert len(found) == inserts
    assert min(apart) > load_family()[model].sensitometry.insert_diameter_mm


@pytest.mark.parametrize("mirrored", [False, True])
def test_angles_on_the_screen_and_in_the_phantom_are_each_others_inverse(mirrored: bool) -> None:
    view = Pose(0.0, 1, 12.0, mirrored=mirrored, row=3.0, column=4.0).on(slice_at(0.0))
    for angle in (-170.0, -20.0, 0.0, 33.0, 179.0):
        back = view.phantom_angle_deg(view.image_angle_deg(angle))
        assert difference_deg(back, angle) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_place_and_its_angle_name_the_same_pixel(mirrored: bool) -> None:
    view = Pose(0.0, 1, 25.0, mirrored=mirrored, row=3.0, column=4.0, scale=1.02).on(slice_at(0.0))
    disc = view.polar_disc(10.0, 40.0, 2.0)
    angle = np.radians(view.image_angle_deg(40.0))
    assert disc.row == pytest.approx(3.0 + 10.2 * np.sin(angle) / 0.5)
    assert disc.column == pytest.approx(4.0 + 10.2 * np.cos(angle) / 0.4)
    assert disc.radius_mm == pytest.approx(2.04)


def test_the_axis_of_a_tilted_phantom_moves_with_the_slice() -> None:
    pose = Pose(5.0, -1, 0.0, mirrored=False, row=3.0, column=4.0, row_per_mm=0.1, column_per_mm=-0.2)
    view = pose.on(slice_at(15.0))
    assert (view.z_mm, view.row, view.column) == pytest.approx((-10.0, 4.0, 2.0))


def test_a_section_that_no_slice_shows_and_one_that_the_model_has_not_are_told_apart() -> None:
    method = load_method()
    case = CatphanCase((slice_at(0.0),), Pose(0.0, 1, 0.0, False, 3.0, 4.0), method.family["503"], {}, method)
    assert case.nearest("sensitometry", within_mm=3.0).z_mm == 0.0
    with pytest.raises(AnalysisError, match=r"nearest lies 110\.0 mm away") as scanned:
        case.nearest("uniformity", within_mm=3.0)
    with pytest.raises(AnalysisError, match="no low-contrast module") as known:
        case.nearest("low_contrast", within_mm=3.0)
    assert (scanned.value.code, known.value.code) == ("section_not_scanned", "section_not_in_model")
