# SPDX-License-Identifier: LGPL-3.0-or-later
"""Adding whole pixels: how many, which, and exactly."""

import numpy as np
import pytest

from optimage.imaging.rebin import block_size, block_size_power_of_two, block_sum, centred_blocks

NEMA = {"target_mm": 6.4, "smallest_mm": 4.48, "largest_mm": 8.32}


@pytest.mark.parametrize(
    ("pitch", "size"),
    [(1.2, 5), (0.59, 11), (0.64, 10), (2.4, 3), (3.2, 2), (4.48, 1), (4.79, 1), (8.32, 1), (8.26, 1), (2.08, 3)],
)
def test_the_sum_nearest_to_the_target_is_taken(pitch, size):
    assert block_size(pitch, **NEMA) == size


@pytest.mark.parametrize(("pitch", "size"), [(9.6, 1), (4.42, 1), (4.4, 1), (4.2, 2), (100.0, 1)])
def test_where_no_sum_fits_the_nearest_is_taken(pitch, size):
    """4.2 mm: 4.2 is 2.2 off, 8.4 only 2.0."""
    assert block_size(pitch, **NEMA) == size


@pytest.mark.parametrize(("pitch", "size"), [(0.6, 8), (1.2, 4), (2.4, 2), (4.48, 1), (4.47, 2), (9.6, 1)])
def test_powers_of_two_reach_the_smallest_width(pitch, size):
    assert block_size_power_of_two(pitch, smallest_mm=4.48) == size


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.int32, np.float64])
@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 2), (5, 7)])
def test_sums_are_those_of_the_pixels(dtype, rows, columns):
    pixels = np.random.default_rng(3).integers(0, 200, (23, 31)).astype(dtype)
    blocks = centred_blocks(pixels.shape, rows, columns)
    top, left = 23 % rows // 2, 31 % columns // 2
    assert (blocks.first_row, blocks.first_column) == (top, left)
    expected = [
        [
            pixels[top + i * rows : top + (i + 1) * rows, left + j * columns : left + (j + 1) * columns].sum(
                dtype=float
            )
            for j in range(31 // columns)
        ]
        for i in range(23 // rows)
    ]
    assert np.array_equal(block_sum(pixels, blocks), expected)


def test_full_pixels_do_not_overflow():
    pixels = np.full((512, 512), 65535, np.uint16)
    assert block_sum(pixels, centred_blocks(pixels.shape, 256, 256)).tolist() == [[65535.0 * 65536] * 2] * 2
