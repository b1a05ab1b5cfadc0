# SPDX-License-Identifier: LGPL-3.0-or-later
"""Contrast over noise of the largest rod of every group."""

from collections.abc import Mapping
from math import hypot, nan

from optimage.api import N_, AnalysisError, Overlay
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.contrast.rods import ground_noise, measure_rods, overlays_of
from optimage_phantoms.catphan.contrast.section import contrast_section, percent_key
from optimage_phantoms.parts import Part, Value

DOSE = "ctdi_vol"
LARGEST_MM = 15.0
MERIT_OF = "cnr_15mm_1_0"


def of_largest_rods(case: CatphanCase, before: Mapping[str, Value]) -> Part:
    """Divide the contrast of the largest rods by the noise beside them in single slices."""
    section = contrast_section(case)
    measured, problem = measure_rods(section)
    values: dict[str, Value] = {}
    overlays: list[Overlay] = []
    for one in measured:
        if one.rod.diameter_mm != LARGEST_MM:
            continue
        noise, u_noise = ground_noise(section, one)
        if noise <= 0.0:
            raise AnalysisError("no_noise", N_("the image shows no noise at all, so that CNR has no value"))
        contrast, u_contrast = one.contrast
        ratio = abs(contrast) / noise
        key = f"cnr_15mm_{percent_key(one.rod.percent)}"
        values[key] = ratio, hypot(u_contrast / noise, ratio * u_noise / noise)
        overlays += overlays_of(section, one, "cnr", (key,))
    dose = before.get(DOSE, (nan, nan))[0]
    if MERIT_OF in values and dose > 0:
        ratio, u_ratio = values[MERIT_OF]
        values["figure_of_merit"] = ratio**2 / dose, 2 * ratio * u_ratio / dose
    return Part(values, tuple(overlays), problem=problem)
