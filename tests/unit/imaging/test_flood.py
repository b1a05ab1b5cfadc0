# SPDX-License-Identifier: LGPL-3.0-or-later
"""Smoothing inside a mask, and the edges of the two uniformities."""

from math import isnan

import numpy as np
import pytest

from optimage.imaging.flood import differential_uniformity, integral_uniformity, smooth_inside


def test_outside_has_no_weight():
    values, mask = np.full((5, 6), 7.0), np.ones((5, 6), bool)
    mask[:, 3:] = False
    values[:, 3:] = 1e9
    smooth = smooth_inside(values, mask)
    assert smooth[mask] == pytest.approx(7.0)
    assert np.isnan(smooth[~mask]).all()


def test_the_weights_are_one_two_four():
    values = np.zeros((5, 5))
    values[2, 2] = 16.0
    expected = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    assert smooth_inside(values, np.ones((5, 5), bool))[1:4, 1:4] == pytest.approx(expected)


def test_of_equal_extremes_the_first_is_named():
    values = np.array([[1.0, 2.0, 2.0], [1.0, 1.0, 2.0]])
    found = integral_uniformity(values, np.ones(values.shape, bool))
    assert (found.percent, found.highest, found.lowest) == (pytest.approx(100 / 3), (0, 1), (0, 0))


def test_an_empty_mask_has_no_uniformity_and_zero_counts_have_no_ratio():
    values = np.zeros((6, 6))
    assert integral_uniformity(values, np.zeros((6, 6), bool)) is None
    assert isnan(integral_uniformity(values, np.ones((6, 6), bool)).percent)


def test_a_run_that_meets_a_pixel_outside_does_not_count():
    values = np.tile(np.array([1.0, 1.0, 9.0, 1.0, 1.0, 1.0, 1.0, 2.0]), (2, 1))
    mask = np.ones(values.shape, bool)
    mask[:, 2] = False
    found = differential_uniformity(values, mask, axis=1)
    assert found.percent == pytest.approx(100 / 3)
    assert (found.first, found.highest, found.lowest) == ((0, 3), (0, 7), (0, 3))


@pytest.mark.parametrize("axis", [0, 1])
def test_turning_the_image_swaps_the_axes(axis):
    values = np.random.default_rng(1).uniform(90, 110, (12, 15))
    mask = np.random.default_rng(2).random((12, 15)) < 0.95
    straight = differential_uniformity(values, mask, axis=axis)
    turned = differential_uniformity(values.T, mask.T, axis=1 - axis)
    assert turned.percent == straight.percent
    assert turned.highest == straight.highest[::-1]


def test_four_pixels_hold_no_run():
    assert differential_uniformity(np.ones((4, 4)), np.ones((4, 4), bool), axis=1) is None
