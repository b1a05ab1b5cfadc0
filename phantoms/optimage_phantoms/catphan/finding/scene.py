# SPDX-License-Identifier: LGPL-3.0-or-later
"""The slices with the phantom's axis through them, and which of them show it."""

from collections.abc import Mapping
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
from optimage_phantoms.catphan.models import Family


@dataclass(frozen=True, eq=False)
class Search:
    """What is looked for, and by which numbers: values given by hand, the models, the rules."""

    given: Given
    method: Method
    rules: Rules

    @property
    def family(self) -> Family:
        """The models that may be there."""
        model, family = self.given.model, self.method.family
        return family if model is None else {model: family[model]}


@dataclass(frozen=True, eq=False)
class Scene:
    """Slices, axis, what the rings about it show, which slices show the phantom, shape (n,), and why others do not."""

    stack: Stack
    axis: Axis
    rings: Rings
    shown: BoolArray
    left_out: Mapping[int, str]
    search: Search

    @property
    def given(self) -> Given:
        """Values set by hand."""
        return self.search.given

    @property
    def rules(self) -> Rules:
        """The numbers by which the phantom is found."""
        return self.search.rules

    @property
    def kept(self) -> tuple[Image, ...]:
        """The slices that show the phantom."""
        return tuple(image for image, shown in zip(self.stack.images, self.shown, strict=True) if shown)

    def centre(self, image: Image) -> tuple[float, float]:
        """Return row and column of the axis on a slice; those given where they are."""
        row, column = self.found_centre(image)
        given = self.given
        return row if given.row is None else given.row, column if given.column is None else given.column

    def found_centre(self, image: Image) -> tuple[float, float]:
        """Return row and column of the axis on a slice as found."""
        row, column = self.axis.at(image.slice_position_mm)
        return float(row), float(column)


def look_at(stack: Stack, search: Search) -> Scene:
    """Find the axis by the phantom's outline, and the slices that show it.

    Raises
    ------
    AnalysisError
        `phantom_not_found` where no slice shows a round phantom of the size of a
        CATPHAN and its centre is not given.
    """
    rules = search.rules
    outlines = find_outlines(coarse_copy(stack.images, stack.spacing_mm, rules.outline.pitch_mm), rules.outline)
    round_ones = outlines.share >= rules.outline.least_share
    if round_ones.any():
        usual = float(np.median(outlines.radius_mm[round_ones]))
        round_ones &= np.abs(outlines.radius_mm - usual) <= rules.outline.radius_share * usual
    axis = fit_axis(stack, outlines, np.flatnonzero(round_ones), rules.outline.fine_slices)
    if axis is not None:
        return scene_about(axis, round_ones, stack, search)
    given = search.given
    if given.row is None or given.column is None:
        raise phantom_not_found()
    axis = Axis(given.row, given.column, 0.0, 0.0, float("nan"), 0.0, 0)
    return scene_about(axis, np.ones(len(stack.images), dtype=bool), stack, search)


def scene_about(axis: Axis, candidates: BoolArray, stack: Stack, search: Search) -> Scene:
    """Return the scene about an axis; of the slices that may show the phantom those in air and in metal are dropped.

    Raises
    ------
    AnalysisError
        `phantom_not_found` where no slice is left.
    """
    rules = search.rules
    rings = sample_rings(stack.images, *axis.at(stack.positions_mm), rules)
    with np.errstate(invalid="ignore"):
        air = rings.median < rules.outline.inside_lowest_hu
        metal = rings.median > rules.outline.inside_highest_hu
    shown = candidates & ~air & ~metal
    if not shown.any():
        raise phantom_not_found()
    codes = np.where(air, "beside_phantom", np.where(metal, "metal", "other_outline"))
    left_out = {stack.numbers[index]: str(codes[index]) for index in np.flatnonzero(~shown)}
    return Scene(stack, axis, rings, shown, {**stack.left_out, **left_out}, search)
