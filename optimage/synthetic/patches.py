# SPDX-License-Identifier: LGPL-3.0-or-later
"""Small shapes blurred and averaged over pixels: drawn finely in a box of their own, then added to the image."""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from scipy import ndimage, special

from optimage.model.images import FloatArray
from optimage.synthetic.rendering import Grid

FEWEST_SUBSAMPLES, MOST_SUBSAMPLES = 8, 16
BLUR_STEPS = 1.5  # fine steps per standard deviation of the blur, so that its samples keep its width
TAIL_SIGMAS = 4.0

Points = Callable[[FloatArray, FloatArray], FloatArray]
"""A function of x, shape (1, n), and y, shape (m, 1), in mm from the middle of the image."""


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """Values for the pixels from `row`, `column` on; part of them may lie outside of the image."""

    row: int
    column: int
    values: FloatArray

    def add_to(self, image: FloatArray, factor: float = 1.0) -> None:
        """Add the values times `factor` to the pixels of `image` that they belong to."""
        top, left = max(self.row, 0), max(self.column, 0)
        bottom = min(self.row + self.values.shape[0], image.shape[0])
        right = min(self.column + self.values.shape[1], image.shape[1])
        if top < bottom and left < right:
            part = self.values[top - self.row : bottom - self.row, left - self.column : right - self.column]
            image[top:bottom, left:right] += factor * part


@dataclass(frozen=True, slots=True)
class Window:
    """A box of whole pixels, given by its first row and column and its size."""

    row: int
    column: int
    rows: int
    columns: int

    def fine(self, grid: Grid, subsamples: int) -> tuple[FloatArray, FloatArray]:
        """Return x, shape (1, columns · subsamples), and y, shape (rows · subsamples, 1), of points in its pixels."""
        rows, columns = (
            (first + (np.arange(count * subsamples) + 0.5) / subsamples - 0.5 - (size - 1) / 2) * pitch
            for first, count, size, pitch in zip(
                (self.row, self.column), (self.rows, self.columns), grid.shape, grid.spacing_mm, strict=True
            )
        )
        return columns[None, :], rows[:, None]

    def near(self, grid: Grid, margin_mm: float) -> "Window":
        """Return the part of it within `margin_mm` of the image."""
        parts = []
        for first, count, size, pitch in zip(
            (self.row, self.column), (self.rows, self.columns), grid.shape, grid.spacing_mm, strict=True
        ):
            margin = ceil(margin_mm / pitch)
            start, end = max(first, -margin), min(first + count, size + margin)
            parts.append((start, max(end - start, 0)))
        (row, rows), (column, columns) = parts
        return Window(row, column, rows, columns)

    def inside(self, grid: Grid) -> bool:
        """Return whether any of its pixels lies in the image."""
        return (
            self.row < grid.shape[0]
            and self.column < grid.shape[1]
            and self.row + self.rows > 0
            and self.column + self.columns > 0
        )


def window(grid: Grid, centre_mm: tuple[float, float], reach_mm: float) -> Window:
    """Return the pixels that touch a square of half side `reach_mm` about `centre_mm` (x, y)."""
    edges = []
    for centre, size, pitch in zip(reversed(centre_mm), grid.shape, grid.spacing_mm, strict=True):
        middle = centre / pitch + (size - 1) / 2
        edges.append((floor(middle - reach_mm / pitch), ceil(middle + reach_mm / pitch)))
    (top, bottom), (left, right) = edges
    return Window(top, left, bottom - top + 1, right - left + 1)


def subsamples_for(grid: Grid, blur_mm: float) -> int:
    """Return how many points a pixel needs per axis for a Gaussian blur of standard deviation `blur_mm`."""
    needed = ceil(BLUR_STEPS * max(grid.spacing_mm) / blur_mm) if blur_mm else FEWEST_SUBSAMPLES
    return min(max(needed, FEWEST_SUBSAMPLES), MOST_SUBSAMPLES)


def blurred(
    grid: Grid, centre_mm: tuple[float, float], reach_mm: float, blur_mm: float, signed_distance: Points
) -> Patch | None:
    """Return how much of each pixel a shape covers, blurred by a Gaussian before the pixels average it.

    Parameters
    ----------
    centre_mm, reach_mm : (float, float), float
        A square in the image, (x, y), that holds the sharp shape.
    blur_mm : float
        Standard deviation of the blur.
    signed_distance : function
        Distance in mm of points from the outline, negative inside; its
        sub-steps are shaded, so that straight edges are exact.

    Returns
    -------
    Patch or None
        Nothing where all of it lies outside of the image.
    """
    tail = TAIL_SIGMAS * blur_mm
    area = window(grid, centre_mm, reach_mm + tail).near(grid, tail)
    if not area.inside(grid):
        return None
    count = subsamples_for(grid, blur_mm)
    step = max(grid.spacing_mm) / count
    covered = np.clip(0.5 - signed_distance(*area.fine(grid, count)) / step, 0.0, 1.0)
    if blur_mm:
        sigma = tuple(blur_mm * count / pitch for pitch in grid.spacing_mm)
        covered = ndimage.gaussian_filter(covered, sigma, mode="constant", truncate=TAIL_SIGMAS)
    return Patch(area.row, area.column, _pixel_means(covered, area, count))


def sampled(grid: Grid, area: Window, subsamples: int, function: Points) -> Patch | None:
    """Return the mean of `function` over `subsamples`² points of each pixel of `area`; None where all lie outside."""
    if not area.inside(grid):
        return None
    return Patch(area.row, area.column, _pixel_means(function(*area.fine(grid, subsamples)), area, subsamples))


def point(grid: Grid, centre_mm: tuple[float, float], sigma_mm: float) -> Patch | None:
    """Return a two-dimensional Gaussian of unit integral over mm², averaged over each pixel exactly."""
    area = window(grid, centre_mm, (TAIL_SIGMAS + 1.0) * sigma_mm)
    if not area.inside(grid):
        return None
    x, y = area.fine(grid, 1)
    half_y, half_x = (pitch / 2 for pitch in grid.spacing_mm)
    across = _share(x - centre_mm[0], half_x, sigma_mm) / (2 * half_x)
    down = _share(y - centre_mm[1], half_y, sigma_mm) / (2 * half_y)
    return Patch(area.row, area.column, down * across)


def _share(distance: FloatArray, half: float, sigma: float) -> FloatArray:
    share: FloatArray = special.ndtr((distance + half) / sigma) - special.ndtr((distance - half) / sigma)
    return share


def _pixel_means(fine: FloatArray, area: Window, count: int) -> FloatArray:
    means: FloatArray = fine.reshape(area.rows, count, area.columns, count).mean(axis=(1, 3))
    return means
