# SPDX-License-Identifier: LGPL-3.0-or-later
"""The beads beside the line pairs: found where they show most, turned into line spread functions."""

from dataclasses import dataclass
from math import ceil, cos, inf, isnan, pi, sin

import numpy as np

from optimage.api import N_, AnalysisError, Box, Disc, FloatArray, Rectangle
from optimage.imaging.line_spread import full_width_half_maximum
from optimage.imaging.rois import clipped
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.models import LINE_PAIRS, Beads
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.resolution.annulus import slice_mm
from optimage_phantoms.catphan.resolution.bead_window import window_of
from optimage_phantoms.catphan.resolution.rules import BeadRules

MAD_TO_SIGMA = 1.4826
REACH = 3  # pixels on either side in which the centroid is taken
NEIGHBOURS = 8  # places round a bead whose noise is taken
NEIGHBOUR_MM = 14.0  # far enough that windows share no pixel with the bead, near enough to stay inside the bars


@dataclass(frozen=True, eq=False)
class Bead:
    """A bead on the slice that shows it best; `row`, `column` is its highest pixel."""

    view: View
    row: int
    column: int
    peak_hu: float
    ground_hu: float
    noise_hu: float


@dataclass(frozen=True, eq=False)
class Spread:
    """Line spread functions of one bead, shape (n,), and those of the noise round it, shape (8, n).

    `x` runs along the rows of the image, `y` along its columns; pitches in mm of the phantom.
    """

    x: FloatArray
    y: FloatArray
    noise_x: FloatArray
    noise_y: FloatArray
    pitch_x_mm: float
    pitch_y_mm: float
    window: Rectangle
    ring: Disc

    @property
    def noise_share(self) -> float:
        """Scatter of the sum over the window by noise, over the sum itself; infinite where it cannot be told."""
        sums = np.concatenate((self.noise_x.sum(axis=1), self.noise_y.sum(axis=1)))
        area = float(self.x.sum() + self.y.sum()) / 2
        return float(np.sqrt(np.mean(sums**2))) / area if sums.size and area > 0 else inf


def find_beads(case: CatphanCase, beads: Beads, rules: BeadRules) -> tuple[Bead, ...]:
    """Return the beads that stand clearly out of the noise, each on its best slice; at most one above, one below."""
    place = case.model.z_mm[LINE_PAIRS]
    away = 1.0 if place > 0 else -1.0
    reach = rules.along_mm + slice_mm(case) / 2
    ends = (place - away * reach, place + away * (max(beads.z_mm) + reach))
    views = case.views(min(ends), max(ends))
    found = []
    for y_mm in (-beads.radius_mm, beads.radius_mm):
        spots = [spot for view in views if (spot := _spot(view, y_mm, rules)) is not None]
        if spots:
            found.append(max(spots, key=lambda spot: spot.peak_hu - spot.ground_hu))
    return tuple(found)


def _spot(view: View, y_mm: float, rules: BeadRules) -> Bead | None:
    """Return the highest pixel near a place on the vertical axis; None where it is lost in noise."""
    row, column = view.point(0.0, y_mm)
    spacing = view.image.required_spacing_mm
    down, right = (ceil(rules.search_mm * view.scale / d) for d in spacing)
    whole = Box(round(row) - down, round(column) - right, 2 * down + 1, 2 * right + 1)
    if clipped(whole, view.image.shape) != whole:
        return None
    values = view.image.values(whole)
    if np.isnan(values).any():
        return None
    ground = float(np.median(values))
    noise = MAD_TO_SIGMA * float(np.median(np.abs(values - ground)))
    top, left = np.unravel_index(int(np.argmax(values)), values.shape)
    peak = float(values[top, left])
    if peak - ground < max(rules.noise_ratio * noise, rules.least_hu):
        return None
    return Bead(view, whole.row + int(top), whole.column + int(left), peak, ground, noise)


def refuse_saturated(bead: Bead, rules: BeadRules) -> None:
    """Raise `bead_saturated` where the highest pixel holds the largest value that the image or a scanner can give."""
    limits = (*rules.clipped_hu, bead.view.image.largest_value)
    if any(abs(bead.peak_hu - limit) < 1.0 for limit in limits) or bead.peak_hu > bead.view.image.largest_value:
        raise AnalysisError(
            "bead_saturated",
            N_("the bead is cut off at {peak:.0f} HU, so that its width would come out too large"),
            advice=N_("reconstruct with the extended CT number scale"),
            peak=bead.peak_hu,
        )


def spread_of(bead: Bead, rules: BeadRules) -> Spread | None:
    """Return the line spread functions of a bead; None where its surroundings leave the image.

    Background is the plane through a ring round it. Sums go across a window
    of four widths of the point spread function, at least 4 and at most 10 mm;
    the widths come from a first sum across the least.
    """
    image, spacing, scale = bead.view.image, bead.view.image.required_spacing_mm, bead.view.scale
    row, column = _centre(bead)
    first = window_of(bead.view, rules, (0.0, 0.0)).sums(image, row, column)
    if first is None:
        return None
    x, y = (full_width_half_maximum(lsf, spacing[axis] / scale) for lsf, axis in zip(first, (1, 0), strict=True))
    window = window_of(bead.view, rules, (0.0 if isnan(x) else x, 0.0 if isnan(y) else y))
    own = window.sums(image, row, column)
    if own is None:
        return None
    noise = []
    for k in range(NEIGHBOURS):
        angle, step = 2 * pi * (k + 0.5) / NEIGHBOURS, NEIGHBOUR_MM * scale
        down, right = round(step * sin(angle) / spacing[0]), round(step * cos(angle) / spacing[1])
        sums = window.sums(image, row + down, column + right)
        if sums is not None:
            noise.append(sums)
    return Spread(
        *own,
        np.array([one[0] for one in noise]).reshape(len(noise), own[0].size),
        np.array([one[1] for one in noise]).reshape(len(noise), own[1].size),
        spacing[1] / scale,
        spacing[0] / scale,
        Rectangle(float(row), float(column), own[1].size, own[0].size),
        Disc(float(row), float(column), rules.ring_outer_mm * scale, spacing),
    )


def _centre(bead: Bead) -> tuple[int, int]:
    """Return the pixel nearest to the centroid of what lies above half of the peak."""
    values = bead.view.image.values(Box(bead.row - REACH, bead.column - REACH, 2 * REACH + 1, 2 * REACH + 1))
    weights = np.maximum(values - (bead.peak_hu + bead.ground_hu) / 2, 0.0)
    at = np.arange(-REACH, REACH + 1)
    down, right = (float((weights.sum(axis=axis) * at).sum() / weights.sum()) for axis in (1, 0))
    return bead.row + round(down), bead.column + round(right)
