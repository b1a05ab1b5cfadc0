# SPDX-License-Identifier: LGPL-3.0-or-later
import numpy as np
import pytest

from optimage.spc.moving import centred_average, moving_ranges, trailing_average


def test_a_centred_average_lies_over_its_middle_and_stops_before_the_ends():
    assert np.array_equal(centred_average([1, 2, 6, 4, 5, 0], 3), [np.nan, 3, 4, 5, 3, np.nan], equal_nan=True)


def test_a_trailing_average_knows_no_future():
    assert np.array_equal(trailing_average([1, 2, 6, 4], 3), [np.nan, np.nan, 3, 4], equal_nan=True)


def test_a_window_wider_than_the_trend_gives_no_average():
    assert np.isnan(trailing_average([1, 2], 3)).all()
    assert np.isnan(centred_average([1, 2], 5)).all()
    assert len(centred_average([], 5)) == 0


def test_a_window_without_a_middle_is_refused():
    with pytest.raises(ValueError, match="odd, not 4"):
        centred_average([1, 2, 3, 4], 4)


def test_moving_ranges_of_the_golden_series():
    found = moving_ranges([10, 12, 11, 13, 9])
    assert found.ranges.tolist() == [2, 1, 2, 4]
    assert (found.centre, found.ucl) == pytest.approx((2.25, 3.267 * 2.25))


@pytest.mark.parametrize("values", [[], [4.0]])
def test_fewer_than_two_values_have_no_moving_range(values):
    found = moving_ranges(values)
    assert len(found.ranges) == 0
    assert np.isnan([found.centre, found.ucl]).all()
