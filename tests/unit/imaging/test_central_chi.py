# SPDX-License-Identifier: LGPL-3.0-or-later
"""Background noise of arrays: the factors of the literature, and back."""

from math import isnan, pi, sqrt

import numpy as np
import pytest

from optimage.imaging.central_chi import fitting_channels, mean_over_sd, mean_over_sigma, sd_over_sigma

TABLE = [
    (1, 1.2533, 0.6551),
    (2, 1.8800, 0.6824),
    (4, 2.7416, 0.6953),
    (8, 3.9380, 0.7014),
    (16, 5.6128, 0.7043),
    (32, 7.9688, 0.7057),
]


@pytest.mark.parametrize(("channels", "mean", "sd"), TABLE)
def test_factors_are_those_of_the_table(channels, mean, sd):
    assert mean_over_sigma(channels) == pytest.approx(mean, abs=5e-5)
    assert sd_over_sigma(channels) == pytest.approx(sd, abs=5e-5)


def test_one_channel_is_the_rayleigh_distribution():
    assert mean_over_sigma(1) == pytest.approx(sqrt(pi / 2))
    assert sd_over_sigma(1) == pytest.approx(sqrt(2 - pi / 2))


@pytest.mark.parametrize("channels", [0.5, 1, 1.5, 2, 4, 8, 32, 128])
def test_the_ratio_says_the_number_of_channels(channels):
    assert fitting_channels(mean_over_sd(channels)) == pytest.approx(channels, rel=1e-6)


@pytest.mark.parametrize("ratio", [0.0, -2.0, 1.2, 1e4, float("nan"), float("inf")])
def test_a_ratio_of_no_such_noise_has_no_channels(ratio):
    assert isnan(fitting_channels(ratio))


@pytest.mark.parametrize("channels", [0, -1, float("inf"), float("nan")])
def test_channels_are_positive(channels):
    with pytest.raises(ValueError, match="positive"):
        mean_over_sigma(channels)


def test_simulated_noise_of_an_array_has_its_channels():
    noise = np.random.default_rng(1).normal(0.0, 3.0, (2 * 4, 200_000))
    background = np.sqrt((noise**2).sum(axis=0))
    assert background.mean() / 3.0 == pytest.approx(mean_over_sigma(4), rel=3e-3)  # five times 0.25 / √200 000
    # The SD is known to 1/√(2·200 000) = 0.16 %, and the number grows as the square of the ratio.
    assert fitting_channels(background.mean() / background.std()) == pytest.approx(4.0, rel=0.015)
