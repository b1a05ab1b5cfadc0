# SPDX-License-Identifier: LGPL-3.0-or-later
"""Noise power spectra of noise whose spectrum is known."""

from math import sqrt

import numpy as np
import pytest

from optimage.imaging.noise_power import NoisePower
from optimage.imaging.noise_squares import noise_power, square_side, squares_in_disc, without_quadratic
from optimage.model.shapes import Disc
from optimage.synthetic.rendering import RAMP_CUTOFF_PER_MM, Grid, noise, radial_noise_power

SPACING = (0.5, 0.5)
SHAPE = (60, 60)
SIGMA = 7.0


def spectrum(texture: str, *, slices: int = 4, seed: int = 3) -> NoisePower:
    grid = Grid((300, 300), SPACING)
    rng = np.random.default_rng(seed)
    stack = np.stack([SIGMA * noise(grid, texture, rng) for _ in range(slices)])
    corners = squares_in_disc(Disc(149.5, 149.5, 70.0, SPACING), SHAPE)
    return noise_power(stack, corners, SHAPE, SPACING, slices=slices)


def test_the_integral_is_the_variance_of_the_squares() -> None:
    """Parseval's theorem, to rounding."""
    values = np.random.default_rng(1).normal(size=(1, 120, 130))
    corners = [(0, 0), (20, 30), (60, 70)]
    found = noise_power(values, corners, (60, 50), (0.4, 0.7), slices=1)
    squares = np.stack([values[0, r : r + 60, c : c + 50] for r, c in corners])
    assert found.integral == pytest.approx(float(np.mean(without_quadratic(squares) ** 2)), rel=1e-12)


@pytest.mark.parametrize("texture", ["white", "ramp", "soft"])
def test_the_variance_is_that_of_the_noise_before_the_surfaces_were_taken(texture: str) -> None:
    found = spectrum(texture)
    assert found.variance == pytest.approx(SIGMA**2, abs=3 * found.integral_uncertainty)


def test_white_noise_has_the_power_of_a_pixel_at_every_frequency() -> None:
    found = spectrum("white")
    expected = SIGMA**2 * SPACING[0] * SPACING[1]
    counts = 2 * np.pi * np.arange(found.radial.size) / 2 * found.independent  # half of a ring is independent
    np.testing.assert_allclose(found.radial[2:] / expected, 1.0, atol=4 / sqrt(counts[2]))


def test_the_peak_of_filtered_back_projection_is_found_within_one_bin() -> None:
    found = spectrum("ramp")
    assert found.peak_frequency == pytest.approx(RAMP_CUTOFF_PER_MM / sqrt(2), abs=found.step_per_mm)


def test_the_mean_frequency_is_that_of_the_radial_spectrum() -> None:
    found = spectrum("ramp")
    mean, uncertainty = found.mean_frequency
    f = found.frequencies_per_mm[1:]
    power = radial_noise_power(Grid((300, 300), SPACING), "ramp", f)
    # the surface takes part of the first bin: up to half of its share of the sum
    bias = 0.5 * power[0] / power.sum() * mean
    assert mean == pytest.approx((f * power).sum() / power.sum(), abs=3 * uncertainty + bias)


def test_no_noise_has_neither_peak_nor_mean_frequency() -> None:
    found = noise_power(np.zeros((1, 64, 64)), [(0, 0)], (64, 64), SPACING, slices=1)
    assert found.integral == 0.0
    assert np.isnan([found.peak_frequency, *found.mean_frequency]).all()


def test_squares_with_gaps_are_left_out() -> None:
    values = np.random.default_rng(1).normal(size=(1, 64, 128))
    values[0, 5, 5] = np.nan
    found = noise_power(values, [(0, 0), (0, 64)], (64, 64), SPACING, slices=1)
    assert (found.squares, found.independent) == (1, 1.0)
    values[0, 5, 70] = np.nan
    with pytest.raises(ValueError, match="no square"):
        noise_power(values, [(0, 0), (0, 64)], (64, 64), SPACING, slices=1)


def test_quadratic_surfaces_are_taken_away_whole() -> None:
    y, x = np.mgrid[:40, :31]
    surface = 2.0 + 0.3 * x - 0.1 * y + 0.02 * x * y - 0.01 * x**2 + 0.005 * y**2
    np.testing.assert_allclose(without_quadratic(surface[None]), 0.0, atol=1e-9)
    assert np.abs(without_quadratic((surface + (x / 10.0) ** 3)[None])).max() > 0.1


def test_squares_overlap_by_half_and_stay_inside() -> None:
    area = Disc(100.0, 100.0, 40.0, SPACING)
    corners = squares_in_disc(area, SHAPE)
    assert len(set(corners)) == len(corners) == 5
    ys = np.array([(r, r + 59) for r, _ in corners]).ravel() - 100.0
    assert np.abs(ys).max() * 0.5 <= 40.0
    assert {r % 30 for r, _ in corners} == {corners[0][0] % 30}


@pytest.mark.parametrize(("pitch", "side"), [(0.5, 60), (0.48828125, 64), (0.9, 36), (0.7, 48)])
def test_the_side_of_a_square_is_even_and_quick_to_transform(pitch: float, side: int) -> None:
    found = square_side(30.0, pitch)
    assert found == side
