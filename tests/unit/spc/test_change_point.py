# SPDX-License-Identifier: LGPL-3.0-or-later
import numpy as np
import pytest

from optimage.spc.change_point import change_point


def test_a_step_is_found_where_it_is_with_both_means():
    values = [10.0, 12.0] * 10 + [20.0, 22.0] * 5
    found = change_point(values)
    assert found is not None
    assert (found.at, found.before, found.after) == (20, 11.0, 21.0)


def test_the_place_is_that_of_the_least_sum_of_squares():
    rng = np.random.default_rng(2)
    values = np.concatenate([rng.normal(0, 1, 25), rng.normal(2, 1, 15)])
    found = change_point(values)
    assert found is not None
    costs = {k: values[:k].var() * k + values[k:].var() * (40 - k) for k in range(5, 36)}
    assert found.at == min(costs, key=costs.get)
    assert found.delta_bic == pytest.approx(40 * np.log(values.var() * 40 / costs[found.at]) - 2 * np.log(40))


def test_a_healthy_trend_seldom_has_a_step():
    rng = np.random.default_rng(3)
    assert np.mean([change_point(rng.normal(size=40)) is not None for _ in range(1000)]) <= 0.05


def test_a_few_outliers_are_no_new_level():
    assert change_point([10.0, 11.0] * 15 + [10.0, 16.0, 10.0, 11.0]) is None


@pytest.mark.parametrize("values", [[], [1.0], [1.0] * 4 + [9.0] * 4, [3.0] * 50])
def test_few_and_equal_values_have_no_step(values):
    assert change_point(values) is None


def test_a_step_between_constant_levels_has_a_finite_figure():
    found = change_point([1.0] * 8 + [2.0] * 8)
    assert found is not None
    assert found.at == 8
    assert np.isfinite(found.delta_bic)
