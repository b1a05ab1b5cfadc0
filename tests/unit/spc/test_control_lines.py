# SPDX-License-Identifier: LGPL-3.0-or-later
from math import inf, nan

import pytest

from optimage.model.control import Phase, TrendPoint
from optimage.model.control_rule import ControlRule
from optimage.model.tolerance import Verdict
from optimage.spc.limits import c4, control_lines, mean, moving_range_sigma, standard_deviation
from optimage.spc.trend import ordered, previous
from tests.unit.spc.trends import point
from tests.unit.spc.trends import steady as history

GOLDEN = [10.0, 12.0, 11.0, 13.0, 9.0]
RULE = ControlRule()


@pytest.mark.parametrize(("n", "expected"), [(5, 0.9400), (10, 0.9727), (30, 0.9914)])
def test_c4_agrees_with_the_published_table(n, expected):
    assert c4(n) == pytest.approx(expected, abs=5e-5)  # the table has four decimals


def test_mean_deviation_and_moving_range_of_the_golden_series():
    assert mean(GOLDEN) == 11
    assert standard_deviation(GOLDEN) == pytest.approx(1.5811, abs=5e-5)
    sigma = moving_range_sigma(GOLDEN)
    assert sigma == pytest.approx(1.9947, abs=5e-5)
    # 2.66 is 3 / 1.128 to three figures, so limits agree to 0.0005 x 2.25
    assert (11 - 3 * sigma, 11 + 3 * sigma) == pytest.approx((5.015, 16.985), abs=2e-3)


def test_lines_of_the_golden_series_are_two_and_three_unbiased_sigma_from_the_mean():
    lines = control_lines([point(x, i) for i, x in enumerate(GOLDEN)], ControlRule(provisional_points=5))
    assert lines is not None
    sigma = 1.5811388300841898 / 0.9399856029866254
    assert (lines.centre, lines.sigma) == pytest.approx((11, sigma), rel=1e-12)
    assert (lines.lal, lines.lcl, lines.ucl, lines.ual) == pytest.approx(
        (11 - 3 * sigma, 11 - 2 * sigma, 11 + 2 * sigma, 11 + 3 * sigma), rel=1e-12
    )


@pytest.mark.parametrize(
    ("n", "phase"), [(9, None), (10, Phase.PROVISIONAL), (29, Phase.PROVISIONAL), (30, Phase.FULL), (90, Phase.FULL)]
)
def test_ten_points_make_lines_provisional_and_thirty_make_them_full(n, phase):
    lines = control_lines(history(n), RULE)
    assert (lines and lines.phase) == phase


def test_full_lines_do_not_follow_a_later_drift():
    drift = tuple(point(10 + 0.5 * i, 30 + i) for i in range(60))
    assert control_lines(history(30) + drift, RULE) == control_lines(history(30), RULE)


@pytest.mark.parametrize(
    "left_out",
    [
        point(500.0, 3, counts=False),
        point(nan, 3, verdict=Verdict.NOT_MEASURED),
        point(inf, 3),
        point(500.0, 3, verdict=Verdict.FAIL),
    ],
)
def test_what_a_person_excluded_what_is_no_number_and_what_failed_does_not_count(left_out):
    others = history(12)
    assert control_lines([*others[:3], left_out, *others[3:]], RULE) == control_lines(others, RULE)


def test_a_failed_value_counts_once_a_person_accepted_it():
    accepted = point(12.5, 12, verdict=Verdict.FAIL, accepted=True)
    lines = control_lines([*history(12), accepted], RULE)
    assert lines is not None
    assert lines.n == 13


def test_equal_values_carry_no_lines():
    assert control_lines([point(0.1, i) for i in range(40)], RULE) is None


def test_previous_points_are_those_acquired_before_and_equal_times_follow_the_order_of_storing():
    first, second, twin, late = point(1, 1), point(2, 2), point(3, 3), point(4, 9)
    twin = TrendPoint(3, second.at, 3.0, "HU", second.judgement, nan, 1)
    assert ordered([late, twin, second, first]) == (first, second, twin, late)
    assert previous([late, twin, second, first], twin) == (first, second)
    assert previous([late, twin, second, first], second) == (first,)
