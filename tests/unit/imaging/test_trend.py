# SPDX-License-Identifier: LGPL-3.0-or-later
"""Polynomials taken away from several sets of values at once."""

import numpy as np

from optimage.imaging.trend import residuals, residuals_of_each

RNG = np.random.default_rng(4)
X, Y = RNG.uniform(100.0, 300.0, 500), RNG.uniform(-20.0, 50.0, 500)
STACK = 3.0 + 0.02 * X - 0.001 * X * Y + RNG.normal(size=(3, 500))


def test_each_set_is_left_as_it_is_on_its_own() -> None:
    found = residuals_of_each(STACK, X, Y, order=2)
    for values, left in zip(STACK, found, strict=True):
        np.testing.assert_allclose(left, residuals(values, X, Y, order=2), atol=1e-9)


def test_gaps_are_left_out_and_stay() -> None:
    stack = STACK.copy()
    stack[1, :40] = np.nan
    found = residuals_of_each(stack, X, Y, order=2)
    assert np.isnan(found[1, :40]).all()
    np.testing.assert_allclose(found[1, 40:], residuals(STACK[1, 40:], X[40:], Y[40:], order=2), atol=1e-9)
    np.testing.assert_allclose(found[2], residuals(STACK[2], X, Y, order=2), atol=1e-9)


def test_too_few_values_for_a_surface_leave_nothing() -> None:
    stack = np.full((1, 500), np.nan)
    stack[0, :5] = 1.0
    assert np.isnan(residuals_of_each(stack, X, Y, order=2)).all()
