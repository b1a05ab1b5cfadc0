# SPDX-License-Identifier: LGPL-3.0-or-later
"""Strips along slanted lines through images whose values are known everywhere."""

from math import cos, hypot, radians, sin

import numpy as np
import pytest

from optimage.api import Image
from optimage.imaging.strip import Strip, cut_strip

SPACING = (0.8, 0.5)
MIDDLE = (60.3, 80.7)


def image_of(value) -> Image:
    """Return an image with `value(right, down)` in mm from its first pixel, to a thousandth."""
    down, right = np.arange(120)[:, None] * SPACING[0], np.arange(160)[None, :] * SPACING[1]
    stored = np.rint(1000 * value(right, down)).astype(np.int32)
    return Image(np.broadcast_to(stored, (120, 160)).copy(), "1", slope=0.001, spacing_mm=SPACING)


def cut(image: Image, angle_deg: float, *, half_length_mm: float = 15.0) -> Strip:
    turn = radians(angle_deg)
    return cut_strip(
        image,
        MIDDLE,
        (cos(turn), sin(turn)),
        half_length_mm=half_length_mm,
        half_width_mm=5.0,
        across_pitch_mm=0.25,
    )


@pytest.mark.parametrize("angle_deg", [0.0, 13.0, 90.0, 77.0, 180.0, -90.0, 200.0, 45.0])
def test_the_middle_line_of_a_strip_holds_the_values_on_the_line(angle_deg: float) -> None:
    strip = cut(image_of(lambda right, down: 2 * right + 3 * down), angle_deg)
    turn = radians(angle_deg)
    at_middle = 2 * MIDDLE[1] * SPACING[1] + 3 * MIDDLE[0] * SPACING[0]
    on_line = at_middle + strip.along_mm * (2 * cos(turn) + 3 * sin(turn))
    row = np.argmin(np.abs(strip.across_mm))
    # a plane is interpolated exactly, but for values stored to a thousandth
    assert strip.values[row] == pytest.approx(on_line, abs=2e-3)
    assert (np.diff(strip.along_mm) > 0).all()
    assert strip.along_mm[0] == pytest.approx(-15.0, abs=max(SPACING) * 1.5)


@pytest.mark.parametrize("angle_deg", [0.0, 13.0, 77.0, 200.0, -60.0])
def test_parallel_lines_lie_across_by_their_distance_and_are_shifted_along_by_the_slant(angle_deg: float) -> None:
    turn = radians(angle_deg)
    along, across = (cos(turn), sin(turn)), (-sin(turn), cos(turn))
    origin = MIDDLE[1] * SPACING[1], MIDDLE[0] * SPACING[0]
    for direction, name in ((across, "across"), (along, "along")):
        strip = cut(image_of(lambda r, d, to=direction: (r - origin[0]) * to[0] + (d - origin[1]) * to[1]), angle_deg)
        x, y = np.meshgrid(strip.along_mm, strip.across_mm)
        assert strip.values == pytest.approx(y if name == "across" else x + strip.slant * y, abs=2e-3)


@pytest.mark.parametrize("angle_deg", [0.0, 15.0, 75.0])
def test_a_thin_slanted_line_keeps_its_sum_across(angle_deg: float) -> None:
    turn = radians(angle_deg)
    origin = MIDDLE[1] * SPACING[1], MIDDLE[0] * SPACING[0]

    def line(right, down):
        apart = -(right - origin[0]) * sin(turn) + (down - origin[1]) * cos(turn)
        return 10.0 * np.exp(-((apart - 0.4) ** 2) / 2)

    strip = cut(image_of(line), angle_deg)
    # linear interpolation keeps sums of what is blurred over more than a pixel to a percent
    assert strip.values.sum(axis=0) * 0.25 == pytest.approx(10.0 * np.sqrt(2 * np.pi), rel=0.01)


def test_what_lies_outside_the_image_or_is_padding_is_not_a_number() -> None:
    image = image_of(lambda right, down: right + 0 * down)
    assert np.isnan(cut(image, 0.0, half_length_mm=60.0).values).any()
    assert np.isfinite(cut(image, 0.0).values).all()
    padded = Image(
        image.pixels, "1", spacing_mm=SPACING, padding=(int(image.pixels[60, 80]), int(image.pixels[60, 80]))
    )
    assert np.isnan(cut(padded, 0.0).values).any()


def test_a_diagonal_strip_is_sampled_at_every_pixel_it_meets() -> None:
    strip = cut(image_of(lambda right, down: right + down), 30.0)
    assert np.diff(strip.along_mm) == pytest.approx(SPACING[1] / cos(radians(30.0)))
    assert hypot(strip.slant) == pytest.approx(abs(sin(radians(30.0)) / cos(radians(30.0))))
