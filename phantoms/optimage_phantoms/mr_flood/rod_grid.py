# SPDX-License-Identifier: LGPL-3.0-or-later
"""Three by three rods among spots: which spot is which rod, and how the grid lies in the image."""

from dataclasses import dataclass
from math import atan2, degrees, hypot

import numpy as np

from optimage.api import FloatArray
from optimage_phantoms.mr_flood.plate_rules import GridRules

NODES = np.array([(i, j) for j in (-1, 0, 1) for i in (-1, 0, 1)], dtype=np.float64)
"""Places of the rods in units of their distance: first along the plates, then across."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How the rods lie in the image.

    Attributes
    ----------
    centre_mm : (float, float)
        Place of the middle, right and down of the first pixel's centre.
    along, across : (float, float)
        What one nominal millimetre along the plates, and across from one
        plate to the other, measures in the image, right and down. Their
        lengths are the geometric scale.
    residual_mm : float
        Root mean square distance of the rods from the best grid of one
        scale and right angles.
    """

    centre_mm: tuple[float, float]
    along: tuple[float, float]
    across: tuple[float, float]
    residual_mm: float

    @property
    def rotation_deg(self) -> float:
        """Angle of the plates' length against the rows, clockwise on the screen."""
        return degrees(atan2(self.along[1], self.along[0]))

    @property
    def scale(self) -> float:
        """Measured over nominal length along the plates."""
        return hypot(*self.along)

    def place_mm(self, along_mm: float, across_mm: float) -> tuple[float, float]:
        """Return where a nominal place lies, right and down of the first pixel's centre."""
        return (
            self.centre_mm[0] + along_mm * self.along[0] + across_mm * self.across[0],
            self.centre_mm[1] + along_mm * self.along[1] + across_mm * self.across[1],
        )

    def turned(self) -> "Grid":
        """Return the same grid with its axes exchanged, so that both still point right or down."""
        return Grid(self.centre_mm, self.across, self.along, self.residual_mm)


def match_grid(points_mm: FloatArray, half_mm: float, rules: GridRules) -> FloatArray | None:
    """Return the nine places of the grid that holds most of the points, shape (9, 2) in the order of `NODES`.

    Every two points about `half_mm` apart are taken as neighbours in turn,
    at every place of a row; of grids with equally many points the closest
    fit wins. None where no grid holds `fewest` points.
    """
    between = points_mm[None] - points_mm[:, None]
    length = np.hypot(between[..., 0], between[..., 1])
    first, second = np.nonzero(np.abs(length - half_mm) <= rules.scale_tolerance * half_mm)
    step = between[first, second]
    keep = (step[:, 0] > 0) & (np.abs(step[:, 1]) <= step[:, 0])  # one of the four directions of a square grid
    first, step = first[keep], step[keep]
    if not first.size:
        return None
    across = np.stack([-step[:, 1], step[:, 0]], axis=1)
    origin = points_mm[first][:, None] - NODES[:, 0, None] * step[:, None] - NODES[:, 1, None] * across[:, None]
    places = origin[:, :, None] + NODES[:, 0, None] * step[:, None, None] + NODES[:, 1, None] * across[:, None, None]
    far = np.linalg.norm(places[..., None, :] - points_mm, axis=-1).min(axis=-1)
    held = far <= rules.place_tolerance_mm
    score = held.sum(axis=-1) - np.where(held, far, 0.0).sum(axis=-1) / (10 * rules.place_tolerance_mm)
    best = np.unravel_index(int(score.argmax()), score.shape)
    if held[best].sum() < rules.fewest:
        return None
    found: FloatArray = places[best]
    return found


def fit_grid(nodes: FloatArray, points_mm: FloatArray, half_mm: float) -> Grid:
    """Fit a grid to the rods `nodes`, shape (K, 2) in units of `half_mm`, found at `points_mm` (right, down).

    Either axis has its own scale and direction; the residual is that of one
    scale and right angles (Umeyama, IEEE Trans PAMI 1991).
    """
    terms = np.column_stack([np.ones(len(nodes)), half_mm * nodes])
    centre, along, across = np.linalg.lstsq(terms, points_mm, rcond=None)[0]
    model = half_mm * (nodes - nodes.mean(axis=0))
    seen = points_mm - points_mm.mean(axis=0)
    a = float((model * seen).sum() / (model**2).sum())
    b = float((model[:, 0] * seen[:, 1] - model[:, 1] * seen[:, 0]).sum() / (model**2).sum())
    rest = seen - model @ np.array([[a, b], [-b, a]])
    residual = float(np.sqrt((rest**2).sum(axis=1).mean()))
    return Grid(
        (float(centre[0]), float(centre[1])),
        (float(along[0]), float(along[1])),
        (float(across[0]), float(across[1])),
        residual,
    )
