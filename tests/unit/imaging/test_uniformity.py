# SPDX-License-Identifier: LGPL-3.0-or-later
"""Percent integral uniformity, average deviation and the map of grey levels, on fields that can be calculated."""

from math import isnan, pi, sqrt

import numpy as np
import pytest

from optimage.imaging.disc_means import disc_means, disc_pixels
from optimage.imaging.rois import mask_of
from optimage.imaging.uniformity import (
    disc_integral_uniformity,
    greyscale_map,
    normalised_absolute_average_deviation,
    percent_integral_uniformity,
)
from optimage.model.images import Box
from optimage.model.shapes import Disc

UNIT = (1.0, 1.0)


def disc(size=120, radius=50.0, spacing=UNIT):
    return mask_of(Disc((size - 1) / 2, (size - 1) / 2, radius, spacing), Box(0, 0, size, size))


def ramp(size=120, slope=2.0, level=1000.0):
    """Return a field that rises by `slope` a column; the nine-point kernel leaves it alone away from the rim."""
    return level + slope * np.tile(np.arange(size) - (size - 1) / 2, (size, 1))


def test_a_ramp_has_the_uniformity_of_its_ends():
    mask = np.zeros((40, 120), bool)
    mask[5:35, 10:110] = True
    values = ramp()[:40]
    raw = percent_integral_uniformity(values, mask, smooth=False)
    assert raw.percent == pytest.approx(100 * (1 - 99 / 1000))
    assert (raw.lowest, raw.highest) == ((5, 10), (5, 109))
    assert (raw.low, raw.high) == (901.0, 1099.0)
    # At the rim the kernel has a third of its weight one column further in: the ends move by 2/3.
    assert percent_integral_uniformity(values, mask).percent == pytest.approx(100 * (1 - (99 - 2 / 3) / 1000))


def test_a_bright_pixel_that_is_no_noise_is_found_where_it_is():
    values, mask = np.full((30, 30), 16.0), np.ones((30, 30), bool)
    values[12, 20] = 32.0
    found = percent_integral_uniformity(values, mask)
    assert (found.highest, found.high, found.low) == ((12, 20), 20.0, 16.0)  # 4/16 of the excess is left
    assert found.percent == pytest.approx(100 * (1 - 4 / 36))


def test_what_lies_outside_or_is_missing_does_not_count():
    values, mask = ramp(), disc()
    spoilt = np.where(mask, values, 1e6)
    assert percent_integral_uniformity(spoilt, mask) == percent_integral_uniformity(values, mask)
    values[60, 60] = np.nan
    holed = mask.copy()
    holed[60, 60] = False
    for measure in (percent_integral_uniformity, normalised_absolute_average_deviation):
        assert measure(values, mask).percent == measure(np.nan_to_num(values), holed).percent


@pytest.mark.parametrize("shape", [(0, 0), (1, 1), (3, 2)])
def test_nothing_has_no_uniformity(shape):
    values, mask = np.zeros(shape), np.zeros(shape, bool)
    assert percent_integral_uniformity(values, mask) is None
    assert disc_integral_uniformity(values, mask, UNIT) is None
    assert normalised_absolute_average_deviation(values, mask) is None
    assert greyscale_map(values, mask) is None


def test_zeros_have_no_ratio_and_one_pixel_is_uniform():
    zeros, one = np.zeros((4, 4)), np.ones((4, 4), bool)
    assert isnan(percent_integral_uniformity(zeros, one).percent)
    assert isnan(normalised_absolute_average_deviation(zeros, one).percent)
    assert percent_integral_uniformity(np.full((1, 1), 5.0), one[:1, :1], sigma=1.0).percent == 100.0
    assert isnan(greyscale_map(np.full((1, 1), 5.0), one[:1, :1]).sd_percent)


def test_without_noise_given_the_uncertainty_is_no_number():
    found = percent_integral_uniformity(ramp(), disc())
    assert isnan(found.uncertainty)
    assert isnan(found.noise_share)
    assert percent_integral_uniformity(ramp(), disc(), sigma=0.0).uncertainty == 0.0


@pytest.mark.parametrize("slope", [0.0, 3.0])
@pytest.mark.parametrize("measure", ["pixels", "discs", "deviation"])
def test_uncertainty_and_noise_share_are_what_repetition_shows(slope, measure):
    sigma, mask, random = 20.0, disc(), np.random.default_rng(7)
    measures = {
        "pixels": lambda values: percent_integral_uniformity(values, mask, sigma=sigma),
        "discs": lambda values: disc_integral_uniformity(values, mask, UNIT, sigma=sigma),
        "deviation": lambda values: normalised_absolute_average_deviation(values, mask, sigma=sigma),
    }
    clean = ramp(slope=slope)
    truth = measures[measure](clean).percent
    found = [measures[measure](clean + random.normal(0.0, sigma, clean.shape)) for _ in range(60)]
    values = np.array([one.percent for one in found])
    claimed = float(np.mean([one.uncertainty for one in found]))
    # 60 values know their SD to 9 %: four of these, and 20 % for the model; the flat deviation has an upper limit.
    least = 0.2 if (measure, slope) == ("deviation", 0.0) else 0.65
    assert least < values.std(ddof=1) / claimed < 1.55
    bias, share = truth - values.mean(), found[0].noise_share
    assert bias == pytest.approx(share, rel=0.1) if slope == 0.0 else 0.0 <= bias < share


def test_disc_means_are_those_of_pixel_centres_in_mm():
    random = np.random.default_rng(3)
    values, spacing = random.normal(1e4, 10.0, (40, 60)), (1.5, 0.7)
    mask = np.ones(values.shape, bool)
    means = disc_means(values, mask, spacing, radius_mm=5.0)
    inside = mask_of(Disc(20, 31, 5.0, spacing), Box(0, 0, 40, 60))
    assert means[20, 31] == pytest.approx(values[inside].mean(), rel=1e-12)
    assert disc_pixels(5.0, spacing) == inside.sum()
    mask[20, 31] = False
    assert np.isnan(disc_means(values, mask, spacing, radius_mm=5.0)[inside]).all()


def test_discs_lie_wholly_inside_the_region():
    values, mask = ramp(), disc(radius=50.0)
    found = disc_integral_uniformity(values, mask, UNIT)
    # A disc of 1 cm² is 5.64 mm in radius: its centre comes as near to the rim, to a pixel.
    reach = 50.0 - sqrt(100 / pi)
    assert found.percent == pytest.approx(100 * (1 - 2.0 * reach / 1000), abs=100 * 2.0 / 1000)
    assert disc_integral_uniformity(values, disc(radius=5.0), UNIT) is None


def test_the_average_deviation_of_a_ramp_is_a_quarter_of_its_width():
    mask = np.zeros((40, 120), bool)
    mask[5:35, 10:110] = True
    found = normalised_absolute_average_deviation(ramp()[:40], mask, smooth=False)
    assert found.percent == pytest.approx(100 * (1 - 50 / 1000))  # 100 columns of 2: on average 25 columns off
    assert found.mean == pytest.approx(1000.0)


def test_the_map_parts_the_area_by_deviation():
    values = np.array([[100.0] * 4 + [112.0, 88.0, 150.0, 50.0]])
    found = greyscale_map(values, np.ones(values.shape, bool), smooth=False)
    assert found.classes.tolist() == [[0, 0, 0, 0, 2, -2, 4, -4]]
    assert found.within_percent == (50.0, 50.0, 75.0, 75.0)
    assert sum(found.shares_percent) == pytest.approx(100.0)
    assert found.shares_percent == (12.5, 0.0, 12.5, 0.0, 50.0, 0.0, 12.5, 0.0, 12.5)
    assert found.sd_percent == pytest.approx(values.std(ddof=1))


def test_a_deviation_on_a_limit_belongs_to_the_inner_class_and_outside_has_none():
    values = np.array([[95.0, 105.0, 100.0, 1e6]])
    found = greyscale_map(values, np.array([[True, True, True, False]]), smooth=False)
    assert found.classes[0, :3].tolist() == [0.0, 0.0, 0.0]
    assert isnan(found.classes[0, 3])
