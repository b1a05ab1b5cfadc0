# SPDX-License-Identifier: LGPL-3.0-or-later
"""The noise of digital MR images follows theory: Rician, central chi, signed, correlated by zero filling."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from optimage.synthetic.mr_drawing import object_mask
from optimage.synthetic.mr_flood import MrFlood, render_mr_flood
from optimage.synthetic.mr_noise import zero_filled
from optimage.synthetic.mr_truth import air_noise

AIR = MrFlood(signal=0.0)
COUNT = 256 * 256
MIDDLE = np.s_[78:178, 78:178]  # lies within the disc of 200 mm
FACTORS = {1: (1.2533, 0.6551), 2: (1.8800, 0.6824), 4: (2.7416, 0.6953), 8: (3.9380, 0.7014), 16: (5.6128, 0.7043)}


@pytest.mark.parametrize("channels", [1, 2, 4, 8, 16, 32])
def test_air_is_central_chi(channels):
    """From N pixels the mean is known to SD/√N; an SD to SD·√((kurtosis - 1)/4N), kurtosis 3.25 at most; 5 times."""
    values = render_mr_flood(replace(AIR, channels=channels))[0].values() / 10.0
    mean, sd = air_noise(channels)
    assert values.mean() == pytest.approx(mean, abs=5 * sd / sqrt(COUNT))
    assert values.std() == pytest.approx(sd, rel=5 * sqrt(2.25 / 4 / COUNT))
    ratio = values.mean() / values.std()
    assert ratio == pytest.approx(mean / sd, rel=5 * (sd / mean + 0.75) / sqrt(COUNT))


@pytest.mark.parametrize("channels", FACTORS)
def test_the_factors_of_air_are_those_of_the_tables(channels):
    """Printed with four decimals."""
    assert air_noise(channels) == pytest.approx(FACTORS[channels], abs=6e-5)


@pytest.mark.parametrize("channels", [1, 8])
def test_the_mean_square_is_signal_and_noise_power(channels):
    """E[M²] = S² + 2nσ², its SD about 2Sσ in one pixel."""
    values = render_mr_flood(MrFlood(channels=channels, signal=200.0))[0].values()[MIDDLE]
    assert np.mean(values**2) == pytest.approx(200.0**2 + 2 * channels * 100.0, abs=5 * 2 * 200 * 10 / 100)


def test_the_difference_of_two_repeats_has_twice_the_variance():
    """At SNR 100 the magnitude is Gaussian; over 10 000 pixels an SD is known to 0.7 %; 5 times."""
    first, second = (image.values()[MIDDLE] for image in render_mr_flood(MrFlood(), repeats=2))
    assert (first - second).std() == pytest.approx(sqrt(2) * 10.0, rel=5 / sqrt(2e4))
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] == pytest.approx(0.0, abs=5 / 100)


def test_without_noise_the_root_sum_of_squares_is_the_signal():
    image = render_mr_flood(MrFlood(channels=8, sigma=0.0))[0].values()
    assert np.ptp(image[MIDDLE]) == 0.0
    assert image[128, 128] == 1000.0
    assert image[0, 0] == 0.0


def test_a_real_image_has_signed_gaussian_noise():
    """Mean 0 to σ/√N, half of the pixels below 0, and zero stored at mid-scale."""
    image = render_mr_flood(replace(AIR, real=True))[0]
    values = image.values()
    assert values.mean() == pytest.approx(0.0, abs=5 * 10.0 / sqrt(COUNT))
    assert values.std() == pytest.approx(10.0, rel=5 / sqrt(2 * COUNT))
    assert np.mean(values < 0) == pytest.approx(0.5, abs=5 * 0.5 / 256)
    assert np.median(image.pixels) == pytest.approx(1 << 15, abs=5 * 1.2533 * 160 / 256)
    assert image.header["ImageType"][2] == "R"


def test_zero_filling_keeps_the_variance_and_correlates_neighbours():
    """Neighbours at half an acquired pixel correlate by sinc(1/2) = 0.637; a quarter of the pixels is independent."""
    values = render_mr_flood(replace(AIR, zero_filled=True, real=True))[0].values()
    assert values.std() == pytest.approx(10.0, rel=5 / sqrt(2 * COUNT / 4))
    neighbours = np.corrcoef(values[:, 1:].ravel(), values[:, :-1].ravel())[0, 1]
    assert neighbours == pytest.approx(2 / np.pi, abs=5 / sqrt(COUNT / 4))
    assert np.corrcoef(values[:, 2:].ravel(), values[:, :-2].ravel())[0, 1] == pytest.approx(0.0, abs=5 / 128)


def test_zero_filling_keeps_the_place():
    """A Gaussian far wider than a pixel is interpolated without error: centroid and values stay."""
    fine = (np.arange(128) - 63.5) / 2  # new pixel centres in units of the old pitch
    coarse = np.arange(64) - 31.5
    found = zero_filled(np.exp(-((coarse[:, None] - 3.2) ** 2 + coarse**2) / 32).astype(complex))
    wanted = np.exp(-((fine[:, None] - 3.2) ** 2 + fine**2) / 32)
    np.testing.assert_allclose(found.real, wanted, atol=1e-9)
    np.testing.assert_allclose(found.imag, 0.0, atol=1e-9)


def test_a_masked_background_is_zero_and_the_phantom_is_not():
    spec = MrFlood(masked=True, ghost=0.05)
    image, inside = render_mr_flood(spec)[0], object_mask(spec)
    assert not image.pixels[~inside].any()
    assert image.values()[MIDDLE].mean() > 1000.0
    assert np.count_nonzero(~inside) > COUNT / 3


def test_the_same_seed_gives_the_same_images_and_repeats_are_independent():
    spec = MrFlood(channels=2, slices=2)
    first, again = render_mr_flood(spec, 2), render_mr_flood(spec, 3)
    assert len(first) == 4
    assert len(again) == 6
    assert all(np.array_equal(a.pixels, b.pixels) and a.header == b.header for a, b in zip(first, again, strict=False))
    assert len({image.pixels.tobytes() for image in again}) == 6
    assert not np.array_equal(first[0].pixels, render_mr_flood(replace(spec, seed=2))[0].pixels)
