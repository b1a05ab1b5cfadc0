# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which of the slices that show the phantom are fit to be measured."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimage.api import N_, AnalysisError, Disc, Image
from optimage.imaging.homogeneity import Homogeneity
from optimage.imaging.locate import FoundDisc
from optimage.imaging.shell import Shell
from optimage_phantoms.ct_water.geometry import Geometry, HomogeneityRules, SeriesRules

MOST_TELLING = (
    "wrong_modality",
    "missing_attribute",
    "water_diameter_too_large",
    "not_homogeneous",
    "several_phantoms",
    "phantom_cut_off",
    "phantom_not_found",
    "wrong_object",
)
Refused = dict[int, AnalysisError]
"""Why slices are left out, by number."""


@dataclass(frozen=True, slots=True, eq=False)
class FoundSlice:
    """The phantom on one slice; `number` counts from 1 in the sorted stack."""

    number: int
    image: Image
    found: FoundDisc
    outer: Disc
    shell: Shell
    air: Disc | None
    homogeneity: Homogeneity

    @property
    def water(self) -> Disc:
        """The water inside the wall."""
        return self.outer.with_radius(self.shell.inner_radius_mm)


def choose_slices(found: list[FoundSlice], refused: Refused, geometry: Geometry) -> list[FoundSlice]:
    """Return the slices to measure and write down in `refused` why the others are not.

    Raises
    ------
    AnalysisError
        `not_homogeneous` or `slices_differ` where too few of the slices are alike.
    """
    kept = _without_end_walls(found, refused, geometry.series.diameter_tolerance_mm)
    chosen = _homogeneous(kept, refused, geometry.homogeneity)
    return _without_partial_ends(chosen, refused, geometry.series)


def most_telling(refused: Mapping[int, AnalysisError]) -> AnalysisError:
    """Return the reason that helps most where no slice can be measured."""
    ranked = {code: rank for rank, code in enumerate(MOST_TELLING)}
    return min(refused.values(), key=lambda error: ranked.get(error.code, len(ranked)))


def _without_end_walls(found: list[FoundSlice], refused: Refused, tolerance_mm: float) -> list[FoundSlice]:
    if not found:
        return []
    diameters = [2 * one.outer.radius_mm for one in found]
    median = float(np.median(diameters))
    for one, diameter in zip(found, diameters, strict=True):
        if abs(diameter - median) > tolerance_mm:
            refused[one.number] = AnalysisError(
                "other_diameter",
                N_("its diameter {diameter:.1f} mm is not that of the series, {median:.1f} mm"),
                advice=N_("send slices of one phantom, scanned in one go"),
                diameter=diameter,
                median=median,
            )
    return [one for one in found if one.number not in refused]


def _homogeneous(kept: list[FoundSlice], refused: Refused, rules: HomogeneityRules) -> list[FoundSlice]:
    for one in kept:
        error = _structure(one.homogeneity, rules)
        if error:
            refused[one.number] = error
    chosen = [one for one in kept if one.number not in refused]
    if chosen and len(chosen) < rules.series_share * len(kept):
        raise AnalysisError(
            "not_homogeneous",
            N_("only {homogeneous} of {slices} slices are homogeneous, at least {needed:.0f} % are needed"),
            advice=N_("send only the slices of the homogeneous section"),
            homogeneous=len(chosen),
            slices=len(kept),
            needed=100.0 * rules.series_share,
        )
    return chosen


def _structure(found: Homogeneity, rules: HomogeneityRules) -> AnalysisError | None:
    advice = N_("scan the homogeneous section of the phantom")
    if not abs(found.mean) <= rules.mean_hu:
        return AnalysisError(
            "not_homogeneous",
            N_("this is no water: the middle reads {mean:.0f} HU, {limit:.0f} HU at most are expected"),
            advice=advice,
            mean=found.mean,
            limit=rules.mean_hu,
        )
    if found.smoothed_sd > max(rules.sd_ratio * found.sd, rules.sd_hu):
        return AnalysisError(
            "not_homogeneous",
            N_("the middle is not homogeneous: its SD is {sd:.1f} HU, and still {smoothed:.1f} HU after smoothing"),
            advice=advice,
            sd=found.sd,
            smoothed=found.smoothed_sd,
        )
    limit = max(rules.sd_ratio * found.sd, rules.area_sd_hu)
    if found.area_sd > limit:
        return AnalysisError(
            "not_homogeneous",
            N_("not homogeneous: after smoothing the SD is {smoothed:.1f} HU, {limit:.1f} HU at most are expected"),
            advice=advice,
            smoothed=found.area_sd,
            limit=limit,
        )
    return None


def _without_partial_ends(chosen: list[FoundSlice], refused: Refused, rules: SeriesRules) -> list[FoundSlice]:
    """Leave out slices at either end that hold part of the end wall, or of the air beyond it.

    Partial volume shows in the CT number long before the diameter changes.
    Slices between others are kept, whatever they read: that is no end wall.
    """
    if not chosen:
        return []
    means = np.array([one.homogeneity.mean for one in chosen])
    alike = np.abs(means - np.median(means)) <= rules.end_slice_hu
    if alike.mean() < rules.alike_share:
        raise AnalysisError(
            "slices_differ",
            N_("the slices do not show the same: their middle reads from {lowest:.1f} to {highest:.1f} HU"),
            advice=N_("send only the slices of the homogeneous section"),
            lowest=float(means.min()),
            highest=float(means.max()),
        )
    first, last = int(alike.argmax()), len(alike) - int(alike[::-1].argmax())
    for one in (*chosen[:first], *chosen[last:]):
        refused[one.number] = AnalysisError(
            "other_ct_number",
            N_("its middle reads {mean:.1f} HU, that of the series {median:.1f} HU"),
            mean=one.homogeneity.mean,
            median=float(np.median(means)),
        )
    return chosen[first:last]
