# SPDX-License-Identifier: LGPL-3.0-or-later
"""Find the water phantom on every slice and choose the slices to measure."""

from collections.abc import Mapping

import numpy as np

from optimage.api import N_, AnalysisError, Disc, Image, ImageSet, Localisation, Overlay, Parameters
from optimage.imaging.circle import radial_profiles
from optimage.imaging.homogeneity import measure_homogeneity
from optimage.imaging.locate import find_disc, refit
from optimage.imaging.shell import INSIDE_MM, Shell, find_shell
from optimage_phantoms.ct_objects import check_ct_slice
from optimage_phantoms.ct_water.air import find_air
from optimage_phantoms.ct_water.geometry import Geometry
from optimage_phantoms.ct_water.slices import FoundSlice, Refused, choose_slices, most_telling

ROLE = "series"
OTHER_MODALITY = N_("send the CT series of the water phantom, or choose another phantom module")
OUTLINE_ERROR_MM = 1.0  # in diameter
OUTER_MARGIN_MM = 6.0  # how far beyond the outline the profiles reach


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
    refused: Refused = {}
    for number, image in enumerate(stack, start=1):
        try:
            check_ct_slice(
                image, sop_classes=geometry.sop_classes, image_types=geometry.image_types, advice=OTHER_MODALITY
            )
            found.append(_find_slice(number, image, parameters, geometry))
        except AnalysisError as error:
            refused[number] = error
    chosen = choose_slices(found, refused, geometry)
    if not chosen:
        raise most_telling(refused)
    return _localisation(chosen, refused, len(stack), geometry)


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
    water = disc.with_radius(_water_radius(shell, disc, parameters))
    air = find_air(image, values, disc, rules=geometry.air, clearance_mm=float(parameters["air_clearance_mm"]))
    middle, area = water.scaled(geometry.rois.noise_fraction), geometry.measuring_area(water)
    rules = geometry.homogeneity
    homogeneity = measure_homogeneity(
        image, middle, area=area, sigma_mm=rules.smoothing_mm, void_depth=geometry.rois.void_hu
    )
    shell = Shell(water.radius_mm, shell.wall, shell.content, shell.present)
    return FoundSlice(number, image, found, disc, shell, air, homogeneity)


def _water_radius(shell: Shell, outer: Disc, parameters: Parameters) -> float:
    given = float(parameters["water_diameter_mm"])
    if given > 2 * outer.radius_mm + OUTLINE_ERROR_MM:
        raise AnalysisError(
            "water_diameter_too_large",
            N_("the given water diameter of {given:.1f} mm is larger than the phantom, {outer:.1f} mm"),
            advice=N_("correct the parameter water_diameter_mm, or set it to 0"),
            given=given,
            outer=2 * outer.radius_mm,
        )
    return given / 2 if given else shell.inner_radius_mm


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
    reasons += [f"slice={one.number}:{code}" for one in chosen for code in _remarks(one, geometry)]
    return Localisation(
        tuple(shape for one in chosen for shape in _shapes(one)),
        tuple((one.image.uid, one.image.frame) for one in chosen),
        confidence=min(1.0, float(np.median([one.found.accepted for one in chosen]))),
        reasons=tuple(reasons),
        figures=figures,
    )


def _remarks(one: FoundSlice, geometry: Geometry) -> list[str]:
    """Return what is odd about a slice that is measured nevertheless."""
    rules, seen = geometry.homogeneity, one.homogeneity
    odd = {
        "outline_cut_off": one.found.missing > geometry.cut_off_share,
        "air_bubble": seen.void > 0.0,
        "spot": seen.peak > max(rules.peak_ratio * seen.area_noise, rules.area_sd_hu),
    }
    return [code for code, applies in odd.items() if applies]


def _shapes(one: FoundSlice) -> tuple[Overlay, ...]:
    discs = {"phantom": one.outer, "water": one.water, "air": one.air}
    return tuple(
        Overlay(name, disc, one.image.uid, one.image.frame) for name, disc in discs.items() if disc is not None
    )
