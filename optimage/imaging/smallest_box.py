# SPDX-License-Identifier: LGPL-3.0-or-later
"""The rectangle of least area around a mask, turned as the mask is."""

from dataclasses import dataclass
from math import cos, nan, pi, sin

import numpy as np

from optimage.imaging.rois import BoolArray

STEPS_PER_DEG = 4


@dataclass(frozen=True, slots=True)
class TurnedBox:
    """Centre in pixels, size in mm, and the angle by which it is turned clockwise on the screen (-45° to 45°)."""

    row: float
    column: float
    width_mm: float
    height_mm: float
    angle_rad: float


def smallest_box(mask: BoolArray, spacing_mm: tuple[float, float]) -> TurnedBox:
    """Return the smallest rectangle around `mask`, shape (M, N), of angles 0.25° apart; NaN where it is empty.

    It reaches half a pixel beyond the centres of the outermost pixels.
    """
    rows, columns = np.nonzero(mask)
    if not rows.size:
        return TurnedBox(nan, nan, nan, nan, nan)
    ends = np.flatnonzero(np.diff(rows, prepend=-1)), np.flatnonzero(np.diff(rows, append=rows[-1] + 1))
    y, x = (
        np.concatenate([axis[end] for end in ends]) * d for axis, d in zip((rows, columns), spacing_mm, strict=True)
    )
    angles = np.arange(-45 * STEPS_PER_DEG, 45 * STEPS_PER_DEG) * (pi / 180 / STEPS_PER_DEG)
    across = np.cos(angles)[:, None] * x + np.sin(angles)[:, None] * y
    down = np.cos(angles)[:, None] * y - np.sin(angles)[:, None] * x
    pixel = float(np.mean(spacing_mm))
    width, height = np.ptp(across, axis=1) + pixel, np.ptp(down, axis=1) + pixel
    areas = width * height
    best = int(np.where(areas <= areas.min() * (1.0 + 1e-9), np.abs(angles), np.inf).argmin())
    u, v = (float(axis[best].min() + axis[best].max()) / 2 for axis in (across, down))
    angle = float(angles[best])
    row, column = sin(angle) * u + cos(angle) * v, cos(angle) * u - sin(angle) * v
    return TurnedBox(row / spacing_mm[0], column / spacing_mm[1], float(width[best]), float(height[best]), angle)
