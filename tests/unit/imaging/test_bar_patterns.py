# SPDX-License-Identifier: LGPL-3.0-or-later
"""Bars blurred by a known MTF give that MTF back."""

import numpy as np
import pytest

from optimage.imaging.bar_patterns import coltman_mtf, droege_morin_mtf, square_wave_response
from optimage.imaging.spline import SplinePatch, spline_response
from optimage.model.images import Box

SIGMA_MM = 0.45
GROUPS = np.arange(1, 11) / 10.0
MTF = np.exp(-2 * (np.pi * SIGMA_MM * GROUPS) ** 2)


def endless_bars(frequency: float, harmonics: int = 199):
    """Return one period of bars of height 1 on ground 0 behind the blur, by its Fourier series."""
    t = (np.arange(2000) + 0.5) / 2000
    wave = np.full(t.shape, 0.5)
    for k in range(1, harmonics + 1, 2):
        wave += 2 / np.pi / k * np.exp(-2 * (np.pi * SIGMA_MM * k * frequency) ** 2) * np.sin(2 * np.pi * k * t)
    return wave


def test_the_spread_inside_bars_gives_the_mtf():
    """From a third of the cut-off on the harmonics fade; below they are taken away. Linear tables: 0.01."""
    waves = [endless_bars(f) for f in GROUPS]
    sd = np.array([wave.std() for wave in waves])
    zero, half = np.zeros_like(sd), np.full(sd.shape, 0.5)
    assert droege_morin_mtf(GROUPS, sd, zero, half) == pytest.approx(MTF, abs=0.01)


def test_noise_is_taken_from_the_spread_and_never_below_nothing():
    sd = np.array([0.3, 0.2, 0.01])
    f = np.array([0.5, 0.6, 0.7])
    noise, half = np.full(3, 0.05), np.full(3, 0.5)
    mtf = droege_morin_mtf(f, sd, noise, half)
    assert mtf[2] == 0.0
    assert mtf[1] == pytest.approx(np.pi * np.sqrt(2) / 4 * np.sqrt(0.2**2 - 0.05**2) / 0.5)


def test_the_response_of_bars_is_the_height_of_the_blurred_wave():
    """The middle of a bar less the middle of a gap, from the same Fourier series; the table ends where MTF is 1e-16."""
    f = np.linspace(0.05, 3.0, 2951)
    response = square_wave_response(f, np.exp(-2 * (np.pi * SIGMA_MM * f) ** 2))
    for frequency in (0.1, 0.3, 0.6):
        wave = endless_bars(frequency)
        at = round((frequency - 0.05) / 0.001)
        # below the table the MTF is interpolated from 1 at frequency 0: 1e-3
        assert response[at] == pytest.approx(wave[500] - wave[1500], abs=2e-3)


def test_coltmans_series_undoes_the_response_of_bars():
    f = np.linspace(0.02, 3.0, 1491)
    mtf = np.exp(-2 * (np.pi * SIGMA_MM * f) ** 2)
    back = coltman_mtf(f, square_wave_response(f, mtf))
    # from 0.1 on the series, cut behind its seventh term, is good to what harmonics of order 17 leave: 1 / 17
    assert back[f >= 0.1] == pytest.approx(mtf[f >= 0.1], abs=2e-2)


@pytest.mark.parametrize("order", [3, 5])
@pytest.mark.parametrize("cycles", [0.1, 0.25, 0.4])
def test_a_spline_lowers_a_wave_by_its_response(order, cycles):
    """Sampled between pixels the wave has repetitions, too: the mean of wave times cosine over many phases is clean."""
    columns = np.arange(400, dtype=float)
    values = np.tile(np.cos(2 * np.pi * cycles * columns), (9, 1))
    patch = SplinePatch.of(values, Box(10, 20, 9, 400), order)
    x = np.arange(100, 300, 0.01)
    wave = patch.at(np.full(x.shape, 14.0), x + 20)
    assert 2 * (wave * np.cos(2 * np.pi * cycles * x)).mean() == pytest.approx(spline_response(cycles, order), abs=1e-3)


def test_a_patch_takes_padding_for_its_median_and_knows_nothing_outside():
    values = np.full((8, 8), 7.0)
    values[0, 0] = np.nan
    patch = SplinePatch.of(values, Box(2, 3, 8, 8), 1)
    assert patch.at(np.array([2.0, 1.0]), np.array([3.0, 3.0])) == pytest.approx([7.0, np.nan], nan_ok=True)
