# SPDX-License-Identifier: LGPL-3.0-or-later
"""The centre of a small spot, brighter or darker than its surroundings, to a fraction of a pixel."""

from dataclasses import dataclass
from math import ceil, inf, sqrt

import numpy as np
from scipy import ndimage

from optimage.imaging.rois import clipped
from optimage.model.images import Box, FloatArray, Image

FEWEST_RING = 8  # pixels that background and noise are taken from


@dataclass(frozen=True, slots=True)
class SpotRules:
    """How a spot is looked for.

    Attributes
    ----------
    search_mm : float
        How far from the expected place its highest point is looked for; 0 to begin at that place.
    window_mm : float
        Radius of the disc around the centre that counts.
    ring_mm : (float, float)
        Ring around the centre that gives the background (its median) and the noise.
    smoothing_mm : float
        Gaussian for the search, and throughout where `smooth_centroid`; 0 for none.
    threshold : float
        Share of the peak below which a pixel does not count.
    passes : int
        How often the window follows the centre.
    smooth_centroid : bool
        Whether the centroid is that of the smoothed image.
    threshold_sd : float
        The threshold in standard deviations of the noise, where that is lower.
    """

    search_mm: float
    window_mm: float
    ring_mm: tuple[float, float]
    smoothing_mm: float
    threshold: float
    passes: int
    smooth_centroid: bool = False
    threshold_sd: float = inf


@dataclass(frozen=True, slots=True)
class Spot:
    """A spot: its centre in pixels, how much it differs at its peak, the noise around it, and u (k = 1) per axis."""

    row: float
    column: float
    contrast: float
    noise: float
    row_uncertainty_mm: float
    column_uncertainty_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class _Patch:
    """Pixels around a place, and where they lie in mm from the corner of the patch."""

    box: Box
    values: FloatArray
    smooth: FloatArray
    down: FloatArray
    right: FloatArray


def find_spot(image: Image, place: tuple[float, float], rules: SpotRules) -> Spot | None:
    """Find the spot that differs most near `place` (row, column) and its centroid.

    Each pixel counts by how much it exceeds the threshold, so that pixels
    enter and leave without a jump.

    Parameters
    ----------
    image : Image
        With pixel spacing.
    place : (row, column)
        Where the spot is expected, in pixels.
    rules : SpotRules
        How it is looked for.

    Returns
    -------
    Spot or None
        None where the surroundings leave the image or hold padding, or where
        nothing differs. The uncertainty is that of noise which is independent
        from pixel to pixel.
    """
    spacing = image.required_spacing_mm
    patch = _patch(image, place, rules, spacing)
    if patch is None:
        return None
    down, right = (place[0] - patch.box.row) * spacing[0], (place[1] - patch.box.column) * spacing[1]
    if rules.search_mm:
        down, right = _search(patch, down, right, rules)
    for _ in range(rules.passes):
        found = _centroid(patch, down, right, rules)
        if found is None:
            return None
        (down, right), contrast, noise, u = found
    return Spot(patch.box.row + down / spacing[0], patch.box.column + right / spacing[1], contrast, noise, *u)


def _patch(image: Image, place: tuple[float, float], rules: SpotRules, spacing: tuple[float, float]) -> _Patch | None:
    reach = rules.search_mm + rules.ring_mm[1]
    half = [ceil(reach / step) + 1 for step in spacing]
    box = Box(round(place[0]) - half[0], round(place[1]) - half[1], 2 * half[0] + 1, 2 * half[1] + 1)
    if clipped(box, image.shape) != box:
        return None
    values = image.values(box)
    if not np.isfinite(values).all():
        return None
    smooth = values
    if rules.smoothing_mm:
        smooth = ndimage.gaussian_filter(values, [rules.smoothing_mm / step for step in spacing], mode="nearest")
    return _Patch(
        box,
        smooth if rules.smooth_centroid else values,
        smooth,
        np.arange(box.rows, dtype=np.float64)[:, None] * np.float64(spacing[0]),
        np.arange(box.columns, dtype=np.float64)[None, :] * np.float64(spacing[1]),
    )


def _search(patch: _Patch, down: float, right: float, rules: SpotRules) -> tuple[float, float]:
    """Return the pixel that differs most from the surroundings within the search radius."""
    inside = (patch.down - down) ** 2 + (patch.right - right) ** 2 <= rules.search_mm**2
    differs = np.where(inside, np.abs(patch.smooth - _median(patch.smooth[~inside])), -1.0)
    row, column = np.unravel_index(int(np.argmax(differs)), differs.shape)
    return float(patch.down[row, 0]), float(patch.right[0, column])


def _centroid(
    patch: _Patch, down: float, right: float, rules: SpotRules
) -> tuple[tuple[float, float], float, float, tuple[float, float]] | None:
    squared = (patch.down - down) ** 2 + (patch.right - right) ** 2
    ring = patch.values[(squared >= rules.ring_mm[0] ** 2) & (squared <= rules.ring_mm[1] ** 2)]
    if ring.size < FEWEST_RING:
        return None
    ground, noise = _median(ring), float(ring.std(ddof=1))
    rows, columns = np.nonzero(squared <= rules.window_mm**2)
    middle = patch.smooth[rows, columns] - ground
    contrast = float(max(middle.max(), middle.min(), key=abs))
    differs = (patch.values[rows, columns] - ground) * np.sign(contrast)
    weights = np.maximum(differs - min(rules.threshold * differs.max(), rules.threshold_sd * noise), 0.0)
    total = float(weights.sum())
    if not contrast or not total > 0.0:
        return None
    y, x = patch.down[rows, 0], patch.right[0, columns]
    to = float(weights @ y) / total, float(weights @ x) / total
    taken = weights > 0
    u = [noise * sqrt(float(((axis - at) ** 2) @ taken)) / total for axis, at in ((y, to[0]), (x, to[1]))]
    return to, contrast, noise, (u[0], u[1])


def _median(values: FloatArray) -> float:
    """Return the median, of an even number the upper one of the middle."""
    return float(np.partition(values, values.size // 2)[values.size // 2])
