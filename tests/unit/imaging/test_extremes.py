# SPDX-License-Identifier: LGPL-3.0-or-later
"""What noise does to the largest of many values."""

from math import isnan, pi, sqrt

import numpy as np
import pytest

from optimage.imaging.extremes import expected_maximum


def test_of_one_value_it_is_the_value():
    found = expected_maximum(np.array([5.0]), np.array([2.0]), independence=1.0)
    assert (found.mean, found.sd) == pytest.approx((5.0, 2.0), rel=0.01)


def test_of_two_equal_values_it_is_known():
    """Expectation σ / √π above the mean, variance σ² (1 - 1 / π)."""
    found = expected_maximum(np.zeros(2), np.ones(2), independence=1.0)
    assert found.mean == pytest.approx(1 / sqrt(pi), abs=0.005)
    assert found.sd == pytest.approx(sqrt(1 - 1 / pi), rel=0.01)


@pytest.mark.parametrize("spread", [0.0, 0.5, 3.0])
def test_of_many_it_is_that_of_a_simulation(spread):
    """2000 simulations know the expectation to 2.2 % of the scatter, and the scatter to 1.6 %: four times that."""
    rng = np.random.default_rng(6)
    means, sigmas = spread * rng.standard_normal(300), rng.uniform(0.5, 1.0, 300)
    largest = (means + sigmas * rng.standard_normal((2000, 300))).max(axis=1)
    found = expected_maximum(means, sigmas, independence=1.0)
    assert found.mean == pytest.approx(largest.mean(), abs=4 * 0.022 * largest.std())
    assert found.sd == pytest.approx(largest.std(), rel=4 * 0.016)


def test_fewer_independent_values_have_a_smaller_maximum():
    means, sigmas = np.zeros(1000), np.ones(1000)
    assert expected_maximum(means, sigmas, independence=0.5).mean == pytest.approx(
        expected_maximum(means[:500], sigmas[:500], independence=1.0).mean
    )


def test_without_scatter_it_is_the_largest_and_without_values_nothing():
    assert expected_maximum(np.array([1.0, 3.0]), np.zeros(2), independence=1.0).mean == 3.0
    assert isnan(expected_maximum(np.zeros(0), np.zeros(0), independence=1.0).mean)
