# SPDX-License-Identifier: LGPL-3.0-or-later
"""From a noise power spectrum to the variance of means in discs."""

from math import pi, sqrt

import numpy as np
import pytest

from optimage.imaging.disc_grid import disc_shares, discs_on_pixels
from optimage.imaging.disc_noise import disc_transfer, true_over_pixels
from optimage.imaging.noise_power import NoisePower
from optimage.imaging.noise_squares import noise_power
from optimage.synthetic.rendering import Grid, noise


def white(spacing: tuple[float, float]) -> NoisePower:
    plane = np.full((64, 33), spacing[0] * spacing[1])
    return NoisePower(plane, 1, 1.0, spacing, (64, 64))


def test_the_transfer_of_a_disc_is_that_of_its_mean() -> None:
    """The first zero of J1 lies at 3.8317; at low frequencies the mean loses z²/8."""
    f = np.array([0.0, 0.01, 3.8317 / (2 * pi * 2.0)])
    assert disc_transfer(f, radius_mm=2.0) == pytest.approx([1.0, 1 - (2 * pi * 0.02) ** 2 / 8, 0.0], abs=1e-5)


@pytest.mark.parametrize("radius", [1.0, 2.5, 7.5])
def test_of_white_noise_it_tells_what_the_rim_pixels_cost(radius: float) -> None:
    """True discs average A/p² pixels, less what lies beyond the sampling frequency; weighted ones 1/Σw²."""
    spacing = (0.7, 0.7)
    found = true_over_pixels(white(spacing), radius_mm=radius)
    _, _, shares = disc_shares(radius, spacing)
    simple = spacing[0] * spacing[1] / (pi * radius**2) / float((shares**2).sum())
    assert 1.0 <= found < simple
    assert found == pytest.approx(simple, rel=0.35 * spacing[0] / radius)  # of the order of rim over area


def test_discs_larger_than_the_squares_are_left_as_they_are() -> None:
    assert true_over_pixels(white((0.5, 0.5)), radius_mm=17.0) == 1.0


def test_without_noise_nothing_is_corrected() -> None:
    silent = NoisePower(np.zeros((64, 33)), 1, 1.0, (0.5, 0.5), (64, 64))
    assert true_over_pixels(silent, radius_mm=2.0) == 1.0


def test_means_of_coloured_noise_scatter_as_its_spectrum_says() -> None:
    """One image of 512 × 512 pixels: 1300 discs of 5 mm, so 2 % of their SD."""
    values = noise(Grid((512, 512), (0.5, 0.5)), "ramp", np.random.default_rng(5))
    corners = [(r, c) for r in range(0, 449, 32) for c in range(0, 449, 32)]
    power = noise_power(values[None], corners, (64, 64), (0.5, 0.5), slices=1)
    rows, columns = (axis.ravel() for axis in np.meshgrid(np.arange(10, 500, 11), np.arange(10, 500, 11)))
    means = discs_on_pixels(values, rows, columns, radius_mm=2.5, spacing_mm=(0.5, 0.5))
    cell = 1.0 / (64 * 0.5) ** 2
    true = disc_transfer(power.distance_per_mm, radius_mm=2.5) ** 2
    variance = float((power.plane * power.twice * true).sum() * cell)
    measured = float(means.std()) * sqrt(true_over_pixels(power, radius_mm=2.5))
    assert measured == pytest.approx(sqrt(variance), rel=3 / sqrt(2 * means.size))
