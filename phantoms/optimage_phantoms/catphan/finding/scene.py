# SPDX-License-Identifier: LGPL-3.0-or-later
"""The slices with the phantom's axis through them, and which of them show it."""

from dataclasses import dataclass

import numpy as np

from optimage.api import Image
from optimage_phantoms.catphan.finding.axis import Axis, fit_axis
from optimage_phantoms.catphan.finding.given import Given
from optimage_phantoms.catphan.finding.outline import BoolArray, coarse_copy, find_outlines
from optimage_phantoms.catphan.finding.refusals import phantom_not_found
from optimage_phantoms.catphan.finding.rings import Rings, sample_rings
from optimage_phantoms.catphan.finding.rules import Rules
from optimage_phantoms.catphan.finding.slices import Stack
from optimage_phantoms.catphan.method import Method


@dataclass(frozen=True, eq=False)
class Scene:
    """Slices, axis, what the rings about it show, and which slices show the phantom, shape (n,)."""

    stack: Stack
    axis: Axis
    rings: Rings
    shown: BoolArray
    given: Given
    method: Method
    rules: Rules

    @property
    def kept(self) -> tuple[Image, ...]:
        """The slices that show the phantom."""
        return tuple(image for image, shown in zip(self.stack.images, self.shown, strict=True) if shown)

    def centre(self, image: Image) -> tuple[float, float]:
        """Return row and column of the axis on a slice; those given where they are."""
        row, column = self.axis.at(image.slice_position_mm)
        given = self.given
        return float(row) if given.row is None else given.row, float(column) if given.column is None else given.column


def look_at(stack: Stack, given: Given, method: Method, rules: Rules) -> Scene:
    """Find the axis and the slices that show the phantom; why the others are left out goes into the stack.

    Raises
    ------
    AnalysisError
        `phantom_not_found` where no slice shows a round phantom of the size of a CATPHAN.
    """
    outlines = find_outlines(coarse_copy(stack.images, stack.spacing_mm, rules.outline.pitch_mm), rules.outline)
    round_ones = outlines.share >= rules.outline.least_share
    if round_ones.any():
        usual = float(np.median(outlines.radius_mm[round_ones]))
        round_ones &= np.abs(outlines.radius_mm - usual) <= rules.outline.radius_share * usual
    axis = fit_axis(stack, outlines, np.flatnonzero(round_ones), rules.outline.fine_slices)
    if axis is None:
        raise phantom_not_found()
    rings = sample_rings(stack.images, *axis.at(stack.positions_mm), rules)
    with np.errstate(invalid="ignore"):
        air = rings.median < rules.outline.inside_lowest_hu
        metal = rings.median > rules.outline.inside_highest_hu
    for index in np.flatnonzero(~round_ones | air | metal):
        code = "beside_phantom" if air[index] else "metal" if metal[index] else "other_outline"
        stack.left_out[stack.numbers[index]] = code
    shown = round_ones & ~air & ~metal
    if not shown.any():
        raise phantom_not_found()
    return Scene(stack, axis, rings, shown, given, method, rules)
