# SPDX-License-Identifier: LGPL-3.0-or-later
"""The noise power spectrum of the uniformity module."""

from collections.abc import Mapping
from math import nan, sqrt

from optimage.api import N_, AnalysisError, Curve, Overlay, Rectangle
from optimage.imaging.noise_squares import squares_in_disc
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.uniform.section import UniformSection, uniform_section
from optimage_phantoms.parts import Part, Value

KEYS = ("nps_integral", "nps_peak_f", "nps_mean_f")
HU2_MM2 = "HU² mm²"
NOISE_STEPS = 1e-3  # of a stored integer: less noise is none


def of_squares(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Measure integral, peak and mean frequency of the noise power over all slices of the section."""
    section = uniform_section(case)
    power = section.power
    if sqrt(power.integral) <= NOISE_STEPS * abs(section.stack.middle.image.slope):
        raise AnalysisError("no_noise", N_("the image shows no noise at all, so that its spectrum has no value"))
    values = {
        "nps_integral": (power.variance, power.integral_uncertainty),
        "nps_peak_f": (power.peak_frequency, nan),
        "nps_mean_f": power.mean_frequency,
    }
    curve = Curve(
        "noise_power",
        tuple(map(float, power.frequencies_per_mm)),
        tuple(map(float, power.radial)),
        N_("spatial frequency"),
        N_("noise power"),
        "1/mm",
        HU2_MM2,
    )
    return Part(values, _overlays(section, power.shape), curves=(curve,))


def _overlays(section: UniformSection, shape: tuple[int, int]) -> tuple[Overlay, ...]:
    """Return every square as it lies on the middle slice."""
    stack = section.stack
    image = stack.middle.image
    down, across = (
        round(stack.middle.row - stack.axis.row),
        round(stack.middle.column - stack.axis.column),
    )
    area = stack.axis.with_radius(section.rules.power.area_radius_mm)
    squares = [
        Rectangle(top + down + (shape[0] - 1) / 2, left + across + (shape[1] - 1) / 2, *shape)
        for top, left in squares_in_disc(area, shape)
    ]
    return tuple(
        Overlay(f"noise_power_{number}", square, image.uid, image.frame, KEYS)
        for number, square in enumerate(squares, start=1)
        if _inside(square, image.shape)
    )


def _inside(square: Rectangle, shape: tuple[int, int]) -> bool:
    rows, columns = square.rows / 2, square.columns / 2
    top, left = square.row - rows, square.column - columns
    return min(top, left) >= -0.5 and top + 2 * rows <= shape[0] - 0.5 and left + 2 * columns <= shape[1] - 0.5
