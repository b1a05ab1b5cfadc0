# SPDX-License-Identifier: LGPL-3.0-or-later
"""Upright ellipses as regions of interest."""

from dataclasses import dataclass
from math import cos, pi, sin

import numpy as np

from optimage.imaging.rois import BoolArray
from optimage.model.shapes import Polyline

CORNERS = 72  # of the polygon that is drawn
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An upright ellipse in pixels: centre, and half axes along rows and along columns."""

    row: float
    column: float
    half_rows: float
    half_columns: float

    def mask(self, shape: tuple[int, int]) -> BoolArray:
        """Return which pixel centres of a matrix of `shape` lie inside; the boundary belongs to the ellipse."""
        rows = (np.arange(shape[0]) - self.row) / self.half_rows
        columns = (np.arange(shape[1]) - self.column) / self.half_columns
        return np.asarray(rows[:, None] ** 2 + columns[None, :] ** 2 <= 1.0 + TOLERANCE)

    def outline(self) -> Polyline:
        """Return the ellipse as a closed polygon that can be drawn."""
        angles = [2 * pi * i / CORNERS for i in range(CORNERS)]
        points = ((self.row + self.half_rows * sin(a), self.column + self.half_columns * cos(a)) for a in angles)
        return Polyline(tuple(points), closed=True)
