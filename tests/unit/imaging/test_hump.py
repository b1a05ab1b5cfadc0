# SPDX-License-Identifier: LGPL-3.0-or-later
"""Full width at half maximum of humps whose shape is known."""

from math import log, sqrt

import numpy as np
import pytest
from scipy import special

from optimage.imaging.hump import HumpRules, measure_hump

RULES = HumpRules(0.1, 0.3, 0.03, 3, 0.5, 8.0, 50)
X = np.arange(-22.0, 22.01, 0.5)
FWHM_PER_SIGMA = 2 * sqrt(2 * log(2))


def box(centre: float, width: float, blur: float) -> np.ndarray:
    """Return a box behind a Gaussian blur; at half height it keeps its width while it is much wider than the blur."""
    left, right = ((X - centre + side * width / 2) / blur for side in (1, -1))
    return special.ndtr(left) - special.ndtr(right)


@pytest.mark.parametrize("width", [2.945, 5.89, 11.779])
@pytest.mark.parametrize("centre", [0.0, 0.13, -4.37])
def test_a_blurred_box_has_its_own_width_and_place(width: float, centre: float) -> None:
    hump = measure_hump(X, 80.0 * box(centre, width, 0.5), RULES)
    # the spline through samples one blur apart is good to a hundredth of a mm
    assert hump.width_mm == pytest.approx(width, abs=0.015)
    assert hump.centre_mm == pytest.approx(centre, abs=0.01)


@pytest.mark.parametrize("width", [2.0, 5.9, 12.0])
def test_a_gaussian_is_widened_by_less_than_one_percent(width: float) -> None:
    y = 50.0 * np.exp(-(((X - 0.2) * FWHM_PER_SIGMA / width) ** 2) / 2)
    hump = measure_hump(X, y, RULES)
    # smoothing by 0.03 of the width adds (2.355 · 0.03)² / 2 = 0.25 %; the parabola through the core of a
    # Gaussian lies 0.15 to 0.3 % below its peak, which lowers the level and adds 0.1 to 0.2 %
    assert hump.width_mm == pytest.approx(1.0035 * width, rel=0.004)


def test_noise_does_not_make_a_plateau_look_narrow() -> None:
    rng = np.random.default_rng(3)
    widths = [
        measure_hump(X, 80.0 * box(0.0, 5.89, 0.5) + 5.0 * rng.normal(size=X.size), RULES).width_mm for _ in range(60)
    ]
    # a flank of 80 in 2.5 blurs makes noise of 5 move a crossing by about 0.08 mm: ±0.015 mm in the mean of 60 widths
    assert np.mean(widths) == pytest.approx(5.89, abs=0.045)


def test_the_uncertainty_is_the_scatter_of_repeated_measurements() -> None:
    rng = np.random.default_rng(4)
    y = 80.0 * np.exp(-((X * FWHM_PER_SIGMA / 5.9) ** 2) / 2)
    humps = [measure_hump(X, y + 4.0 * rng.normal(size=X.size), RULES) for _ in range(100)]
    # the standard deviation of 100 values is known to 7 % (k = 1)
    assert np.std([hump.width_mm for hump in humps], ddof=1) == pytest.approx(
        np.mean([hump.width_uncertainty_mm for hump in humps]), rel=0.25
    )
    assert np.std([hump.centre_mm for hump in humps], ddof=1) == pytest.approx(
        np.mean([hump.centre_uncertainty_mm for hump in humps]), rel=0.25
    )


def test_a_hump_that_the_profile_cuts_off_has_no_width() -> None:
    hump = measure_hump(X, box(20.0, 6.0, 0.5), RULES)
    assert np.isnan(hump.width_mm)
    assert hump.left_mm == pytest.approx(17.0, abs=0.02)


def test_a_hump_that_leaves_no_ground_is_measured_from_zero() -> None:
    hump = measure_hump(X, box(0.0, 30.0, 0.5), RULES)
    assert hump.base == 0.0
    assert np.isnan(hump.noise)
    assert hump.width_mm == pytest.approx(30.0, abs=0.02)
