# SPDX-License-Identifier: LGPL-3.0-or-later
"""A flat couch below a digital CT phantom, as wide as the image."""

import numpy as np

from optimage.model.images import FloatArray
from optimage.synthetic.rendering import Grid, interval_coverage

PLATE_MM, THICKNESS_MM = 4.0, 30.0
PLATE_HU, FOAM_HU = -300.0, -950.0


def draw_table(grid: Grid, top_mm: float | None, air_hu: float) -> FloatArray:
    """Return air, shape of the grid, with two plates and foam from `top_mm` below the middle on; air alone for none."""
    values = np.full(grid.shape, air_hu)
    if top_mm is None:
        return values
    low = top_mm + THICKNESS_MM - PLATE_MM
    for start, end, hu in (
        (top_mm, top_mm + THICKNESS_MM, FOAM_HU),
        (top_mm, top_mm + PLATE_MM, PLATE_HU),
        (low, low + PLATE_MM, PLATE_HU),
    ):
        values += interval_coverage(grid.y_mm, grid.spacing_mm[0], start, end) * (hu - values)
    return values
