# SPDX-License-Identifier: LGPL-3.0-or-later
from datetime import timedelta
from math import erfc, sqrt

import numpy as np
import pytest

from optimage.spc.slope import YEAR, slope
from tests.unit.spc.trends import START

MONTHS = [START + n * YEAR / 12 for n in range(13)]


def test_a_straight_line_has_its_slope_and_the_p_of_its_order():
    found = slope(MONTHS, [10 + 0.5 * n for n in range(13)])
    assert found is not None
    assert (found.per_year, found.first, found.n) == pytest.approx((6.0, 10.0, 13), rel=1e-9)
    # all 78 pairs rise; variance n (n - 1) (2 n + 5) / 18, less one for continuity
    assert found.p == pytest.approx(erfc((78 - 1) / sqrt(13 * 12 * 31 / 18) / sqrt(2)), rel=1e-12)


def test_the_slope_is_the_median_over_all_pairs_and_ignores_a_single_bad_point():
    times, values = MONTHS[:4], [0.0, 1.0, 20.0, 3.0]
    found = slope(times, values)
    assert found is not None
    pairs = sorted(12 * (values[j] - values[i]) / (j - i) for i in range(4) for j in range(i + 1, 4))
    assert found.per_year == pytest.approx((pairs[2] + pairs[3]) / 2, rel=1e-9)


def test_score_and_slope_agree_with_scipy_where_values_are_equal():
    from scipy.stats import kendalltau, theilslopes

    values = np.random.default_rng(2).integers(0, 6, 40).astype(float)
    times = [START + timedelta(days=n) for n in range(40)]
    found = slope(times, values)
    assert found is not None
    years = [(time - START) / YEAR for time in times]
    assert found.per_year == pytest.approx(theilslopes(values, years).slope, rel=1e-9, abs=1e-12)
    # scipy has the same variance for ties in values, and no correction for continuity
    score = np.sign(np.subtract.outer(values, values))[np.tril_indices(40, -1)].sum()
    whole = kendalltau(years, values, method="asymptotic").pvalue
    assert erfc(abs(score) / sqrt(2) / _deviation(values)) == pytest.approx(whole, rel=1e-9)
    assert found.p == pytest.approx(erfc((abs(score) - 1) / sqrt(2) / _deviation(values)), rel=1e-9)


def _deviation(values):
    n, ties = len(values), np.unique(values, return_counts=True)[1]
    return sqrt((n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18)


def test_the_line_says_when_it_reaches_the_limit_it_runs_towards():
    rising = slope(MONTHS, [10 + 0.5 * n for n in range(13)])
    falling = slope(MONTHS, [10 - 0.5 * n for n in range(13)])
    assert rising is not None
    assert falling is not None
    # from 16 at the last point it takes a year to 22; the limit behind it does not matter
    assert abs(rising.reaches(0.0, 22.0) - (MONTHS[-1] + YEAR)) < timedelta(seconds=1)
    assert abs(falling.reaches(-2.0, 5.0) - (MONTHS[-1] + YEAR)) < timedelta(seconds=1)
    assert rising.reaches(lower=0.0) is None


@pytest.mark.parametrize(("limit", "years"), [(16.0 + 59.9, True), (16.0 + 60.1, False), (15.0, False)])
def test_a_limit_more_than_ten_years_off_or_behind_is_not_reached(limit, years):
    found = slope(MONTHS, [10 + 0.5 * n for n in range(13)])
    assert found is not None
    assert (found.reaches(upper=limit) is not None) == years


def test_an_order_that_chance_explains_reaches_nothing():
    found = slope(MONTHS, [1.0, 3.0, 2.0, 4.0, 1.0, 2.0, 3.0, 5.0, 1.0, 2.0, 1.0, 4.0, 3.0])
    assert found is not None
    assert found.p > 0.05
    assert found.reaches(upper=6.0) is None


@pytest.mark.parametrize("n", [0, 1, 2])
def test_fewer_than_three_points_are_no_trend(n):
    assert slope(MONTHS[:n], [1.0, 2.0][:n]) is None


def test_points_of_one_time_are_no_trend_and_equal_values_no_order():
    assert slope([START] * 5, [1.0, 2.0, 3.0, 4.0, 5.0]) is None
    level = slope(MONTHS, [3.0] * 13)
    assert level is not None
    assert (level.per_year, level.p) == (0.0, 1.0)
    assert level.reaches(upper=4.0) is None


def test_pairs_of_equal_time_say_nothing():
    found = slope([START, START, *MONTHS[1:4]], [0.0, 100.0, 1.0, 2.0, 3.0])
    assert found is not None
    assert np.isfinite(found.per_year)
