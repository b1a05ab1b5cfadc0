# SPDX-License-Identifier: LGPL-3.0-or-later
"""Ellipsoids painted over one another, for crude anatomy."""

from dataclasses import dataclass

import numpy as np

from optimage.model.images import FloatArray
from optimage.synthetic.placement import Section
from optimage.synthetic.rendering import Grid

_FLAT = 1e-6  # of the slope of the outline, below which a point counts as its very middle


@dataclass(frozen=True, slots=True)
class Ellipsoid:
    """A body of one CT number; `centre_mm` and `half_mm` (its half axes) along x, y and z of the phantom."""

    centre_mm: tuple[float, float, float]
    half_mm: tuple[float, float, float]
    hu: float


def paint_ellipsoid(values: FloatArray, body: Ellipsoid, section: Section, grid: Grid) -> None:
    """Paint `body` over `values`, shape of the grid, as the middle plane of a slice cuts it.

    The outline is shaded over one pixel; nothing is blurred.
    """
    x, y = section.to_phantom(grid.x_mm, grid.y_mm)
    z = section.height_mm(grid.x_mm, grid.y_mm)
    u, v, w = (
        (place - centre) / half for place, centre, half in zip((x, y, z), body.centre_mm, body.half_mm, strict=True)
    )
    radius = np.sqrt(u**2 + v**2 + w**2)
    slope = np.hypot(u / body.half_mm[0], v / body.half_mm[1]) / np.maximum(radius, _FLAT)
    distance = (radius - 1.0) / np.maximum(slope, _FLAT) * section.scale
    values += np.clip(0.5 - distance / max(grid.spacing_mm), 0.0, 1.0) * (body.hu - values)
