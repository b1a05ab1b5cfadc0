# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sub-test that measures the contrast of every rod."""

from collections.abc import Mapping
from math import isfinite

from optimage.api import N_, Curve, Message, Note
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.contrast.rods import Measured, measure_rods, overlays_of
from optimage_phantoms.catphan.contrast.section import ContrastSection, contrast_section, layout_known, percent_key
from optimage_phantoms.catphan.pose import difference_deg
from optimage_phantoms.parts import Part, Value

SIGNIFICANT = 3.0  # standard uncertainties below zero: a contrast that is negative for sure


def of_rods(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Measure the contrast of every rod, on the mean of the section's slices."""
    section = contrast_section(case)
    measured, problem = measure_rods(section)
    values = {f"contrast_{one.rod.key}": one.contrast for one in measured}
    overlays = tuple(one for rod in measured for one in overlays_of(section, rod, "rod", (f"contrast_{rod.rod.key}",)))
    return Part(values, overlays, (*_place_notes(section), *_sign_notes(measured)), problem, _curves(measured))


def _curves(measured: tuple[Measured, ...]) -> tuple[Curve, ...]:
    """Return the contrast against the diameter, for each nominal contrast with several rods."""
    curves = []
    for percent in sorted({one.rod.percent for one in measured}, reverse=True):
        rods = sorted((one.rod.diameter_mm, one.contrast[0]) for one in measured if one.rod.percent == percent)
        if len(rods) > 1:
            x, y = zip(*rods, strict=True)
            curves.append(
                Curve(f"contrast:{percent_key(percent)}", x, y, N_("diameter of the rod"), N_("contrast"), "mm", "HU")
            )
    return tuple(curves)


def _place_notes(section: ContrastSection) -> list[Note]:
    low, place = section.low, section.place
    notes = []
    if not layout_known(low):
        template = N_("only the largest rods of the {title} are known, from one scan: they were searched for")
        notes.append(Note("low_contrast_unverified", Message(template, {"title": low.title})))
    if place.match == 0.0:
        template = N_("the low-contrast rods are too faint to be found: they are measured where the model has them")
        notes.append(Note("rods_not_found", Message(template, {})))
    named = tuple(group.percent for group in low.groups)
    turned = abs(difference_deg(place.start_deg, low.start_deg))
    if (
        place.percents != named
        or place.sense != (1 if low.clockwise else -1)
        or turned > section.rules.registration.near_deg
    ):
        template = N_("the low-contrast rods lie {turned:.0f}° from where the model says, or in another order")
        notes.append(Note("rods_turned", Message(template, {"turned": turned})))
    return notes


def _sign_notes(measured: tuple[Measured, ...]) -> list[Note]:
    """Tell of rods that are darker than what lies beside them: they should be brighter."""
    dark = [
        one
        for one in measured
        if isfinite(one.contrast[1]) and one.contrast[0] < -SIGNIFICANT * one.contrast[1] and one.contrast[0] < 0
    ]
    if not dark:
        return []
    worst = min(dark, key=lambda one: one.contrast[0])
    template = N_(
        "{rods} low-contrast rods are darker than their surroundings, that of {diameter:.0f} mm and {percent:.1f} % "
        "by {contrast:.1f} HU; they do not count as seen"
    )
    values = {
        "rods": len(dark),
        "diameter": worst.rod.diameter_mm,
        "percent": worst.rod.percent,
        "contrast": -worst.contrast[0],
    }
    return [Note("contrast_negative", Message(template, values))]
