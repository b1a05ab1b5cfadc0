# SPDX-License-Identifier: LGPL-3.0-or-later
"""A bright disc is found whatever the unit of its values and the size of its pixels."""

from dataclasses import replace

import numpy as np
import pytest

from optimage.errors import AnalysisError
from optimage.imaging.disc import find_bright_disc
from optimage.model.images import Image
from optimage.synthetic.rendering import Grid, disc_coverage


def picture(values, spacing) -> Image:
    return Image(np.rint(values).astype(np.int16), "1.2.3", spacing_mm=spacing)


@pytest.mark.parametrize("spacing", [(1.0, 1.0), (0.5, 0.5), (1.2, 0.8)])
@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.001, 0.0), (5.0, -8000.0)])
@pytest.mark.parametrize("radius_share", [0.1, 0.35])
def test_the_disc_is_found_to_a_tenth_of_a_pixel(spacing, slope, intercept, radius_share):
    grid = Grid((200, 240), spacing)
    side = min(200 * spacing[0], 240 * spacing[1])
    at, radius = (3.3, -7.7), radius_share * side
    noise = 20.0 * np.random.default_rng(2).standard_normal(grid.shape)
    values = 1000.0 * disc_coverage(grid, at, radius) + noise
    found = find_bright_disc(replace(picture(values, spacing), slope=slope, intercept=intercept))
    row, column = 99.5 + at[1] / spacing[0], 119.5 + at[0] / spacing[1]
    # 2 % noise moves an edge one pixel wide by 0.02 px per ray; a tenth leaves room for the half level (Otsu).
    assert (found.row, found.column) == pytest.approx((row, column), abs=0.1)
    assert found.radius_mm == pytest.approx(radius, abs=0.1 * max(spacing))


@pytest.mark.parametrize("seed", range(5))
def test_noise_alone_is_no_disc(seed):
    values = np.random.default_rng(seed).normal(1000.0, 10.0, (256, 256))
    with pytest.raises(AnalysisError) as refused:
        find_bright_disc(picture(values, (1.0, 1.0)))
    assert refused.value.code == "phantom_not_found"


def test_an_even_image_is_no_disc():
    with pytest.raises(AnalysisError) as refused:
        find_bright_disc(picture(np.full((64, 64), 7.0), (1.0, 1.0)))
    assert refused.value.code == "phantom_not_found"


def test_without_pixel_spacing_it_says_what_is_missing():
    with pytest.raises(AnalysisError, match="PixelSpacing"):
        find_bright_disc(Image(np.zeros((64, 64), np.int16), "1.2.3"))
