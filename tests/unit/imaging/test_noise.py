# SPDX-License-Identifier: LGPL-3.0-or-later
"""Trends, blocks and what they say about noise."""

from math import isnan, sqrt

import numpy as np
import pytest

from optimage.imaging.homogeneity import measure_homogeneity
from optimage.imaging.noise import cut_blocks, detrended_sd, mean_scatter, sd_scatter
from optimage.imaging.trend import fit_surface, number_of_terms, residuals
from optimage.model.images import Image
from optimage.model.shapes import Disc

UNIT = (1.0, 1.0)
AREA = Disc(127.5, 127.5, 100.0, UNIT)
MIDDLE = AREA.with_radius(40.0)


def image(values, padding=None) -> Image:
    return Image(np.rint(np.asarray(values)).astype(np.int16), "1.2.3", slope=0.01, spacing_mm=UNIT, padding=padding)


def white(seed, sd=5.0):
    return np.random.default_rng(seed).standard_normal((256, 256)) * sd * 100


def paraboloid(height):
    y, x = np.indices((256, 256)) - 127.5
    return height * 100 * (x**2 + y**2) / 100**2


@pytest.mark.parametrize(("order", "terms"), [(0, 1), (1, 3), (2, 6), (3, 10)])
def test_a_polynomial_of_its_own_order_leaves_nothing(order, terms):
    rng = np.random.default_rng(1)
    x, y = rng.uniform(100, 300, (2, 500))
    values = 3.0 + sum(
        rng.normal() * (x / 200) ** i * (y / 200) ** j for i in range(order + 1) for j in range(order + 1 - i)
    )
    assert number_of_terms(order) == terms
    assert np.abs(residuals(values, x, y, order=order)).max() < 1e-9
    assert fit_surface(values, x, y, order=order).at(x[:3], y[:3]) == pytest.approx(values[:3])


def test_detrending_takes_a_paraboloid_away_and_leaves_the_noise():
    assert detrended_sd(image(paraboloid(50.0)), MIDDLE, order=2) < 0.01
    assert detrended_sd(image(white(1) + paraboloid(50.0)), MIDDLE, order=2) == pytest.approx(5.0, rel=0.03)


def test_blocks_lie_wholly_inside_and_without_padding():
    values = white(2)
    values[:, :128] = -3000
    blocks = cut_blocks(image(values, (-3000, -3000)), AREA, side_mm=10.0)
    assert blocks.columns.min() >= 127.5 + 4.5
    assert (np.hypot(blocks.rows - 127.5, blocks.columns - 127.5) < 100 - 4.5).all()
    assert blocks.area_mm2 == 100.0


def test_white_noise_scatters_as_the_number_of_pixels_says():
    ratios = [mean_scatter(image(white(seed)), AREA, radius_mm=10.0) for seed in range(20)]
    assert np.mean(ratios) == pytest.approx(1 / sqrt(np.pi * 100), rel=0.06)  # 20 estimates with about 70 freedoms
    ratios = [sd_scatter(image(white(seed)), AREA, radius_mm=40.0, side_mm=20.0) for seed in range(20)]
    assert np.mean(ratios) == pytest.approx(1 / sqrt(2 * np.pi * 1600), rel=0.06)


def test_cupping_does_not_pass_for_noise():
    flat, cupped = (mean_scatter(image(white(3) + paraboloid(h)), AREA, radius_mm=10.0) for h in (0.0, 30.0))
    assert cupped == pytest.approx(flat, rel=0.1)


def test_without_noise_nothing_scatters():
    assert mean_scatter(image(np.zeros((256, 256))), AREA, radius_mm=10.0) == 0.0
    assert sd_scatter(image(np.zeros((256, 256))), AREA, radius_mm=40.0, side_mm=20.0) == 0.0


def test_too_few_blocks_say_nothing():
    assert isnan(mean_scatter(image(white(4)), AREA.with_radius(15.0), radius_mm=10.0))
    assert isnan(sd_scatter(image(white(4)), AREA.with_radius(15.0), radius_mm=10.0, side_mm=10.0))


def test_smoothing_leaves_28_percent_of_white_noise_at_most_and_all_of_an_insert():
    noisy = measure_homogeneity(image(white(5)), MIDDLE, area=AREA, sigma_mm=0.1)
    assert noisy.smoothed_sd / noisy.sd == pytest.approx(1 / (2 * sqrt(np.pi)), rel=0.05)
    values = white(5)
    values[110:130, 110:130] += 5000
    insert = measure_homogeneity(image(values), MIDDLE, area=AREA, sigma_mm=2.0)
    assert insert.smoothed_sd > 0.8 * insert.sd


def test_padding_does_not_spread_by_smoothing():
    values = white(6)
    values[:, 150:] = -3000
    padded = measure_homogeneity(image(values, (-3000, -3000)), MIDDLE, area=AREA, sigma_mm=2.0)
    assert padded.smoothed_sd < 1.5
    assert padded.area_sd < 1.5


def test_a_region_without_any_data_is_nan():
    empty = image(np.full((256, 256), -1), (-1, -1))
    assert isnan(measure_homogeneity(empty, MIDDLE, area=AREA, sigma_mm=2.0).mean)
