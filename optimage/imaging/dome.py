# SPDX-License-Identifier: LGPL-3.0-or-later
"""The dome of a near point source: counts fall off from the axis as `R / (R² + ρ²)^(3/2)`."""

from math import inf, sqrt

import numpy as np

from optimage.imaging.rois import BoolArray
from optimage.model.images import FloatArray

STEPS = 30
TOLERANCE = 1e-10  # of 1/R² times the largest ρ²


def squared_distance_mm2(
    shape: tuple[int, int], spacing_mm: tuple[float, float], centre: tuple[float, float]
) -> FloatArray:
    """Return the squared distance of every pixel from `centre` (row, column) for a matrix of `shape`."""
    rows = (np.arange(shape[0]) - centre[0]) * spacing_mm[0]
    columns = (np.arange(shape[1]) - centre[1]) * spacing_mm[1]
    return np.asarray(rows[:, None] ** 2 + columns[None, :] ** 2)


def dome(squared_mm2: FloatArray, distance_mm: float) -> FloatArray:
    """Return the count density at `squared_mm2` from the axis over that on the axis, a source `distance_mm` away."""
    return np.asarray((1.0 + squared_mm2 / distance_mm**2) ** -1.5)


def fit_distance_mm(counts: FloatArray, squared_mm2: FloatArray, mask: BoolArray) -> float:
    """Return the source distance that fits `counts` in `mask`, arrays of shape (M, N).

    Weighted least squares (Gauss-Newton in 1/R²). Infinite where the counts
    do not fall off from the axis.
    """
    values, squared = counts[mask], squared_mm2[mask]
    if values.size < 3 or not squared.max() > 0:
        return inf
    bend = 0.0
    for _ in range(STEPS):
        shape = (1.0 + bend * squared) ** -1.5
        slope = -1.5 * squared * (1.0 + bend * squared) ** -2.5
        amplitude = float(values @ shape) / float(shape @ shape)
        design = np.stack((shape, amplitude * slope), axis=1)
        change = np.linalg.lstsq(design, values - amplitude * shape, rcond=None)[0]
        bend = max(bend + float(change[1]), 0.0)
        if abs(float(change[1])) * float(squared.max()) < TOLERANCE:
            break
    return 1.0 / sqrt(bend) if bend > 0 else inf


def without_dome(counts: FloatArray, squared_mm2: FloatArray, distance_mm: float) -> FloatArray:
    """Return `counts`, shape (M, N), divided by the dome at `squared_mm2` and scaled back to their sum."""
    flat = counts / dome(squared_mm2, distance_mm)
    total = float(flat.sum())
    return np.asarray(flat * (float(counts.sum()) / total)) if total else flat
