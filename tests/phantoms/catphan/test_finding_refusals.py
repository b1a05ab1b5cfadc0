# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is no CATPHAN is refused with what was seen, never measured."""

from dataclasses import replace

import numpy as np
import pytest

from optimage.api import AnalysisError, Image
from optimage.synthetic.catphan import Catphan, render_catphan
from optimage.synthetic.catphan_layout import INSERT, Block, Cylinder, Layout, polar
from optimage.synthetic.rendering import Grid
from tests.phantoms.catphan.found import found_in, small

Insert = tuple[float, float, float, float]
"""Radius, angle, CT number, diameter."""


def other_phantom(*inserts: Insert, radius_mm: float = 100.0, body_hu: float = 0.0) -> tuple[Image, ...]:
    blocks = (Block("inserts", (-20.0, 20.0), body_hu), Block("plain", (20.0, 60.0), body_hu))
    rods = tuple(
        Cylinder(str(number), INSERT, polar(radius, angle), diameter, (-20.0, 20.0), hu, hu - body_hu)
        for number, (radius, angle, hu, diameter) in enumerate(inserts)
    )
    layout = Layout("other", blocks, radius_mm, radius_mm - 1.0, body_hu, cylinders=rods)
    scan = {"matrix": (256, 256), "spacing_mm": (0.9, 0.9), "thickness_mm": 5.0, "noise_hu": 10.0}
    return render_catphan(Catphan(layout, positions_mm=tuple(np.arange(-20.0, 55.0, 5.0)), **scan))


ACR = ((63.0, -135.0, 955.0, 25.0), (63.0, 45.0, -95.0, 25.0), (63.0, 135.0, 120.0, 25.0), (63.0, -45.0, -1000.0, 25.0))
QUART = ((58.5, -90.0, -1000.0, 12.0), (58.5, 30.0, 1000.0, 12.0), (58.5, 150.0, 300.0, 12.0))
RING_OF_EIGHT = tuple(
    (58.5, 45.0 * k, hu, 28.0) for k, hu in enumerate((-1000.0, 1200.0, -90.0, 0.0, 60.0, 300.0, 800.0, -500.0))
)


@pytest.mark.parametrize("inserts", [ACR, QUART, RING_OF_EIGHT])
def test_inserts_without_pins_are_another_makers_phantom(inserts: tuple[Insert, ...]) -> None:
    with pytest.raises(AnalysisError, match="0 of the four pins") as refused:
        found_in(other_phantom(*inserts))
    assert refused.value.code == "not_a_catphan"


def test_water_is_no_catphan() -> None:
    with pytest.raises(AnalysisError, match="no slice shows air and Teflon") as refused:
        found_in(other_phantom())
    assert refused.value.code == "not_a_catphan"


def test_a_phantom_of_another_size_is_not_found() -> None:
    with pytest.raises(AnalysisError) as refused:
        found_in(other_phantom(*QUART, radius_mm=80.0))
    assert refused.value.code in {"phantom_not_found", "not_a_catphan"}


def test_a_head_is_not_found() -> None:
    image = render_catphan(small(z_mm=(0.0,)))[0]
    grid = Grid(image.shape, (0.9, 0.9))
    away = np.hypot(grid.x_mm / 75.0, grid.y_mm / 95.0)
    head = np.where(away < 0.92, 40, np.where(away < 1.0, 1000, -1000)) + 1024
    head[np.hypot(grid.x_mm - 20.0, grid.y_mm + 60.0) < 8.0] = 24  # a sinus
    slices = [
        replace(image, pixels=head.astype(np.int16), uid=str(k), position_mm=(0.0, 0.0, 5.0 * k)) for k in range(4)
    ]
    with pytest.raises(AnalysisError) as refused:
        found_in(slices)
    assert refused.value.code == "phantom_not_found"


@pytest.mark.parametrize("stored", [0, 1024])
def test_images_without_structure_are_refused(stored: int) -> None:
    image = render_catphan(small(z_mm=(0.0,)))[0]
    with pytest.raises(AnalysisError) as refused:
        found_in([replace(image, pixels=np.full_like(image.pixels, stored))])
    assert refused.value.code == "phantom_not_found"


@pytest.mark.parametrize("side", [1, 8])
def test_images_of_a_few_pixels_are_refused(side: int) -> None:
    image = render_catphan(small(z_mm=(0.0,)))[0]
    with pytest.raises(AnalysisError) as refused:
        found_in([replace(image, pixels=image.pixels[:side, :side])])
    assert refused.value.code == "phantom_not_found"


def test_bars_of_another_pattern_are_not_taken_for_line_pairs() -> None:
    bars = tuple((47.0, 15.0 * k, 1000.0, 5.0) for k in range(24))
    with pytest.raises(AnalysisError, match="fit no model") as refused:
        found_in(other_phantom(*bars))
    assert refused.value.code == "no_sensitometry_slice"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"header": {"Modality": "MR"}}, "wrong_modality"),
        ({"header": {"Modality": "CT", "ImageType": ("DERIVED", "SECONDARY", "SCREEN SAVE")}}, "wrong_object"),
        ({"spacing_mm": None}, "missing_attribute"),
    ],
)
def test_what_is_no_ct_slice_is_refused(change: dict, code: str) -> None:
    images = [replace(image, **change) for image in render_catphan(small(z_mm=(0.0, 65.0)))]
    with pytest.raises(AnalysisError) as refused:
        found_in(images)
    assert refused.value.code == code


def test_a_series_without_positions_is_refused() -> None:
    images = [replace(image, position_mm=None) for image in render_catphan(small(z_mm=(0.0, 65.0)))]
    with pytest.raises(AnalysisError, match="ImagePositionPatient"):
        found_in(images)
