# SPDX-License-Identifier: LGPL-3.0-or-later
"""How much of a profile lies near the level of the centre."""

from math import isnan

import numpy as np
import pytest

from optimage.errors import AnalysisError
from optimage.imaging.fractional import ProfileSize, fractional_uniformity, smallest_box_centre

CENTRE = (128.0, 128.0)


def stepped(near: int) -> np.ndarray:
    """Return 1000 in `near` columns about the centre, 800 beside them."""
    values = np.full((256, 256), 800, dtype=np.uint16)
    values[:, 128 - near // 2 : 128 + near // 2] = 1000
    return values


@pytest.mark.parametrize("reference", ["mode", "median"])
def test_the_share_is_that_of_the_columns_at_the_level_of_the_centre(reference):
    found = fractional_uniformity(stepped(100), CENTRE, reference=reference)
    assert (found.horizontal, found.vertical, found.reference) == (100 / 160, 1.0, 1000.0)
    assert (found.horizontal_profile.rows, found.horizontal_profile.columns) == (10, 160)
    assert (found.vertical_profile.rows, found.vertical_profile.columns) == (160, 10)


def test_the_profile_covers_80_pixels_before_the_centre_and_79_after_it():
    values = np.full((200, 200), 500)
    values[:, :40] = values[:, 200:] = 5000
    assert fractional_uniformity(values, (100.9, 120.9)).horizontal == 1.0
    assert fractional_uniformity(values, (100.9, 119.9)).horizontal == 159 / 160


def test_ten_percent_off_is_not_near():
    values = np.full((256, 256), 1000)
    values[:, 60:90] = 1100
    values[:, 90:100] = 1099
    assert fractional_uniformity(values, CENTRE).horizontal == 130 / 160


def test_of_equally_frequent_values_the_smallest_is_the_mode():
    values = np.where(np.arange(256) % 2, 1000, 1300)[:, None] * np.ones((1, 256), int)
    assert fractional_uniformity(values, CENTRE).reference == 1000.0
    assert fractional_uniformity(values, CENTRE, reference="median").reference == 1150.0


def test_missing_data_are_not_near_and_an_empty_centre_has_no_level():
    values = stepped(100).astype(float)
    values[:, 100:110] = np.nan
    assert fractional_uniformity(values, CENTRE, reference="median").horizontal == 90 / 160
    found = fractional_uniformity(np.full((256, 256), np.nan), CENTRE)
    assert isnan(found.reference)
    assert found.horizontal == 0.0


def test_a_profile_that_would_measure_air_is_refused():
    phantom = np.zeros((256, 256), bool)
    phantom[60:200, 40:220] = True
    for centre, where in (((128.0, 70.0), None), (CENTRE, phantom)):
        with pytest.raises(AnalysisError) as refused:
            fractional_uniformity(stepped(100), centre, phantom=where)
        assert refused.value.code == "no_room_for_profile"
    with pytest.raises(AnalysisError):
        fractional_uniformity(np.zeros((3, 3)), (1.0, 1.0))


def test_sizes_in_mm_follow_both_spacings():
    assert ProfileSize.of_mm((2.0, 0.5)) == ProfileSize(vertical=(80, 20), horizontal=(320, 5))
    assert ProfileSize.of_mm((1.0, 1.0)) == ProfileSize()
    found = fractional_uniformity(
        np.full((100, 400), 7), (50.0, 200.0), size=ProfileSize.of_mm((2.0, 0.5)), reference="median"
    )
    assert (found.horizontal, found.vertical) == (1.0, 1.0)


def test_an_unknown_reference_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="mean"):
        fractional_uniformity(stepped(100), CENTRE, reference="mean")


def test_the_uncertainty_is_about_what_repetition_shows():
    column = np.arange(256) - 128.0
    clean = 1000.0 * (1.0 - (column / 200.0) ** 2)[None, :] * np.ones((256, 1))
    random, sigma = np.random.default_rng(5), 20.0
    found = [
        fractional_uniformity(clean + random.normal(0.0, sigma, clean.shape), CENTRE, reference="median", sigma=sigma)
        for _ in range(100)
    ]
    seen = np.std([one.horizontal for one in found], ddof=1)
    claimed = np.mean([one.horizontal_uncertainty for one in found])
    assert 0.6 < seen / claimed < 1.4  # 100 values know their SD to 7 %; the edges are not straight
    assert isnan(fractional_uniformity(clean, CENTRE, reference="median").horizontal_uncertainty)


@pytest.mark.parametrize("turn_deg", [0.0, 1.0, -12.0, 40.0])
def test_the_smallest_box_has_its_centre_where_the_turned_rectangle_has_it(turn_deg):
    turn = np.deg2rad(turn_deg)
    y, x = np.mgrid[:256, :256] - np.array([130.3, 120.6])[:, None, None]
    along, aside = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    mask = (np.abs(along) <= 80) & (np.abs(aside) <= 50)
    assert smallest_box_centre(mask) == pytest.approx((130.3, 120.6), abs=0.5)  # whole pixels


def test_an_empty_mask_has_no_centre_and_one_pixel_is_its_own():
    assert all(isnan(one) for one in smallest_box_centre(np.zeros((5, 5), bool)))
    mask = np.zeros((5, 5), bool)
    mask[1, 3] = True
    assert smallest_box_centre(mask) == pytest.approx((1.0, 3.0))
