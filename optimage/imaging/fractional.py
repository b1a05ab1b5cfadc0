# SPDX-License-Identifier: LGPL-3.0-or-later
"""Fractional uniformity (IPEM report 112, MagNET): how much of a profile lies near the level of the centre.

The published code that people compare with (hazen) takes stored integers,
the mode of the central square, and as centre the middle of the smallest
turned rectangle around a rectangular outline (`smallest_box_centre`) or of
the smallest circle around a round one, which is the centre of the fitted
circle also where an air bubble cuts the top off. Fractions of a pixel are
cut off. One pixel of shift changes the fraction by up to 0.02.
"""

from dataclasses import dataclass
from math import floor, nan, pi, sqrt

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from optimage.errors import AnalysisError
from optimage.imaging.rois import BoolArray
from optimage.imaging.smallest_box import smallest_box
from optimage.messages import N_
from optimage.model.images import FloatArray
from optimage.model.shapes import Rectangle

LENGTH_PX = 160
WIDTH_PX = 10
NEAR = 0.1  # of the reference
LENGTH_MM = 160.0
WIDTH_MM = 10.0
REFERENCES = ("mode", "median")


@dataclass(frozen=True, slots=True)
class ProfileSize:
    """Length and width of the two profiles in pixels: those of a vertical profile, those of a horizontal one."""

    vertical: tuple[int, int] = (LENGTH_PX, WIDTH_PX)
    horizontal: tuple[int, int] = (LENGTH_PX, WIDTH_PX)

    @classmethod
    def of_mm(
        cls, spacing_mm: tuple[float, float], *, length_mm: float = LENGTH_MM, width_mm: float = WIDTH_MM
    ) -> "ProfileSize":
        """Return the sizes nearest to `length_mm` and `width_mm`, at least 2 pixels, for rows and columns apart."""
        length, width = (tuple(max(2, round(size / d)) for d in spacing_mm) for size in (length_mm, width_mm))
        return cls((length[0], width[1]), (length[1], width[0]))


@dataclass(frozen=True, slots=True)
class FractionalUniformity:
    """The share (0 to 1) of each profile strictly within 10 % of `reference`, and where the profiles lie."""

    horizontal: float
    vertical: float
    horizontal_uncertainty: float
    vertical_uncertainty: float
    reference: float
    horizontal_profile: Rectangle
    vertical_profile: Rectangle
    central: Rectangle


def fractional_uniformity(
    values: npt.NDArray[np.generic],
    centre: tuple[float, float],
    *,
    reference: str = "mode",
    size: ProfileSize = ProfileSize(),
    phantom: BoolArray | None = None,
    sigma: float = nan,
) -> FractionalUniformity:
    """Return the fractional uniformity along a horizontal and a vertical profile through `centre`.

    Parameters
    ----------
    values : ndarray of shape (M, N)
        Stored integers for the mode, which is fragile on rescaled values;
        anything for the median. NaN is left out of means; a point of a
        profile without data does not count as near.
    centre : (float, float)
        Row and column; fractions are cut off. A profile of even length n
        about c covers `c - n/2` up to but without `c + n/2`.
    reference : str
        `mode`: the most frequent value of the central square, of equally
        frequent ones the smallest. `median`: their median.
    size : ProfileSize
        Length and width of the profiles; the central square is as wide as they are.
    phantom : ndarray of shape (M, N), optional
        Where the phantom is.
    sigma : float
        SD of the noise in one pixel of `values`.

    Returns
    -------
    FractionalUniformity
        With standard uncertainties from white noise of SD `sigma`: that of
        the points, each near or not with its own probability, and that of
        the reference, which moves all of them. NaN where `sigma` is.

    Raises
    ------
    AnalysisError
        `no_room_for_profile` where a profile leaves the image or `phantom`:
        it would measure air.
    """
    if reference not in REFERENCES:
        raise ValueError(reference)
    row, column = floor(centre[0]), floor(centre[1])
    shapes = (
        Rectangle(row, column, size.horizontal[1], size.horizontal[0]),
        Rectangle(row, column, size.vertical[0], size.vertical[1]),
        Rectangle(row, column, size.horizontal[1], size.vertical[1]),
    )
    across, down, middle = (_cut(values, shape, phantom) for shape in shapes)
    level, spread = _reference(middle, reference, sigma)
    horizontal = _share(across, 0, level, spread, sigma)
    vertical = _share(down, 1, level, spread, sigma)
    return FractionalUniformity(horizontal[0], vertical[0], horizontal[1], vertical[1], level, *shapes)


def smallest_box_centre(mask: BoolArray) -> tuple[float, float]:
    """Return the centre (row, column) of the rectangle of least area, turned in steps of 0.25°, around `mask`.

    A turned rectangle keeps its centre where its upright bounding box may
    move by a pixel. Pixels count as points. An empty mask gives NaN.
    """
    box = smallest_box(mask, (1.0, 1.0))
    return box.row, box.column


def _cut(values: npt.NDArray[np.generic], shape: Rectangle, phantom: BoolArray | None) -> npt.NDArray[np.generic]:
    top, left = round(shape.row) - int(shape.rows) // 2, round(shape.column) - int(shape.columns) // 2
    bottom, right = top + int(shape.rows), left + int(shape.columns)
    fits = top >= 0 and left >= 0 and bottom <= values.shape[0] and right <= values.shape[1]
    if not fits or not (phantom is None or phantom[top:bottom, left:right].all()):
        raise AnalysisError(
            "no_room_for_profile",
            N_("a profile of {rows} × {columns} pixels does not fit into the phantom"),
            advice=N_("use a larger phantom, or shorter profiles"),
            rows=int(shape.rows),
            columns=int(shape.columns),
        )
    return values[top:bottom, left:right]


def _reference(middle: npt.NDArray[np.generic], kind: str, sigma: float) -> tuple[float, float]:
    """Return the reference level and its standard uncertainty: of a mode about that of one pixel."""
    values = middle[np.isfinite(middle.astype(np.float64))]
    if not values.size:
        return nan, nan
    if kind == "median":
        return float(np.median(values.astype(np.float64))), sigma * sqrt(pi / 2 / values.size)
    levels, counts = np.unique(values, return_counts=True)
    return float(levels[int(counts.argmax())]), sigma


def _share(
    profile: npt.NDArray[np.generic], axis: int, level: float, spread: float, sigma: float
) -> tuple[float, float]:
    """Return the share of the means along `axis` near `level`, and its standard uncertainty."""
    values = profile.astype(np.float64)
    count = np.isfinite(values).sum(axis=axis)
    means = np.divide(np.nansum(values, axis=axis), count, out=np.full(count.shape, np.nan), where=count > 0)
    share = float(((means > (1.0 - NEAR) * level) & (means < (1.0 + NEAR) * level)).mean())
    if not sigma >= 0:
        return share, nan
    noise = max(sigma, 1e-12) / np.sqrt(np.maximum(count, 1))
    near = _probability(means, noise, level)
    moved = sum(sign * float(_probability(means, noise, level + sign * spread).mean()) for sign in (1.0, -1.0)) / 2
    return share, sqrt(float((near * (1.0 - near)).sum()) / near.size**2 + moved**2)


def _probability(means: FloatArray, noise: FloatArray, level: float) -> FloatArray:
    """Return for each mean how probable it is that it lies near `level`."""
    low, high = (1.0 - NEAR) * level, (1.0 + NEAR) * level
    return np.nan_to_num(np.asarray(ndtr((high - means) / noise) - ndtr((low - means) / noise), dtype=np.float64))
