# SPDX-License-Identifier: LGPL-3.0-or-later
"""The slices that show the uniformity module, and nothing but it."""

from dataclasses import dataclass
from functools import cached_property
from math import inf, sqrt
from weakref import WeakKeyDictionary

import numpy as np

from optimage.api import N_, AnalysisError, Box, FloatArray
from optimage.imaging.noise_power import NoisePower
from optimage.imaging.noise_squares import noise_power, square_side, squares_in_disc
from optimage.imaging.rois import BoolArray, box_of, clipped, mask_of
from optimage.imaging.trend import number_of_terms, residuals, residuals_of_each
from optimage_phantoms.catphan.averaged import Stack, cut_stack, spread
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.uniform.rules import Rules, load_rules

SECTION = "uniformity"
TREND_ORDER = 2


@dataclass(frozen=True, eq=False)
class UniformSection:
    """The slices of the uniformity module, cut out about the axis."""

    stack: Stack
    rules: Rules

    @cached_property
    def area(self) -> BoolArray:
        """The homogeneous part of a cut."""
        values = self.stack.values
        disc = self.stack.axis.with_radius(self.rules.section.area_radius_mm * self.stack.middle.scale)
        return mask_of(disc, Box(0, 0, values.shape[1], values.shape[2]))

    @cached_property
    def flat(self) -> FloatArray:
        """The cuts less a quadratic surface fitted to each over the homogeneous part; NaN outside of it."""
        rows, columns = np.nonzero(self.area)
        x, y = columns.astype(np.float64), rows.astype(np.float64)
        found = np.full(self.stack.values.shape, np.nan)
        found[:, rows, columns] = residuals_of_each(self.stack.values[:, rows, columns], x, y, order=TREND_ORDER)
        return found

    @cached_property
    def power(self) -> NoisePower:
        """The noise power spectrum; AnalysisError `region_outside` where no square lies in the image."""
        rules, spacing = self.rules.power, self.stack.axis.spacing_mm
        shape = square_side(rules.side_mm, spacing[0]), square_side(rules.side_mm, spacing[1])
        corners = squares_in_disc(self.stack.axis.with_radius(rules.area_radius_mm), shape)
        try:
            return noise_power(self.stack.values, corners, shape, spacing, slices=self.stack.independent)
        except ValueError as error:
            raise AnalysisError(
                "region_outside",
                N_("too little of the uniformity module lies in the image for its noise power spectrum"),
                advice=N_("centre the phantom or reconstruct with a larger field of view"),
            ) from error


_SECTIONS: WeakKeyDictionary[CatphanCase, UniformSection] = WeakKeyDictionary()
"""What was found for cases that are still in use: several sub-tests ask."""


def uniform_section(case: CatphanCase) -> UniformSection:
    """Return the slices of the uniformity module.

    They are the most homogeneous slice near its place and its neighbours as
    long as they are as homogeneous, within the thickness of the module.

    Raises
    ------
    AnalysisError
        `section_not_scanned` where no slice shows it.
    """
    if case not in _SECTIONS:
        _SECTIONS[case] = _find(case, load_rules())
    return _SECTIONS[case]


def _find(case: CatphanCase, rules: Rules) -> UniformSection:
    place, half = case.place(SECTION), rules.section.half_mm
    near = case.nearest(SECTION, within_mm=max(half, rules.search_mm.get(case.model.id, 0.0)))
    inner = max(half - near.image.number("SliceThickness", 0.0) / 2, 0.0)
    reach = max(inner, rules.search_mm.get(case.model.id, 0.0))
    candidates = case.views(place - reach, place + reach) or (near,)
    run = homogeneous_run(spread(_in_order(candidates), rules.section.most_candidates), rules)
    middle = (run[0].z_mm + run[-1].z_mm) / 2
    kept = tuple(view for view in run if abs(view.z_mm - middle) <= max(inner, 0.0) + 1e-6) or (run[len(run) // 2],)
    radius = rules.profiles.reach_mm
    return UniformSection(cut_stack(spread(kept, rules.section.most_slices), radius_mm=radius, place_mm=middle), rules)


def homogeneous_run(views: tuple[View, ...], rules: Rules) -> tuple[View, ...]:
    """Return the slice whose block means scatter least, and its neighbours up to the first that does not match."""
    found = [structure(view, rules) for view in views]
    best = min(range(len(views)), key=lambda k: found[k][1])
    level, scatter = found[best]
    limit = rules.section.structure_ratio * scatter
    alike = [abs(one[0] - level) <= rules.section.level_step_hu and one[1] <= limit for one in found]
    low = high = best
    while low > 0 and alike[low - 1]:
        low -= 1
    while high < len(views) - 1 and alike[high + 1]:
        high += 1
    return views[low : high + 1]


def structure(view: View, rules: Rules) -> tuple[float, float]:
    """Return the mean, and the scatter of block means about a quadratic surface, in HU.

    The scatter is infinite where there are too few blocks, or where it is no module at all.
    """
    rows, columns, means = block_means(view, rules)
    freedom = means.size - number_of_terms(TREND_ORDER)
    level = float(means.mean()) if means.size else inf
    if freedom < 1 or abs(level) > rules.section.level_hu:
        return level, inf
    left = residuals(means, columns, rows, order=TREND_ORDER)
    # what integers can show: without noise every slice is as good as the next
    return level, max(sqrt(float((left**2).sum()) / freedom), abs(view.image.slope) / sqrt(12.0))


def block_means(view: View, rules: Rules) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return middles and means of square blocks that lie wholly in the homogeneous part; shape (n,)."""
    area = view.disc(0.0, 0.0, rules.section.area_radius_mm)
    box = clipped(box_of(area), view.image.shape)
    rows, columns = (max(round(rules.section.structure_block_mm / d), 1) for d in area.spacing_mm)
    down, across = box.rows // rows, box.columns // columns
    values = view.image.values(Box(box.row, box.column, down * rows, across * columns))
    means = values.reshape(down, rows, across, columns).sum(axis=(1, 3)) / (rows * columns)
    y = box.row + (np.arange(down)[:, None] + 0.5) * rows - 0.5
    x = box.column + (np.arange(across)[None, :] + 0.5) * columns - 0.5
    reach = area.radius_mm - rules.section.structure_block_mm
    away = np.hypot((y - area.row) * area.spacing_mm[0], (x - area.column) * area.spacing_mm[1])
    r, c = np.nonzero((away <= reach) & np.isfinite(means))
    return y[r, 0], x[0, c], means[r, c]


def _in_order(views: tuple[View, ...]) -> tuple[View, ...]:
    return tuple(sorted(views, key=lambda view: view.z_mm))
