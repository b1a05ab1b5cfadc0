# SPDX-License-Identifier: LGPL-3.0-or-later
"""How scatter becomes lines, and how values stand to them."""

from math import exp, inf, log, nan

import numpy as np
import pytest

from optimage.model.control import ControlLines, Phase
from optimage.model.control_rule import ControlRule, Repeats, Spread
from optimage.spc.limits import Lacking, control_lines, lines_from, lines_or_reason, quantile
from optimage.spc.standardise import standardised
from tests.unit.spc.trends import START, point, steady, trend

GOLDEN = [10.0, 12.0, 11.0, 13.0, 9.0]


def lines(values, spread, **numbers):
    found = lines_from(values, ControlRule(spread=spread, **numbers), least=2)
    assert isinstance(found, ControlLines), found
    return found


def test_moving_range_lines_of_the_golden_series():
    found = lines(GOLDEN, Spread.MOVING_RANGE)
    assert (found.centre, found.sigma) == pytest.approx((11, 2.25 / 1.128), rel=1e-12)
    assert (found.lal, found.ual) == pytest.approx((5.015, 16.985), abs=2e-3)  # 2.66 is 3 / 1.128 to three figures


def test_lines_of_logarithms_are_those_of_the_logarithms_and_lie_unevenly():
    values = [exp(value) for value in GOLDEN]
    found, plain = lines(values, Spread.LOG), lines(GOLDEN, Spread.SD)
    assert (log(found.centre), found.sigma) == pytest.approx((plain.centre, plain.sigma), rel=1e-12)
    assert [log(x) for x in (found.lal, found.lcl, found.ucl, found.ual)] == pytest.approx(
        [plain.lal, plain.lcl, plain.ucl, plain.ual], rel=1e-12
    )
    assert standardised(values, found) == pytest.approx(standardised(GOLDEN, plain), rel=1e-9)


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_value_that_is_not_positive_gives_no_logarithmic_lines_and_is_below_them(value):
    assert lines_from([*GOLDEN, value], ControlRule(spread=Spread.LOG)) is Lacking.SIGN
    assert standardised([value, nan], lines(GOLDEN, Spread.LOG))[0] == -inf
    assert np.isnan(standardised([value, nan], lines(GOLDEN, Spread.LOG))[1])


def test_quantile_lines_lie_where_a_normal_variable_has_two_and_three_sigma():
    ranks = [float(rank) for rank in range(1, 1002)]  # then a quantile is 1 + 1000 times its share
    found = lines(ranks, Spread.QUANTILES)
    assert found.centre == 501
    # the shares of methods: 0.135, 2.275, 97.725 and 99.865 %, given to three decimals
    assert found.levels == pytest.approx((2.35, 23.75, 978.25, 999.65), abs=0.005)


@pytest.mark.parametrize(("n", "expected"), [(199, None), (200, Phase.FULL), (250, Phase.FULL)])
def test_quantiles_need_two_hundred_points_and_use_the_first_two_hundred(n, expected):
    rule = ControlRule(spread=Spread.QUANTILES)
    found = control_lines(steady(n), rule)
    assert (found and found.phase) == expected
    assert found is None or found.n == 200


def test_the_quantile_of_one_value_is_that_value():
    assert quantile([4.0], 0.3) == 4.0
    assert [quantile([1.0, 2.0, 4.0], share) for share in (0.0, 0.5, 0.75, 1.0)] == [1.0, 2.0, 3.0, 4.0]


def test_steps_lie_about_the_median_even_where_all_values_are_equal():
    found = lines([7.0] * 12, Spread.STEPS, control_steps=1.0, alarm_steps=2.0)
    assert (found.centre, found.levels) == (7.0, (5.0, 6.0, 8.0, 9.0))
    assert standardised([5, 6, 7, 8, 9, 10, 4.5], found).tolist() == [-3, -2, 0, 2, 3, 4.5, -3.75]


@pytest.mark.parametrize("spread", [Spread.SD, Spread.MOVING_RANGE, Spread.LOG])
def test_equal_values_have_no_scatter_to_make_lines_of(spread):
    rule = ControlRule(spread=spread)
    assert lines_or_reason(trend([0.1] * 40), rule) is Lacking.SCATTER
    assert lines_or_reason(trend([0.1] * 9), rule) is Lacking.POINTS


@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("spread", Spread)
def test_none_one_or_two_points_never_make_lines_by_themselves(n, spread):
    assert control_lines(steady(n), ControlRule(spread=spread)) is None
    assert isinstance(lines_from([1.0, 2.0][:n], ControlRule(spread=spread)), Lacking) == (
        n < 2 or spread == "quantiles"
    )


def test_values_on_their_lines_never_exceed_them_through_rounding():
    rng = np.random.default_rng(7)
    for _ in range(200):
        found = ControlLines(Phase.FULL, 30, rng.normal(0, 1000), rng.uniform(1e-3, 10))
        z = standardised([found.lal, found.lcl, found.ucl, found.ual], found)
        assert (np.abs(z) <= [3, 2, 2, 3]).all()


def test_lines_without_scatter_give_no_distances():
    assert np.isnan(standardised([1.0, 2.0], ControlLines(Phase.FULL, 30, 1.0, 0.0))).all()


def test_distances_between_uneven_lines_are_straight():
    found = ControlLines(Phase.FULL, 200, 10.0, 1.0, levels=(4.0, 7.0, 12.0, 16.0))
    assert standardised([2, 4, 5.5, 7, 8.5, 10, 11, 12, 14, 16, 22], found).tolist() == pytest.approx(
        [-4, -3, -2.5, -2, -1, 0, 1, 2, 2.5, 3, 6]
    )


def of_one_day(*values, index=0, **more):
    at = point(0.0, index).at
    return tuple(point(value, index, at=at.replace(minute=minute), **more) for minute, value in enumerate(values))


@pytest.mark.parametrize(("repeats", "centre"), [(Repeats.LAST, 4.0), (Repeats.MEAN, 2.5), (Repeats.ALL, 11 / 4)])
def test_the_last_the_mean_or_all_results_of_a_day_make_lines(repeats, centre):
    points = (*of_one_day(1.0, 2.0, 6.0), point(2.0, 1))
    found = control_lines(points, ControlRule(provisional_points=2, repeats=repeats))
    assert found is not None
    assert found.centre == centre


def test_the_last_result_of_a_day_that_counts_is_taken():
    day = (*of_one_day(1.0, 6.0), point(90.0, 0, at=START.replace(hour=9), counts=False))
    found = control_lines((*day, point(2.0, 1)), ControlRule(provisional_points=2))
    assert found is not None
    assert found.centre == 4.0
