# SPDX-License-Identifier: LGPL-3.0-or-later
import numpy as np
import pytest

from optimage.spc.mixture import mixture, separating


def two(n=15, low=-1002.0, high=-998.0, sigma=0.6, seed=1):
    rng = np.random.default_rng(seed)
    return np.concatenate([rng.normal(low, sigma, n), rng.normal(high, sigma, n)])


def test_two_populations_are_found_with_their_means_sigmas_and_members():
    found = mixture(two())
    assert found is not None
    assert found.is_mixed
    # four standard errors of a mean of 15 values, and of their standard deviation
    assert found.means == pytest.approx((-1002, -998), abs=4 * 0.6 / 15**0.5)
    assert found.sigmas == pytest.approx((0.6, 0.6), abs=4 * 0.6 / 28**0.5)
    assert found.shares == pytest.approx((0.5, 0.5), abs=0.01)  # they lie 6.7 sigma apart
    assert found.members == (0,) * 15 + (1,) * 15


def test_the_order_of_the_values_and_a_mirror_do_not_matter():
    values = two()
    found, mirrored = mixture(values), mixture(-values)
    assert found is not None
    assert mirrored is not None
    assert mirrored.delta_bic == pytest.approx(found.delta_bic, rel=1e-6)  # iterations end at 1e-9 a value
    assert mirrored.members == tuple(1 - member for member in found.members)


def test_the_same_values_always_give_the_same_answer():
    assert mixture(two()) == mixture(two())


def test_a_scale_in_other_units_changes_nothing():
    found, scaled = mixture(two()), mixture(1000 * two() + 5)
    assert found is not None
    assert scaled is not None
    assert scaled.delta_bic == pytest.approx(found.delta_bic, rel=1e-6)


def test_one_normal_population_is_seldom_taken_for_two():
    rng = np.random.default_rng(9)
    taken = [mixture(rng.normal(size=30)).is_mixed for _ in range(60)]
    assert sum(taken) <= 3


@pytest.mark.parametrize("values", [[], [1.0], [1.0, 2.0], [3.0] * 50])
def test_few_and_equal_values_are_no_mixture(values):
    assert mixture(values) is None


def test_two_values_only_are_a_mixture_with_finite_figures():
    found = mixture([1.0, 2.0] * 10)
    assert found is not None
    assert found.is_mixed
    assert np.isfinite([found.delta_bic, *found.means, *found.sigmas]).all()


MEMBERS = (0,) * 10 + (1,) * 10


def test_attributes_that_tell_the_populations_apart_are_named():
    attributes = {
        "KVP": [80.0] * 10 + [120.0] * 10,
        "ConvolutionKernel": ["B30"] * 10 + ["B40"] * 9 + ["B30"],
        "StationName": ["CT1", "CT2"] * 10,
        "SOPInstanceUID": [f"1.2.{n}" for n in range(20)],
        "PatientPosition": ["HFS"] * 20,
    }
    assert separating(attributes, MEMBERS) == ("KVP", "ConvolutionKernel")


def test_a_number_that_varies_tells_by_one_cut():
    rng = np.random.default_rng(3)
    exposures = [*rng.uniform(100, 140, 10), *rng.uniform(60, 90, 10)]
    assert separating({"Exposure": exposures, "Other": [*rng.uniform(0, 1, 20)]}, MEMBERS) == ("Exposure",)


def test_nothing_tells_where_all_are_of_one_population_or_a_number_is_missing():
    assert separating({"KVP": [80.0] * 20}, (0,) * 20) == ()
    assert separating({"KVP": [float("nan")] * 10 + [120.0] * 10}, MEMBERS) == ()
