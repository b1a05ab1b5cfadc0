# SPDX-License-Identifier: LGPL-3.0-or-later
"""Coarser matrices by adding whole pixels, never by interpolation."""

from dataclasses import dataclass
from math import ceil

import numpy as np
import numpy.typing as npt

from optimage.model.images import FloatArray

ROUNDING = 1e-9  # a pitch of 0.89600000001 mm still fits five times into 4.48 mm


@dataclass(frozen=True, slots=True)
class Blocks:
    """How many rows and columns of a matrix become one, and where the first block starts."""

    rows: int
    columns: int
    first_row: int = 0
    first_column: int = 0


def block_size(pitch_mm: float, *, target_mm: float, smallest_mm: float, largest_mm: float) -> int:
    """Return how many pixels of `pitch_mm` to add so that the sum is nearest to `target_mm` wide.

    Sizes from `smallest_mm` to `largest_mm` are preferred; where no whole
    number gives one, the nearest of all is returned. Of two equally near
    ones the smaller.
    """
    sizes = range(1, max(1, ceil(largest_mm / pitch_mm)) + 1)
    allowed = [size for size in sizes if smallest_mm - ROUNDING <= size * pitch_mm <= largest_mm + ROUNDING]
    return min(allowed or sizes, key=lambda size: (round(abs(size * pitch_mm - target_mm), 9), size))


def block_size_power_of_two(pitch_mm: float, *, smallest_mm: float) -> int:
    """Return the smallest power of two of pixels that is at least `smallest_mm` wide together."""
    size = 1
    while size * pitch_mm < smallest_mm:
        size *= 2
    return size


def centred_blocks(shape: tuple[int, int], rows: int, columns: int) -> Blocks:
    """Return blocks of `rows` × `columns` pixels for a matrix of `shape`, what is left over cut off on both sides.

    Of a remainder of r pixels, r // 2 lie before the first block.
    """
    return Blocks(rows, columns, shape[0] % rows // 2, shape[1] % columns // 2)


def block_sum(pixels: npt.NDArray[np.generic], blocks: Blocks) -> FloatArray:
    """Add whole blocks of pixels.

    Parameters
    ----------
    pixels : ndarray of shape (M, N)
        Integers or floating-point numbers; NaN spreads over its block.
    blocks : Blocks
        Pixels that fill no whole block are left out.

    Returns
    -------
    ndarray of shape (M', N')
        The sums, exact for integers.
    """
    rows = (pixels.shape[0] - blocks.first_row) // blocks.rows
    columns = (pixels.shape[1] - blocks.first_column) // blocks.columns
    total = np.zeros((rows, columns * blocks.columns), dtype=_exact(pixels.dtype, blocks))
    right = blocks.first_column + columns * blocks.columns
    for row in range(blocks.rows):  # line by line is several times faster than one sum over a reshaped view
        first = blocks.first_row + row
        total += pixels[first : first + rows * blocks.rows : blocks.rows, blocks.first_column : right]
    return np.asarray(sum(total[:, i :: blocks.columns] for i in range(blocks.columns)), dtype=np.float64)


def _exact(dtype: np.dtype[np.generic], blocks: Blocks) -> type[np.generic]:
    """Return the narrowest type that holds every sum exactly."""
    if dtype.kind == "f":
        return np.float64
    small = dtype.kind == "u" and dtype.itemsize <= 2 and blocks.rows * blocks.columns <= 1 << 16
    return np.uint32 if small else np.int64
