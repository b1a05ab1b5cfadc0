# SPDX-License-Identifier: LGPL-3.0-or-later
from math import isnan, nan

import numpy as np
import pytest

from optimage.spc.distribution import anderson_darling, distribution
from optimage.spc.limits import quantile


def scores(n):
    """Values that lie exactly where a normal distribution has its quantiles."""
    from statistics import NormalDist

    return np.array([NormalDist().inv_cdf((i + 0.5) / n) for i in range(n)])


def shuffled(values):
    return np.random.default_rng(3).permutation(values)


def test_exactly_normal_values_are_normal_and_their_exponentials_are_not():
    normal, skewed = distribution(shuffled(scores(60))), distribution(shuffled(np.exp(scores(60))))
    assert normal.is_normal
    assert not skewed.is_normal
    assert skewed.shapiro_p < 0.05 < normal.shapiro_p
    assert normal.anderson < 0.752 < skewed.anderson


def test_the_adjusted_statistic_is_that_of_scipy_times_the_adjustment():
    from scipy.stats import norm

    x = np.random.default_rng(4).gamma(3.0, size=25)
    cdf = norm.cdf(np.sort(x), x.mean(), x.std(ddof=1))
    i = np.arange(1, 26)
    plain = -25 - ((2 * i - 1) * (np.log(cdf) + np.log1p(-cdf[::-1]))).sum() / 25
    # the tails lose digits in 1 - cdf, not in the logarithm of the tail
    assert anderson_darling(x) == pytest.approx(plain * (1 + 0.75 / 25 + 2.25 / 625), rel=1e-9)


def test_about_one_normal_baseline_in_twenty_is_refused_by_anderson_and_darling():
    rng = np.random.default_rng(1)
    refused = np.mean([anderson_darling(rng.normal(size=30)) > 0.752 for _ in range(4000)])
    assert refused == pytest.approx(0.05, abs=4 * (0.05 * 0.95 / 4000) ** 0.5)  # four standard errors


def test_moments_of_a_small_series_by_hand():
    found = distribution([0.0, 0.0, 0.0, 4.0])  # mean 1; squares 1, 1, 1, 9; cubes -1, -1, -1, 27
    assert found.skewness == pytest.approx((24 / 4) / 3**1.5)
    assert found.excess_kurtosis == pytest.approx((84 / 4) / 9 - 3)
    assert found.autocorrelation == pytest.approx((1 + 1 - 3) / 12)


def test_a_drift_is_not_independent_and_chance_is():
    drifting, loose = distribution(np.arange(30.0)), distribution(shuffled(scores(30)))
    assert not drifting.is_independent
    assert loose.is_independent
    assert loose.autocorrelation_bound == pytest.approx(2 / 30**0.5)


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [5.0] * 40, [nan] * 9])
def test_too_few_and_equal_values_say_nothing_and_refuse_nothing(values):
    found = distribution(values)
    assert isnan(found.shapiro_p)
    assert isnan(found.anderson)
    assert isnan(found.autocorrelation)
    assert found.is_normal


def test_what_is_no_number_is_left_out():
    assert distribution([1.0, nan, 2.0, 4.0]) == distribution([1.0, 2.0, 4.0])


def test_quantiles_here_are_those_of_numpy():
    values = np.random.default_rng(6).normal(size=37)
    for share in (0.0, 0.00135, 0.3, 0.5, 0.97725, 1.0):
        assert quantile(sorted(values), share) == pytest.approx(np.quantile(values, share), rel=1e-12)
