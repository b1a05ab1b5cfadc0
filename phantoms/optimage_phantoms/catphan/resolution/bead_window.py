# SPDX-License-Identifier: LGPL-3.0-or-later
"""The window about a bead: background from the plane through a ring, sums across it along either axis."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from optimage.api import Box, FloatArray, Image
from optimage.imaging.line_spread import hann_tapered
from optimage.imaging.rois import BoolArray, clipped
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.resolution.rules import BeadRules

FEWEST_PX = 3


@dataclass(frozen=True, eq=False)
class Window:
    """A window of whole pixels about a middle one.

    `reach` are the pixels on either side of the middle that the ring needs,
    `along` those of the line spread functions, `across` those that are summed; rows, then columns.
    `ring` are the pixels of the background; `solve` turns their values into
    the three factors of the `terms` of a plane, shape (pixels, 3).
    """

    reach: tuple[int, int]
    along: tuple[int, int]
    across: tuple[int, int]
    ring: BoolArray
    terms: FloatArray
    solve: FloatArray
    taper_share: float

    def sums(self, image: Image, row: int, column: int) -> tuple[FloatArray, FloatArray] | None:
        """Return the sums over rows, a function of x, and over columns; None where pixels are missing."""
        down, right = self.reach
        box = Box(row - down, column - right, 2 * down + 1, 2 * right + 1)
        if clipped(box, image.shape) != box:
            return None
        values = image.values(box)
        if np.isnan(values).any():
            return None
        plane = (self.terms @ (self.solve @ values[self.ring])).reshape(values.shape)
        flat = values - plane
        x = flat[self._part(0, self.across[0]), self._part(1, self.along[1])].sum(axis=0)
        y = flat[self._part(0, self.along[0]), self._part(1, self.across[1])].sum(axis=1)
        return hann_tapered(x, self.taper_share), hann_tapered(y, self.taper_share)

    def _part(self, axis: int, half: int) -> slice:
        return slice(self.reach[axis] - half, self.reach[axis] + half + 1)


def window_of(view: View, rules: BeadRules, width_mm: tuple[float, float]) -> Window:
    """Return the window for a point spread function of `width_mm` along x and y, 0 where not known."""
    pixel = tuple(d / view.scale for d in view.image.required_spacing_mm)
    limits = [min(max(rules.across_widths * w, rules.across_least_mm), rules.window_mm) / 2 for w in width_mm]
    reach = (ceil(rules.ring_outer_mm / pixel[0]), ceil(rules.ring_outer_mm / pixel[1]))
    along = (_half(rules.window_mm / 2, pixel[0]), _half(rules.window_mm / 2, pixel[1]))
    across = (_half(limits[1], pixel[0]), _half(limits[0], pixel[1]))
    y = np.arange(-reach[0], reach[0] + 1)[:, None] * pixel[0] + np.zeros((1, 2 * reach[1] + 1))
    x = np.arange(-reach[1], reach[1] + 1)[None, :] * pixel[1] + np.zeros((2 * reach[0] + 1, 1))
    distance = np.hypot(x, y)
    ring = (distance >= rules.ring_inner_mm) & (distance <= rules.ring_outer_mm)
    terms = np.stack((x.ravel(), y.ravel(), np.ones(x.size)), axis=1)
    return Window(
        reach,
        along,
        across,
        ring,
        terms,
        np.asarray(np.linalg.pinv(terms[ring.ravel()]), dtype=np.float64),
        rules.taper_share,
    )


def _half(length_mm: float, pixel_mm: float) -> int:
    return max(int(length_mm / pixel_mm), FEWEST_PX)
