# SPDX-License-Identifier: LGPL-3.0-or-later
"""Rods: dark spots on a bright ground, their centres to a fraction of a pixel."""

from dataclasses import dataclass
from math import hypot, pi, sqrt

import numpy as np
from scipy import ndimage

from optimage.api import FloatArray
from optimage.imaging.masks import bounding_box
from optimage.imaging.rois import BoolArray
from optimage_phantoms.mr_flood.plate_rules import RodRules

ROUNDS = 3  # of moving the window onto the centre: the shift falls tenfold each time
FEWEST_RING_PIXELS = 8


@dataclass(frozen=True, slots=True)
class Spot:
    """A rod: centre in pixels and its uncertainty along either axis in mm, diameter as if it held no signal at all."""

    row: float
    column: float
    diameter_mm: float
    uncertainty_mm: float


def dark_spots(values: FloatArray, mask: BoolArray, spacing_mm: tuple[float, float], rules: RodRules) -> FloatArray:
    """Return the places of small dark spots inside `mask`, (row, column) each, shape (K, 2); the darkest first.

    A spot is an area in which means over `smoothing_mm` fall below
    `dark_share` of the mean of the phantom over `surroundings_mm`.
    """
    if not mask.any():
        return np.empty((0, 2))
    step = max(1, round(rules.pitch_mm / spacing_mm[0])), max(1, round(rules.pitch_mm / spacing_mm[1]))
    top, bottom, left, right = bounding_box(mask)
    bright, share = (_block_mean(part[top : bottom + 1, left : right + 1], step) for part in (values * mask, mask))
    pitch = step[0] * spacing_mm[0], step[1] * spacing_mm[1]
    near = _box_mean(bright, pitch, rules.smoothing_mm) / np.maximum(_box_mean(share, pitch, rules.smoothing_mm), 1e-9)
    wide = _box_mean(bright, pitch, rules.surroundings_mm) / np.maximum(
        _box_mean(share, pitch, rules.surroundings_mm), 1e-9
    )
    level = near / np.where(wide > 0, wide, np.inf)
    labels, count = ndimage.label((level < rules.dark_share) & (share > 0.5) & (wide > 0))
    found = [
        (float(level[area][labels[area] == number].min()), number)
        for number, area in enumerate(ndimage.find_objects(labels), start=1)
        if _small(area, pitch, rules)
    ]
    numbers = [number for _, number in sorted(found)[: rules.most]]
    if not count or not numbers:
        return np.empty((0, 2))
    weights = np.clip(rules.dark_share - level, 0.0, None)
    places = np.array(ndimage.center_of_mass(weights, labels, numbers))
    offset = np.array([top + (step[0] - 1) / 2, left + (step[1] - 1) / 2])
    places_px: FloatArray = places * np.array(step) + offset
    return places_px


def measure_spot(
    values: FloatArray, place: tuple[float, float], spacing_mm: tuple[float, float], rules: RodRules
) -> Spot | None:
    """Measure the rod near `place` (row, column) in `values`, shape (M, N); None where there is none.

    The ground is a plane through the ring around the window. The missing
    signal, in shares of the ground, weighs the pixels of the window, on
    which the window is centred again. The uncertainty follows from the
    scatter in the ring and from the pixel spacing.
    """
    row, column = place
    for _ in range(ROUNDS):
        window = _window(values, (row, column), spacing_mm, rules)
        if window is None:
            return None
        y, x, missing, scatter = window
        total = float(missing.sum())
        area = total * spacing_mm[0] * spacing_mm[1]
        if area < rules.least_deficit_mm2:
            return None
        shift = float((missing * y).sum()) / total, float((missing * x).sum()) / total
        if hypot(*shift) > rules.reach_mm:
            return None
        row, column = row + shift[0] / spacing_mm[0], column + shift[1] / spacing_mm[1]
    arm = sqrt(float((x**2 + y**2).sum()) / 2)
    grid = rules.pixel_share * max(spacing_mm)
    return Spot(row, column, 2 * sqrt(area / pi), hypot(scatter * arm / total, grid))


def _window(
    values: FloatArray, place: tuple[float, float], spacing_mm: tuple[float, float], rules: RodRules
) -> tuple[FloatArray, FloatArray, FloatArray, float] | None:
    """Return mm down and right of `place`, missing signal of the pixels in the window, and scatter in the ring."""
    radius = rules.reach_mm + max(spacing_mm)
    reach = [(radius + rules.ring_mm) / pitch for pitch in spacing_mm]
    low = [int(np.ceil(p - r)) for p, r in zip(place, reach, strict=True)]
    high = [int(np.floor(p + r)) + 1 for p, r in zip(place, reach, strict=True)]
    if min(low) < 0 or high[0] > values.shape[0] or high[1] > values.shape[1]:
        return None
    part = values[low[0] : high[0], low[1] : high[1]]
    y, x = np.meshgrid(
        (np.arange(low[0], high[0]) - place[0]) * spacing_mm[0],
        (np.arange(low[1], high[1]) - place[1]) * spacing_mm[1],
        indexing="ij",
    )
    distance2 = x**2 + y**2
    inside = distance2 <= radius**2
    ring = ~inside & (distance2 <= (radius + rules.ring_mm) ** 2)
    ring &= part > np.median(part[ring]) / 2 if ring.any() else ring
    if ring.sum() < FEWEST_RING_PIXELS:
        return None
    terms = np.stack([np.ones(int(ring.sum())), y[ring], x[ring]], axis=1)
    plane = np.linalg.solve(terms.T @ terms, terms.T @ part[ring])
    ground = plane[0] + plane[1] * y[inside] + plane[2] * x[inside]
    if ground.min() <= 0:
        return None
    scatter = float(np.sqrt(((part[ring] - terms @ plane) ** 2).sum() / (len(terms) - 3)) / plane[0])
    return y[inside], x[inside], 1.0 - part[inside] / ground, scatter


def _block_mean(part: FloatArray | BoolArray, step: tuple[int, int]) -> FloatArray:
    rows, columns = part.shape[0] // step[0], part.shape[1] // step[1]
    cut = part[: rows * step[0], : columns * step[1]].astype(np.float64, copy=False)
    means: FloatArray = cut.reshape(rows, step[0], columns, step[1]).mean(axis=(1, 3))
    return means


def _box_mean(values: FloatArray, pitch_mm: tuple[float, float], width_mm: float) -> FloatArray:
    size = [2 * round((width_mm / pitch - 1) / 2) + 1 for pitch in pitch_mm]
    mean: FloatArray = ndimage.uniform_filter(values, [max(1, length) for length in size], mode="constant")
    return mean


def _small(area: tuple[slice, slice], pitch_mm: tuple[float, float], rules: RodRules) -> bool:
    lengths = [(part.stop - part.start) * pitch for part, pitch in zip(area, pitch_mm, strict=True)]
    longest: float = max(lengths)
    return min(rules.smallest_mm, *pitch_mm) <= longest <= rules.largest_mm
