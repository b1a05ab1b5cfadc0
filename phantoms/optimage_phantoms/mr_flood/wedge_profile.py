# SPDX-License-Identifier: LGPL-3.0-or-later
"""The mean profile across the shadow of an inclined plate, from whole pixels."""

from dataclasses import dataclass

import numpy as np

from optimage.api import FloatArray
from optimage_phantoms.mr_flood.plate_rules import Band
from optimage_phantoms.mr_flood.rod_grid import Grid

LEAST_WEIGHT = 0.5  # share of the median weight that a bin must have


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Mean signal by place along the plate; `along_mm` in nominal mm from the middle of the grid, ascending.

    `whole` says that the band lies in the image.
    """

    along_mm: FloatArray
    signal: FloatArray
    weight: FloatArray
    pitch_mm: float
    whole: bool = True


def band_profile(values: FloatArray, grid: Grid, spacing_mm: tuple[float, float], band: Band) -> Profile:
    """Average `values`, shape (M, N), over a band along the axes of `grid`.

    Pixels are sorted by their place along the plate into bins one pixel
    wide, so that nothing is interpolated and the noise of different bins is
    independent where that of pixels is; a bin lies where its pixels lie on
    average. Pixels on the border of the band count by the share inside.
    """
    half, reach = band.height_mm / 2, band.reach_mm
    corners = np.array([grid.place_mm(u, band.across_mm + v) for u in (-reach, reach) for v in (-half, half)])
    low = np.floor(corners.min(axis=0) / spacing_mm[::-1]).astype(int)
    high = np.ceil(corners.max(axis=0) / spacing_mm[::-1]).astype(int) + 1
    whole = bool((low >= 0).all() and high[0] <= values.shape[1] and high[1] <= values.shape[0])
    low, high = np.maximum(low, 0), np.minimum(high, values.shape[::-1])
    part = values[low[1] : high[1], low[0] : high[0]]
    x = np.arange(low[0], high[0])[None, :] * spacing_mm[1] - grid.centre_mm[0]
    y = np.arange(low[1], high[1])[:, None] * spacing_mm[0] - grid.centre_mm[1]
    (a, b), (c, d) = np.linalg.inv(np.array([grid.along, grid.across]).T)
    along, across = a * x + b * y, c * x + d * y - band.across_mm
    pitch = float(np.hypot(a * spacing_mm[1], b * spacing_mm[0]))
    height = abs(c) * spacing_mm[1] + abs(d) * spacing_mm[0]
    share = np.clip((half - np.abs(across)) / height + 0.5, 0.0, 1.0) * (np.abs(along) <= reach)
    return _binned(part, along, np.where(np.isfinite(part), share, 0.0), pitch, whole=whole)


def _binned(part: FloatArray, along: FloatArray, share: FloatArray, pitch_mm: float, *, whole: bool) -> Profile:
    taken = share > 0
    if not taken.any():
        return Profile(np.empty(0), np.empty(0), np.empty(0), pitch_mm, whole=False)
    place, weight, signal = along[taken], share[taken], part[taken]
    number = np.rint((place - place.min()) / pitch_mm).astype(np.int64)
    total: FloatArray = np.bincount(number, weight).astype(np.float64)
    keep = total >= LEAST_WEIGHT * np.median(total)
    total = total[keep]
    return Profile(
        np.bincount(number, weight * place)[keep] / total,
        np.bincount(number, weight * signal)[keep] / total,
        total,
        pitch_mm,
        whole,
    )
