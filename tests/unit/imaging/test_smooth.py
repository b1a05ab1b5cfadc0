# SPDX-License-Identifier: LGPL-3.0-or-later
"""The moving mean is the mean of what is there."""

import numpy as np
import pytest

from optimage.imaging.smooth import moving_mean


@pytest.mark.parametrize("missing", [(), ((2, 3),), ((0, 0), (2, 3), (2, 4), (5, 6))])
def test_every_mean_is_that_of_the_finite_pixels_in_the_square(missing):
    values = np.random.default_rng(1).normal(100.0, 10.0, (6, 7))
    for pixel in missing:
        values[pixel] = np.nan
    found = moving_mean(values, 3)
    for row, column in np.ndindex(values.shape):
        square = values[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        assert found[row, column] == pytest.approx(np.nanmean(square), rel=1e-9)  # sums of nine doubles


def test_where_nothing_is_there_is_no_mean():
    values = np.full((9, 9), np.nan)
    values[0, 0] = 5.0
    found = moving_mean(values, 3)
    assert np.isfinite(found).sum() == 4
    assert found[1, 1] == pytest.approx(5.0)
