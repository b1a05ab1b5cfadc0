# SPDX-License-Identifier: LGPL-3.0-or-later
"""Strips along a slanted line, cut so that nothing is blurred along it."""

from dataclasses import dataclass
from math import ceil, floor

import numpy as np

from optimage.imaging.rois import clipped
from optimage.model.images import Box, FloatArray, Image


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """Values beside a line.

    Attributes
    ----------
    along_mm : ndarray of shape (N,)
        Where the line meets each row or column of pixels, ascending, 0 at its middle.
    across_mm : ndarray of shape (K,)
        Distance from the line, ascending, positive to the right of its direction (clockwise on the screen).
    values : ndarray of shape (K, N)
        NaN where the strip leaves the image or meets padding.
    slant : float
        How much further along a parallel of the line meets the same pixels, per mm that it lies further across.
    """

    along_mm: FloatArray
    across_mm: FloatArray
    values: FloatArray
    slant: float


def cut_strip(
    image: Image,
    middle: tuple[float, float],
    direction_mm: tuple[float, float],
    *,
    half_length_mm: float,
    half_width_mm: float,
    across_pitch_mm: float,
) -> Strip:
    """Cut a strip along a line out of `image`.

    Pixels are taken column by column where the line runs rather along the
    rows, else row by row, and interpolated (linearly) only in that direction,
    so that the strip keeps the resolution of the image along the line. What a
    thin straight thing on the line sums up to across is the same as if it
    were cut square to it.

    Parameters
    ----------
    image : Image
        With pixel spacing.
    middle : (row, column)
        A point of the line, in pixels.
    direction_mm : (right, down)
        Unit vector along the line, in mm on the screen.
    half_length_mm, half_width_mm, across_pitch_mm : float
        How far the strip reaches along and across, and how finely across.
    """
    spacing = image.required_spacing_mm
    right, down = direction_mm
    columnwise = abs(right) / spacing[1] >= abs(down) / spacing[0]
    # `run` counts the pixels that the line meets one by one, `rise` those it is interpolated between
    run_step, rise_step = (
        (right / spacing[1], down / spacing[0]) if columnwise else (down / spacing[0], right / spacing[1])
    )
    run_middle, rise_middle = (middle[1], middle[0]) if columnwise else middle
    run_mm = right if columnwise else down
    reach = half_length_mm * abs(run_step)
    runs = np.arange(ceil(run_middle - reach), floor(run_middle + reach) + 1, dtype=np.float64)
    along: FloatArray = (runs - run_middle) / run_step
    if run_step < 0:
        runs, along = runs[::-1], along[::-1]
    across: FloatArray = np.arange(-half_width_mm, half_width_mm + across_pitch_mm / 2, across_pitch_mm)
    # across is positive along (-down, right)
    per_mm = (1.0 / (right * spacing[0])) if columnwise else (-1.0 / (down * spacing[1]))
    rises = rise_middle + along[None, :] * rise_step + across[:, None] * per_mm
    slant = (down if columnwise else -right) / run_mm
    return Strip(along, across, _sample(image, runs, rises, columnwise=columnwise), slant)


def _sample(image: Image, runs: FloatArray, rises: FloatArray, *, columnwise: bool) -> FloatArray:
    low, high = floor(float(rises.min())), floor(float(rises.max())) + 1
    first, last = int(runs.min()), int(runs.max())
    wanted = (
        Box(low, first, high - low + 1, last - first + 1)
        if columnwise
        else Box(first, low, last - first + 1, high - low + 1)
    )
    part = _values(image, wanted)
    part = part if columnwise else part.T
    below = np.floor(rises).astype(np.intp)
    share = rises - below
    row, column = below - low, (runs - first).astype(np.intp)[None, :]
    return np.asarray(part[row, column] * (1.0 - share) + part[row + 1, column] * share)


def _values(image: Image, wanted: Box) -> FloatArray:
    """Return the values of a box that may leave the image, NaN there."""
    box = clipped(wanted, image.shape)
    if box == wanted:
        return image.values(box)
    whole = np.full((wanted.rows, wanted.columns), np.nan)
    inside = Box(box.row - wanted.row, box.column - wanted.column, box.rows, box.columns)
    whole[inside.slices] = image.values(box)
    return whole
