# SPDX-License-Identifier: LGPL-3.0-or-later
"""EWMA and CUSUM against worked examples that others printed."""

import numpy as np
import pytest

from optimage.model.control_rule import ControlRule
from optimage.spc.cusum import cusum
from optimage.spc.ewma import ewma
from optimage.spc.rules import rule_hits

HALF_A_HUNDREDTH = 0.005 + 1e-9  # all are printed with two decimals
# NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4: weight 0.3, target 50, s = 2.0539, limits 3 s
NIST_EWMA = [52.0, 47.0, 53.0, 49.3, 50.1, 47.0, 51.0, 50.1, 51.2, 50.5]
NIST_EWMA += [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
NIST_EWMA_MEANS = [50.60, 49.52, 50.56, 50.18, 50.16, 49.21, 49.75, 49.85, 50.26, 50.33]
NIST_EWMA_MEANS += [50.11, 49.36, 49.52, 50.05, 49.38, 49.92, 50.73, 51.23, 51.94, 51.99]
# the same, 6.3.2.3: target 325, k = 0.3175 and h = 4.1959 in the unit of the values
NIST_CUSUM = [324.925, 324.675, 324.725, 324.350, 325.350, 325.225, 324.125, 324.525, 325.225, 324.600]
NIST_CUSUM += [324.625, 325.150, 328.325, 327.250, 327.825, 328.500, 326.675, 327.775, 326.875, 328.350]
NIST_UPPER = [0, 0, 0, 0, 0.03, 0, 0, 0, 0, 0, 0, 0, 3.01, 4.94, 7.45, 10.63, 11.99, 14.44, 16.00, 19.04]
NIST_LOWER = [0, 0.01, 0, 0.33, 0, 0, 0.56, 0.72, 0.17, 0.25, 0.31] + [0] * 9
# Montgomery, Introduction to Statistical Quality Control, table 9.1: target 10, sigma 1, k = 0.5, h = 5
MONTGOMERY = [9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40, 10.08]
MONTGOMERY += [9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52]
MONTGOMERY_UPPER = [0, 0, 0, 1.16, 2.82, 2.50, 0.04, 1.00, 0, 0, 0, 0.97, 0.98, 0, 0]
MONTGOMERY_UPPER += [0, 0.12, 0, 0, 0.34, 0.74, 0, 1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28]


def test_the_weighted_mean_of_the_handbook():
    z = (np.array(NIST_EWMA) - 50) / 2.0539
    series = ewma(z, weight=0.3, limit=3.0)
    assert 50 + 2.0539 * series.mean == pytest.approx(NIST_EWMA_MEANS, abs=HALF_A_HUNDREDTH)
    # the handbook has the limits of a long series; after 20 points 0.7**40 of the variance is missing
    assert 50 + 2.0539 * series.limit[-1] == pytest.approx(52.5884, abs=1e-4)
    assert rule_hits(z, ControlRule(rules=("EWMA",), ewma_weight=0.3, ewma_limit=3.0)) == ()


def test_the_first_limit_of_a_weighted_mean_is_its_weight_times_that_of_one_point():
    assert ewma([0.0], weight=0.2, limit=2.7).limit[0] == pytest.approx(0.2 * 2.7, rel=1e-12)


def test_the_cumulative_sums_of_the_handbook():
    sums = cusum(np.array(NIST_CUSUM) - 325, slack=0.3175)
    assert sums.upper == pytest.approx(NIST_UPPER, abs=HALF_A_HUNDREDTH)
    assert sums.lower == pytest.approx(NIST_LOWER, abs=HALF_A_HUNDREDTH)


def test_the_cumulative_sum_of_the_handbook_crosses_at_its_fourteenth_value():
    rule = ControlRule(rules=("CUSUM",), cusum_slack=0.3175, cusum_limit=4.1959)
    (hit,) = rule_hits(np.array(NIST_CUSUM) - 325, rule)
    assert (hit.at + 1, hit.involved) == (14, (12, 13))


def test_the_cumulative_sum_of_montgomery_crosses_at_period_29_and_dates_the_shift_to_period_23():
    z = np.array(MONTGOMERY) - 10
    assert cusum(z, slack=0.5).upper[:29] == pytest.approx(MONTGOMERY_UPPER, abs=HALF_A_HUNDREDTH)
    (hit,) = rule_hits(z, ControlRule(rules=("CUSUM",), cusum_slack=0.5, cusum_limit=5.0))
    assert (hit.at + 1, hit.involved[0] + 1) == (29, 23)


def test_the_weighted_mean_is_that_of_the_recursion():
    z = np.random.default_rng(5).normal(0.3, 1.0, 500)
    mean = 0.0
    for value, found in zip(z, ewma(z, weight=0.2, limit=2.7).mean, strict=True):
        mean = 0.2 * value + 0.8 * mean
        assert found == pytest.approx(mean, abs=1e-13)  # a weighted mean of numbers below 5, of which 100 matter


def test_the_sums_are_those_of_the_recursion():
    z = np.random.default_rng(5).normal(0.3, 1.0, 500)
    sums = cusum(z, slack=0.5)
    upper = lower = 0.0
    for value, sum_up, sum_down in zip(z, sums.upper, sums.lower, strict=True):
        upper, lower = max(0.0, upper + value - 0.5), max(0.0, lower - value - 0.5)
        # 500 additions of numbers below 100, each within 2**-53 of them
        assert (sum_up, sum_down) == pytest.approx((upper, lower), abs=1e-11)


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_what_is_no_number_leaves_mean_and_sums_as_they_were(value):
    series = ewma([value, np.nan, value], weight=0.2, limit=2.7)
    assert series.mean[1] == series.mean[0]
    assert series.limit[1] == series.limit[0]
    assert cusum([2.0, np.nan], slack=0.5).upper.tolist() == [1.5, 1.5]
    assert len(ewma([], weight=0.2, limit=2.7).mean) == len(cusum([], slack=0.5).upper) == 0
