# SPDX-License-Identifier: LGPL-3.0-or-later
"""Periodograms: white noise reads 1, variance is kept, and patterns stand out."""

from math import log

import numpy as np
import pytest

from optimage.imaging.pattern import field_box, find_pattern
from optimage.imaging.periodogram import hann_window, periodogram


@pytest.mark.parametrize("shape", [(64, 64), (63, 50), (40, 91)])
def test_white_noise_of_unit_variance_reads_one(shape):
    """The mean of N exponential values is known to 1 / √N; four times that."""
    values = np.random.default_rng(2).standard_normal(shape)
    spectrum = periodogram(values, (2.0, 2.0), weights=hann_window(shape))
    assert spectrum.power.mean() == pytest.approx(1.0, abs=4 * 2 / np.sqrt(spectrum.power.size))


@pytest.mark.parametrize("shape", [(64, 64), (63, 50)])
def test_all_frequencies_carry_the_weighted_variance(shape):
    values = np.random.default_rng(2).standard_normal(shape)
    weights = hann_window(shape)
    spectrum = periodogram(values, (2.0, 3.0), weights=weights)
    expected = (weights**2 * values**2).sum() / (weights**2).sum()
    assert spectrum.variance(0.0, 10.0) == pytest.approx(expected)
    assert spectrum.share(0.0, 10.0) == pytest.approx(1.0)


def test_a_wave_is_found_at_its_frequency_with_half_its_squared_amplitude():
    """The window spreads it over two bins of 1/256 per mm on either side: 98 % lie within three."""
    x = np.arange(128) * 2.0
    values = np.tile(0.3 * np.cos(2 * np.pi * x / 16.0), (100, 1))
    spectrum = periodogram(values, (2.0, 2.0), weights=hann_window(values.shape))
    assert spectrum.variance(1 / 16 - 3 / 200, 1 / 16 + 3 / 200) == pytest.approx(0.3**2 / 2, rel=0.02)


def test_strengths_of_pure_noise_stay_near_what_is_expected_of_them():
    """Of N frequencies the largest over the median expects about ln N / ln 2; five times that never happens."""
    rng = np.random.default_rng(1)
    found = [
        find_pattern(rng.poisson(80.0, (120, 150)).astype(float), (2.0, 2.0), trend_mm=25.0, share=0.6)
        for _ in range(20)
    ]
    expected = log(found[0].frequencies) / log(2.0)
    assert found[0].limit == pytest.approx(5 * expected)
    assert np.mean([one.strength for one in found]) == pytest.approx(expected, rel=0.25)
    assert not any(one.present for one in found)


def test_a_wave_below_the_limit_of_the_trend_is_a_pattern_and_above_it_is_a_trend():
    x = np.arange(150) * 2.0
    rng = np.random.default_rng(1)
    for period, present in ((8.0, True), (20.0, True), (80.0, False)):
        expected = np.tile(80.0 * (1 + 0.2 * np.cos(2 * np.pi * x / period)), (120, 1))
        counts = rng.poisson(expected).astype(float)
        assert find_pattern(counts, (2.0, 2.0), trend_mm=25.0, share=0.6).present is present


def test_a_field_too_small_to_tell_shows_no_pattern():
    counts = np.zeros((40, 40))
    counts[20, 20:22] = 100.0
    assert not find_pattern(counts, (2.0, 2.0), trend_mm=25.0, share=0.6).present


def test_the_box_of_a_field_leaves_stray_counts_out():
    counts = np.zeros((50, 60))
    counts[10:30, 20:45] = 100.0
    counts[45, 2] = 50.0
    box = field_box(counts)
    assert (box.row, box.column, box.rows, box.columns) == (10, 20, 20, 25)
