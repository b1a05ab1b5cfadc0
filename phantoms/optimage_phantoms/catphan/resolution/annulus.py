# SPDX-License-Identifier: LGPL-3.0-or-later
"""The slice that shows the line pairs best, and its values round the annulus of the bars."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from optimage.api import N_, AnalysisError, Box, FloatArray
from optimage.imaging.rois import clipped
from optimage.imaging.spline import SplinePatch
from optimage_phantoms.catphan.case import CatphanCase, not_scanned
from optimage_phantoms.catphan.finding.polar import nearest, offsets_px
from optimage_phantoms.catphan.models import LINE_PAIRS, LinePairs
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.resolution.rules import AnnulusRules, ResolutionRules, SliceRules

LOOK_DEG = np.arange(0.0, 360.0, 0.5)
PATCH_MARGIN_MM = 9.0  # beyond the middle of the bars: half their length, and what a spline needs


@dataclass(frozen=True, eq=False)
class Annulus:
    """The slices that show the line pairs, and the values round the annulus of the bars.

    `views` are the best slice and, where it shows the bars as well, a
    neighbour; `patch` is their mean for linear interpolation, `profile` its
    mean over the radii at `angles_deg` on the screen.
    """

    views: tuple[View, ...]
    patch: SplinePatch
    angles_deg: FloatArray
    profile: FloatArray

    @property
    def view(self) -> View:
        """The slice that shows the bars best."""
        return self.views[0]


def best_annulus(case: CatphanCase, rules: ResolutionRules) -> Annulus:
    """Return the annulus of the slice with the highest standard deviation there.

    Raises
    ------
    AnalysisError
        `section_not_in_model`, `section_not_scanned`; `section_cut_off` where the annulus leaves the image.
    """
    pairs = line_pairs_of(case)
    views = _best_views(_views(case, rules.slices), pairs, rules)
    patch = _mean_patch(views, (pairs.radius_mm + PATCH_MARGIN_MM) * views[0].scale)
    angles = np.arange(0.0, 360.0, rules.annulus.step_deg)
    return Annulus(views, patch, angles, _profile(views[0], patch, angles, pairs, rules.annulus))


def line_pairs_of(case: CatphanCase) -> LinePairs:
    """Return the line pairs of the model; `section_not_in_model` where it has none that can be measured."""
    case.place(LINE_PAIRS)
    pairs: LinePairs = case.model.line_pairs  # type: ignore[assignment]  # `place` has refused None
    return pairs


def radii_of(pairs: LinePairs, half_width_mm: float, step_mm: float) -> FloatArray:
    """Return radii from one side of the middle of the bars to the other, in mm of the phantom."""
    return np.arange(pairs.radius_mm - half_width_mm, pairs.radius_mm + half_width_mm + 1e-9, step_mm)


def slice_mm(case: CatphanCase) -> float:
    """Return how thick the slices are by their header, else how far apart they lie; 0 where neither is known."""
    thick = max((image.number("SliceThickness", 0.0) for image in case.stack), default=0.0)
    if thick > 0 or len(case.stack) < 2:
        return max(thick, 0.0)
    return float(np.median(np.diff([image.slice_position_mm for image in case.stack])))


def _views(case: CatphanCase, rules: SliceRules) -> tuple[View, ...]:
    place = case.place(LINE_PAIRS)
    reach = rules.search_mm + slice_mm(case) / 2
    views = case.views(place - reach, place + reach)
    if not views:
        raise not_scanned(LINE_PAIRS, min(abs(case.pose.z_mm(image) - place) for image in case.stack))
    return views


def _best_views(views: tuple[View, ...], pairs: LinePairs, rules: ResolutionRules) -> tuple[View, ...]:
    """Return the slice with the highest standard deviation on the annulus, and a neighbour that shows enough of it."""
    spreads = [_spread(view, pairs, rules.annulus) for view in views]
    best = int(np.argmax(spreads))
    if spreads[best] < 0:
        raise AnalysisError(
            "section_cut_off",
            N_("the line pairs lie partly outside the image"),
            advice=N_("centre the phantom or reconstruct with a larger field of view"),
        )
    beside = [k for k in (best - 1, best + 1) if 0 <= k < len(views)]
    beside = [k for k in beside if spreads[k] > rules.slices.neighbour_share * spreads[best]]
    chosen = (best, *sorted(beside, key=lambda k: -spreads[k])[:1])
    return tuple(views[k] for k in chosen)


def _spread(view: View, pairs: LinePairs, rules: AnnulusRules) -> float:
    """Return the SD of the nearest pixels round the annulus, -1 where it leaves the image."""
    radii = pairs.radius_mm + rules.half_width_mm * np.array([-1.0, 0.0, 1.0])
    down, right = offsets_px(radii * view.scale, LOOK_DEG, view.image.required_spacing_mm)
    profile = nearest(view.image, view.row + down, view.column + right).mean(axis=0)
    return float(profile.std()) if np.isfinite(profile).all() else -1.0


def _mean_patch(views: tuple[View, ...], reach_mm: float) -> SplinePatch:
    view = views[0]
    spacing = view.image.required_spacing_mm
    down, right = round(reach_mm / spacing[0]), round(reach_mm / spacing[1])
    whole = Box(round(view.row) - down, round(view.column) - right, 2 * down + 1, 2 * right + 1)
    box = clipped(whole, view.image.shape)
    return SplinePatch.of(np.mean([one.image.values(box) for one in views], axis=0), box, 1)


def _profile(view: View, patch: SplinePatch, angles: FloatArray, pairs: LinePairs, rules: AnnulusRules) -> FloatArray:
    radii = radii_of(pairs, rules.half_width_mm, rules.radial_step_mm)
    down, right = offsets_px(radii * view.scale, angles, view.image.required_spacing_mm)
    profile = patch.at(view.row + down, view.column + right).mean(axis=0)
    return np.asarray(ndimage.gaussian_filter1d(profile, rules.smoothing_deg / rules.step_deg, mode="wrap"))
