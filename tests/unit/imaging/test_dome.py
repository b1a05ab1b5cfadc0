# SPDX-License-Identifier: LGPL-3.0-or-later
"""The dome of a near point source."""

from math import inf

import numpy as np
import pytest

from optimage.imaging.dome import dome, fit_distance_mm, squared_distance_mm2, without_dome

SQUARED = squared_distance_mm2((60, 80), (6.4, 6.0), (29.5, 39.5))
EVERYWHERE = np.ones(SQUARED.shape, bool)


def test_on_a_sphere_of_twice_the_distance_an_eighth_is_left():
    assert dome(np.array([0.0, 3.0 * 500.0**2]), 500.0) == pytest.approx([1.0, 0.125])


@pytest.mark.parametrize("distance", [300.0, 1000.0, 4000.0])
def test_the_distance_is_found_again(distance):
    assert fit_distance_mm(7000.0 * dome(SQUARED, distance), SQUARED, EVERYWHERE) == pytest.approx(distance, rel=1e-6)


def test_what_does_not_fall_off_has_no_near_source():
    assert fit_distance_mm(np.full(SQUARED.shape, 100.0), SQUARED, EVERYWHERE) == inf
    assert fit_distance_mm(100.0 + SQUARED, SQUARED, EVERYWHERE) == inf


def test_taking_it_away_flattens_and_keeps_the_sum():
    counts = 7000.0 * dome(SQUARED, 900.0)
    flat = without_dome(counts, SQUARED, 900.0)
    assert flat.sum() == pytest.approx(counts.sum())
    assert np.ptp(flat) == pytest.approx(0.0, abs=1e-8)
