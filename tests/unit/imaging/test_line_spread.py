# SPDX-License-Identifier: LGPL-3.0-or-later
"""Line spread functions whose width and MTF are known."""

from math import log, nan, sqrt

import numpy as np
import pytest
from scipy import special

from optimage.imaging.crossing import falling_crossing
from optimage.imaging.line_spread import (
    full_width_half_maximum,
    hann_tapered,
    lsf_mtf,
    sphere_transfer,
    without_sphere,
)

FWHM = 2 * sqrt(2 * log(2))


def gaussian(sigma_mm: float, pitch_mm: float, shift_mm: float = 0.0, half_mm: float = 8.0):
    count = round(half_mm / pitch_mm)
    x = np.arange(-count, count + 1) * pitch_mm - shift_mm
    return np.exp(-(x**2) / (2 * sigma_mm**2))


def test_a_gaussian_gives_the_gaussian_mtf():
    """Pure Gaussian: f50 = 0.18739 / σ, f10 = 0.34154 / σ; what folds back at 0.5 mm is below 1e-6."""
    f, mtf = lsf_mtf(gaussian(0.7, 0.5), 0.5)
    inside = f <= 0.8
    assert mtf[inside] == pytest.approx(np.exp(-2 * (np.pi * 0.7 * f[inside]) ** 2), abs=1e-4)
    # steps of 1/1024 of the sampling frequency: linear interpolation errs by less than 1e-4 of f50
    assert falling_crossing(f, mtf, 0.5).x == pytest.approx(0.18739 / 0.7, rel=1e-3)
    assert falling_crossing(f, mtf, 0.1).x == pytest.approx(0.34154 / 0.7, rel=1e-3)


def test_a_function_without_area_has_no_mtf():
    assert np.isnan(lsf_mtf(np.zeros(16), 0.5)[1]).all()


@pytest.mark.parametrize("shift", [0.0, 0.1, 0.25, -0.2])
@pytest.mark.parametrize("sigma", [0.38, 0.5, 0.8])
def test_the_width_of_a_gaussian_is_right_however_coarse_its_samples(sigma, shift):
    # exact below 2.5 samples, what folds back costs 0.3 % from there on
    width = full_width_half_maximum(gaussian(sigma, 0.5, shift), 0.5)
    assert width == pytest.approx(FWHM * sigma, rel=3e-3)


@pytest.mark.parametrize("shift", [0.0, 0.13, 0.25])
def test_the_width_of_pixels_that_average_a_gaussian_is_right(shift):
    """2.0 samples wide: logarithms of such a function are no parabola any more, by 0.1 %."""
    pitch, sigma = 0.5, 0.4
    x = np.arange(-20, 21) * pitch - shift
    lsf = special.ndtr((x + pitch / 2) / sigma) - special.ndtr((x - pitch / 2) / sigma)
    # half of the value in the middle, by bisection: 1.0053 mm
    assert full_width_half_maximum(lsf, pitch) == pytest.approx(1.0053, rel=2e-3)


@pytest.mark.parametrize("lsf", [np.zeros(9), np.ones(9), np.array([0, 0, 0, 0, 1.0, 0, 0, 0, 0]), np.arange(9.0)])
def test_what_is_no_peak_has_no_width(lsf):
    assert np.isnan(full_width_half_maximum(lsf, 0.5))


def test_the_transfer_of_a_sphere_is_that_of_its_projection():
    """The projection of a sphere along two axes is a parabola: its transform, summed by hand."""
    d, f = 0.28, np.array([0.0, 0.36, 0.6, 1.0])
    x = (np.arange(20000) + 0.5) / 20000 * d - d / 2
    weight = 1 - (2 * x / d) ** 2
    by_hand = [(weight * np.cos(2 * np.pi * one * x)).sum() / weight.sum() for one in f]
    assert sphere_transfer(f, d) == pytest.approx(by_hand, abs=1e-6)


def test_the_size_of_a_sphere_is_taken_away():
    """A sphere of diameter d adds the variance d²/20 to the spread function."""
    wide = gaussian(sqrt(0.6**2 + 0.3**2 / 20), 0.5)
    assert full_width_half_maximum(without_sphere(wide, 0.5, 0.3), 0.5) == pytest.approx(FWHM * 0.6, rel=1e-3)


def test_tapering_touches_the_outer_share_only():
    tapered = hann_tapered(np.ones(20), 0.2)
    assert (tapered[4:16] == 1.0).all()
    assert (np.diff(tapered[:5]) > 0).all()
    assert tapered == pytest.approx(tapered[::-1])


@pytest.mark.parametrize(
    ("y", "level", "expected"),
    [
        ([1.0, 0.6, 0.2], 0.5, 1.25),
        ([1.0, 0.4, 0.7, 0.1], 0.5, 1 - 1 / 6),
        ([1.0, 0.4, 0.7, 0.1], 0.3, 2 + 1 / 3),
        ([1.0, 0.5], 0.5, 1.0),
        ([1.0, 0.6], 0.5, nan),
        ([0.4, 0.2], 0.5, nan),
        ([1.0, nan, 0.2], 0.5, nan),
        ([], 0.5, nan),
    ],
)
def test_a_level_is_crossed_on_the_running_minimum_or_not_at_all(y, level, expected):
    """1, 0.4, 0.7, 0.1: the minimum so far is 1, 0.4, 0.4, 0.1."""
    assert falling_crossing(np.arange(len(y), dtype=float), np.array(y), level).x == pytest.approx(
        expected, nan_ok=True
    )
