# SPDX-License-Identifier: LGPL-3.0-or-later
"""Find the water phantom on every slice and choose the slices to measure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimage.api import N_, AnalysisError, Disc, Image, ImageSet, Localisation, Overlay, Parameters
from optimage.imaging.circle import radial_profiles
from optimage.imaging.homogeneity import Homogeneity, measure_homogeneity
from optimage.imaging.locate import FoundDisc, find_disc, refit
from optimage.imaging.shell import INSIDE_MM, Shell, find_shell
from optimage_phantoms.ct_water.air import find_air
from optimage_phantoms.ct_water.geometry import Geometry, HomogeneityRules

ROLE = "series"
OUTER_MARGIN_MM = 6.0  # how far beyond the outline the profiles reach
MOST_TELLING = (
    "wrong_modality",
    "missing_attribute",
    "not_homogeneous",
    "several_phantoms",
    "phantom_cut_off",
    "phantom_not_found",
    "wrong_object",
)


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


def locate_phantom(images: ImageSet, parameters: Parameters, geometry: Geometry) -> Localisation:
    """Find outline, water and air of every usable slice.

    Raises
    ------
    AnalysisError
        The most telling reason if no slice, or less than half of those that
        show a phantom, can be measured.
    """
    stack = images.stack(ROLE)
    if not stack:
        images.middle(ROLE)  # says which input is missing
    found: list[FoundSlice] = []
    refused: dict[int, AnalysisError] = {}
    for number, image in enumerate(stack, start=1):
        try:
            check_object(image, geometry)
            found.append(_find_slice(number, image, parameters, geometry))
        except AnalysisError as error:
            refused[number] = error
    kept = _without_end_walls(found, refused, geometry.diameter_tolerance_mm)
    chosen = _homogeneous(kept, refused, geometry.homogeneity)
    if not chosen:
        raise _most_telling(refused)
    return _localisation(chosen, refused, len(stack), geometry)


def check_object(image: Image, geometry: Geometry) -> None:
    """Refuse what is no CT slice: another modality, a localiser, a screen save, a dose page."""
    modality = image.text("Modality")
    if modality != "CT":
        raise AnalysisError(
            "wrong_modality",
            N_("this is no CT image: its Modality is {modality}"),
            advice=N_("send the CT series of the water phantom, or choose another phantom module"),
            modality=modality or "-",
        )
    kind = image.text("SOPClassUID")
    words = {word.strip().upper() for word in image.text("ImageType").split("\\")}
    if (kind and kind not in geometry.sop_classes) or words & geometry.image_types or image.pixels.ndim != 2:
        raise AnalysisError(
            "wrong_object",
            N_("this is no axial slice: ImageType is {image_type}, SOPClassUID {sop_class}"),
            advice=N_("send the axial series without localiser, screen save and dose page"),
            image_type=image.text("ImageType") or "-",
            sop_class=kind or "-",
        )


def _find_slice(number: int, image: Image, parameters: Parameters, geometry: Geometry) -> FoundSlice:
    spacing = image.required_spacing_mm
    values = image.values()
    found = find_disc(values, spacing, geometry.disc)
    inner, outer = found.disc.radius_mm - INSIDE_MM - 1.0, found.disc.radius_mm + OUTER_MARGIN_MM
    profiles = radial_profiles(values, found.disc, inner_mm=inner, outer_mm=outer)
    shell = find_shell(profiles, found.disc.radius_mm)
    disc = found.disc
    if shell.present:  # the edge is half way between air and the wall
        fit = refit(profiles, (found.low + shell.wall) / 2)
        disc = fit.disc if fit else disc
    water = disc.with_radius(_water_radius(shell, parameters))
    air = find_air(image, values, disc, rules=geometry.air, clearance_mm=float(parameters["air_clearance_mm"]))
    middle, area = water.scaled(geometry.rois.noise_fraction), geometry.measuring_area(water)
    homogeneity = measure_homogeneity(image, middle, area=area, sigma_mm=geometry.homogeneity.smoothing_mm)
    shell = Shell(water.radius_mm, shell.wall, shell.content, shell.present)
    return FoundSlice(number, image, found, disc, shell, air, homogeneity)


def _water_radius(shell: Shell, parameters: Parameters) -> float:
    given = float(parameters["water_diameter_mm"])
    return given / 2 if given else shell.inner_radius_mm


def _without_end_walls(
    found: list[FoundSlice], refused: dict[int, AnalysisError], tolerance_mm: float
) -> list[FoundSlice]:
    if not found:
        return []
    diameters = [2 * one.outer.radius_mm for one in found]
    median = float(np.median(diameters))
    for one, diameter in zip(found, diameters, strict=True):
        if abs(diameter - median) > tolerance_mm:
            refused[one.number] = AnalysisError(
                "other_diameter",
                N_("its diameter {diameter:.1f} mm is not that of the series, {median:.1f} mm"),
                diameter=diameter,
                median=median,
            )
    return [one for one in found if one.number not in refused]


def _homogeneous(
    kept: list[FoundSlice], refused: dict[int, AnalysisError], rules: HomogeneityRules
) -> list[FoundSlice]:
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
    if found.area_sd > max(rules.sd_ratio * found.sd, rules.area_sd_hu):
        return AnalysisError(
            "not_homogeneous",
            N_("not homogeneous: after smoothing the SD is {smoothed:.1f} HU, {limit:.1f} HU at most are expected"),
            advice=advice,
            smoothed=found.area_sd,
            limit=max(rules.sd_ratio * found.sd, rules.area_sd_hu),
        )
    return None


def _most_telling(refused: Mapping[int, AnalysisError]) -> AnalysisError:
    ranked = {code: rank for rank, code in enumerate(MOST_TELLING)}
    return min(refused.values(), key=lambda error: ranked.get(error.code, len(ranked)))


def _localisation(
    chosen: list[FoundSlice], refused: Mapping[int, AnalysisError], total: int, geometry: Geometry
) -> Localisation:
    figures = {
        "outer_diameter_mm": float(np.median([2 * one.outer.radius_mm for one in chosen])),
        "water_diameter_mm": float(np.median([2 * one.water.radius_mm for one in chosen])),
        "edge_rms_mm": float(np.median([one.found.rms_mm for one in chosen])),
        "slices": float(total),
    }
    walls = [one.shell.wall for one in chosen if one.shell.present]
    if walls:
        figures["shell_hu"] = float(np.median(walls))
    reasons = [f"slice={number}:{error.code}" for number, error in sorted(refused.items())]
    reasons += [f"slice={one.number}:outline_cut_off" for one in chosen if one.found.missing > geometry.cut_off_share]
    return Localisation(
        tuple(shape for one in chosen for shape in _shapes(one)),
        tuple((one.image.uid, one.image.frame) for one in chosen),
        confidence=min(1.0, float(np.median([one.found.accepted for one in chosen]))),
        reasons=tuple(reasons),
        figures=figures,
    )


def _shapes(one: FoundSlice) -> tuple[Overlay, ...]:
    discs = {"phantom": one.outer, "water": one.water, "air": one.air}
    return tuple(
        Overlay(name, disc, one.image.uid, one.image.frame) for name, disc in discs.items() if disc is not None
    )
