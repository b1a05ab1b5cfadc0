# SPDX-License-Identifier: LGPL-3.0-or-later
"""Finding a round phantom in an image, to a fraction of a pixel."""

from dataclasses import dataclass, replace

import numpy as np
from scipy import ndimage

from optimage.errors import AnalysisError
from optimage.imaging.circle import (
    CircleFit,
    RadialProfiles,
    edge_points_px,
    falling_edges_mm,
    fit_circle,
    radial_profiles,
)
from optimage.imaging.rules import DiscRules
from optimage.imaging.segment import Component, Segmentation, segment
from optimage.messages import N_
from optimage.model.images import FloatArray
from optimage.model.shapes import Disc

SEARCH_MM = 10.0  # how far the coarse outline may be wrong
GOOD_SHARE = 0.7  # of the visible outline; a phantom that merely touches a couch shows more


@dataclass(frozen=True, slots=True, eq=False)
class FoundDisc:
    """The outline of a phantom.

    `accepted` is the share of rays on whose edge the fit rests, `missing`
    the share of the outline that leaves the image or lies in padding;
    `low` and `high` are the levels outside and inside.
    """

    disc: Disc
    rms_mm: float
    accepted: float
    missing: float
    low: float
    high: float


def find_disc(values: FloatArray, spacing_mm: tuple[float, float], rules: DiscRules) -> FoundDisc:
    """Find the one bright disc in `values`, shape (M, N), NaN where there is no data.

    A coarse copy is segmented (Otsu, opening, filled holes), then a circle
    is fitted to the 50 % edges of 360 radial profiles. Where the circle
    explains too little of the outline, something thick touches the phantom:
    a wider opening is tried and the better circle taken. A disc that the
    image cuts off is found as long as enough of its edge is seen.

    Raises
    ------
    AnalysisError
        `phantom_not_found`, `several_phantoms` or `phantom_cut_off` (no
        edge to be seen).
    """
    best: FoundDisc | None = None
    problem: AnalysisError | None = None
    for opening_mm in (rules.opening_mm, rules.wide_opening_mm):
        try:
            found = _attempt(values, spacing_mm, rules, opening_mm=opening_mm)
        except AnalysisError as error:
            if error.code != "phantom_not_found":
                raise
            problem = problem or error
            continue
        best = found if best is None or found.accepted > best.accepted else best
        if best.accepted >= GOOD_SHARE * (1.0 - best.missing):
            break
    if best is None:
        raise problem or _not_round(0.0)
    return best


def _attempt(values: FloatArray, spacing_mm: tuple[float, float], rules: DiscRules, *, opening_mm: float) -> FoundDisc:
    found = segment(values, spacing_mm, pitch_mm=rules.pitch_mm, opening_mm=opening_mm, lowest=rules.lowest)
    component = _choose(found, rules)
    start = _coarse_circle(component, found)
    fit = _refine(values, start, found.threshold) if start else None
    if fit is None:
        raise _not_round(component.circularity)
    missing = missing_outline(values, fit.disc)
    accepted = float(fit.accepted.mean())
    _check(fit, accepted, missing, rules)
    return FoundDisc(fit.disc, fit.rms_mm, accepted, missing, found.low, found.high)


def refit(profiles: RadialProfiles, level: float) -> CircleFit | None:
    """Return the circle through the edges of `profiles` at another `level`; None where there are too few."""
    return fit_circle(edge_points_px(profiles, falling_edges_mm(profiles, level)), profiles.disc.spacing_mm)


def missing_outline(values: FloatArray, disc: Disc) -> float:
    """Return the share of an outline more than one pixel outside `values`, shape (M, N), or inside its NaN."""
    angles = np.arange(360) * (2 * np.pi / 360)
    vertical, horizontal = (radius - 1.0 for radius in disc.radii_px)
    rows = np.rint(disc.row + np.sin(angles) * vertical).astype(int)
    columns = np.rint(disc.column + np.cos(angles) * horizontal).astype(int)
    inside = (rows >= 0) & (columns >= 0) & (rows < values.shape[0]) & (columns < values.shape[1])
    there = inside.copy()
    there[inside] = np.isfinite(values[rows[inside], columns[inside]])
    return 1.0 - float(there.mean())


def _choose(found: Segmentation, rules: DiscRules) -> Component:
    if found.high - found.low < rules.contrast:
        raise AnalysisError(
            "phantom_not_found",
            N_("no phantom found: bright and dark areas differ by {contrast:.0f}, at least {needed:.0f} are expected"),
            advice=N_("check that the phantom was scanned and that air is visible around it"),
            contrast=found.high - found.low,
            needed=rules.contrast,
        )
    smallest, largest = (np.pi / 4 * d**2 for d in (rules.smallest_diameter_mm, rules.largest_diameter_mm))
    plausible = [
        component
        for component in found.components
        if (smallest if not component.touches_border else smallest / 2) <= component.area_mm2 <= largest
        and (component.circularity >= rules.circularity or component.touches_border)
    ]
    if not plausible:
        raise _nothing_plausible(found)
    second = plausible[1].area_mm2 / plausible[0].area_mm2 if len(plausible) > 1 else 0.0
    if second >= rules.second_area:
        raise AnalysisError(
            "several_phantoms",
            N_("more than one phantom found: the second has {share:.0f} % of the area of the largest"),
            advice=N_("scan one phantom at a time, or reconstruct a field of view that holds only one"),
            share=100.0 * second,
        )
    return plausible[0]


def _nothing_plausible(found: Segmentation) -> AnalysisError:
    if not found.components:
        return AnalysisError(
            "phantom_not_found",
            N_("no phantom found: no object is visible"),
            advice=N_("check that the phantom was scanned"),
        )
    largest = found.components[0]
    return AnalysisError(
        "phantom_not_found",
        N_("no phantom found: the largest object has {area:.0f} mm² and circularity {circularity:.2f}"),
        advice=N_("check that the phantom was scanned, and across its axis"),
        area=largest.area_mm2,
        circularity=largest.circularity,
    )


def _coarse_circle(component: Component, found: Segmentation) -> Disc | None:
    """Fit a circle to the rim of the coarse mask, the border of the image left out."""
    mask, step = component.mask, found.coarse.step
    rim = mask & ~ndimage.binary_erosion(mask, border_value=1)
    rim[[0, -1]] = False
    rim[:, [0, -1]] = False
    points = np.argwhere(rim).astype(np.float64)
    fit = fit_circle(points, found.coarse.spacing_mm)
    if fit is None:
        return None
    fine = found.coarse.spacing_mm[0] / step[0], found.coarse.spacing_mm[1] / step[1]
    row, column = fit.disc.row * step[0] + step[0] // 2, fit.disc.column * step[1] + step[1] // 2
    return replace(fit.disc, row=row, column=column, spacing_mm=fine)


def _refine(values: FloatArray, start: Disc, level: float) -> CircleFit | None:
    inner, outer = start.radius_mm - SEARCH_MM, start.radius_mm + SEARCH_MM
    return refit(radial_profiles(values, start, inner_mm=inner, outer_mm=outer), level)


def _check(fit: CircleFit, accepted: float, missing: float, rules: DiscRules) -> None:
    if accepted < rules.edge_share and missing > 1.0 - 2 * rules.edge_share:
        raise AnalysisError(
            "phantom_cut_off",
            N_("the phantom is cut off: {missing:.0f} % of its outline lie outside the image"),
            advice=N_("centre the phantom or reconstruct with a larger field of view"),
            missing=100.0 * missing,
        )
    diameter = 2 * fit.disc.radius_mm
    size_fits = rules.smallest_diameter_mm <= diameter <= rules.largest_diameter_mm
    if accepted < rules.edge_share or fit.rms_mm > rules.roundness * fit.disc.radius_mm or not size_fits:
        raise AnalysisError(
            "phantom_not_found",
            N_(
                "no phantom found: a circle of {diameter:.0f} mm fits {accepted:.0f} % of the outline, "
                "{rms:.1f} mm off on average"
            ),
            advice=N_("check that the phantom was scanned, and across its axis"),
            diameter=diameter,
            accepted=100.0 * accepted,
            rms=fit.rms_mm,
        )


def _not_round(found: float) -> AnalysisError:
    return AnalysisError(
        "phantom_not_found",
        N_("no phantom found: the outline of the largest object is no circle (circularity {circularity:.2f})"),
        advice=N_("check that the phantom was scanned, and across its axis"),
        circularity=found,
    )
