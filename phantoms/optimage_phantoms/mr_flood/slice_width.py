# SPDX-License-Identifier: LGPL-3.0-or-later
"""Slice width from two opposite inclined plates, and the distances of the rods around them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import atan, cos, degrees, hypot, radians, sin, sqrt, tan

from optimage.api import N_, AnalysisError, Curve, Disc, Image, Message, Note, Overlay, Polyline
from optimage_phantoms.mr_flood.plate_rules import PlateRules
from optimage_phantoms.mr_flood.plate_shadow import Shadow, fit_shadow, look_for_shadow
from optimage_phantoms.mr_flood.plates import Plates, Rod
from optimage_phantoms.mr_flood.wedge_profile import Profile, band_profile

NAMES = ("top", "bottom")
NOT_VISIBLE = {
    "top": N_("the shadow of the upper or left plate was not found: {depth:.1f} % of the signal are missing"),
    "bottom": N_("the shadow of the lower or right plate was not found: {depth:.1f} % of the signal are missing"),
}
CUT_OFF = {
    "top": N_("the shadow of the upper or left plate lies too far off the middle to be measured whole"),
    "bottom": N_("the shadow of the lower or right plate lies too far off the middle to be measured whole"),
}
ADVICE_SLICE = N_("image the plates again with the slice through their crossing point")
WIDTH_KEYS = ("slice_width", "plate_tilt_deg")
ROD_KEYS = ("rod_distance_h", "rod_distance_v", "rod_distortion")

Value = tuple[float, float]
"""A value and its standard uncertainty (k = 1)."""


@dataclass(frozen=True, slots=True)
class SliceWidth:
    """What the plates tell: values with their standard uncertainties, and what explains them."""

    values: Mapping[str, Value]
    overlays: tuple[Overlay, ...]
    curves: tuple[Curve, ...]
    notes: tuple[Note, ...] = ()


def measure_plates(image: Image, plates: Plates | None, rules: PlateRules) -> SliceWidth:
    """Measure slice width, tilt and rod distances.

    The upper plate is `top`; where the plates lie side by side, it is the
    left one. Widths along the plates are in nominal millimetres, that is
    measured ones times nominal over measured rod distance, so that a wrong
    gradient scale does not reach the slice width. Values, lengths in mm:

    `slice_width_top`, `slice_width_bottom`
        Full width at half maximum of the slice profile along the plate
        times the slope of the plates.
    `slice_width`, `plate_tilt_deg`
        Both plates together (`combined_width`); the tilt is positive where
        the upper plate reads narrower.
    `rod_distance_h`, `rod_distance_v`
        Mean distance of outer rods along the rows and the columns of the
        image, as measured.
    `rod_distortion`
        Largest deviation of an outer distance from nominal, percent.

    Raises
    ------
    AnalysisError
        `no_plates`, `wedge_not_visible`, `profile_cut_off`,
        `width_uncertain`, `wedges_differ`; `missing_attribute` without a pixel spacing.
    """
    if plates is None:
        raise _no_plates()
    spacing = image.required_spacing_mm
    values = image.values()
    profiles = [band_profile(values, plates.grid, spacing, band) for band in rules.bands]
    shadows = [_shadow(profile, name, rules) for profile, name in zip(profiles, NAMES, strict=True)]
    return SliceWidth(
        {**_widths(plates, shadows, rules), **_distances(plates, spacing, rules)},
        (*rod_overlays(image, plates), *_band_overlays(image, plates, shadows, rules)),
        tuple(curve for parts in zip(profiles, shadows, NAMES, strict=True) for curve in _curves(*parts)),
        _notes(plates),
    )


def combined_width(top_mm: float, bottom_mm: float, angle_deg: float) -> Value:
    """Return slice width and tilt (degrees) from the widths along two opposite plates.

    A slice of width T meets plates at the angles α + β and α − β, so that
    `T = top · tan(α + β) = bottom · tan(α − β)`; with `tan 2α` expanded this
    is a quadratic equation for T (AAPM Report 28). To the first order in β
    it is the geometric mean of the widths times tan α.
    """
    double = 2 * radians(angle_deg)
    total = top_mm + bottom_mm
    root = sqrt((cos(double) * total) ** 2 + 4 * sin(double) ** 2 * top_mm * bottom_mm)
    width = (root - cos(double) * total) / (2 * sin(double))
    return width, degrees(atan(width / top_mm) - atan(width / bottom_mm)) / 2


def _shadow(profile: Profile, name: str, rules: PlateRules) -> Shadow:
    if not profile.whole:
        raise _cut_off(name)
    guess = look_for_shadow(profile, rules.profile)
    if guess.depth < rules.profile.least_depth or guess.significance < rules.profile.significance:
        raise _not_visible(name, guess.depth)
    shadow = fit_shadow(profile, guess, rules.profile)
    end = rules.profile.half_length_mm - rules.profile.free_end_mm
    reaches = max(-shadow.extent_mm[0], shadow.extent_mm[1])
    if reaches > end or abs(shadow.centre_mm) > rules.profile.farthest_mm:
        raise _cut_off(name)
    if not shadow.width_uncertainty_mm <= rules.profile.largest_uncertainty * shadow.width_mm:
        raise _uncertain(shadow, rules)
    return shadow


def _widths(plates: Plates, shadows: list[Shadow], rules: PlateRules) -> dict[str, Value]:
    """Return the widths and the tilt.

    Uncertainties: the fits; the rods, by which lengths are scaled; the angle
    of the plates, taken as common to both for the widths and as independent
    for the tilt, the larger effect in either case.
    """
    angle, slope = rules.object.plate_angle_deg, rules.object.slope
    top, bottom = (shadow.width_mm for shadow in shadows)
    width, tilt = combined_width(top, bottom, angle)
    if abs(tilt) > rules.profile.largest_tilt_deg:
        raise _differ(top * slope, bottom * slope, tilt, rules)
    step_deg = 0.01
    by_angle = (combined_width(top, bottom, angle + step_deg)[0] - width) / step_deg * rules.angle.uncertainty_deg
    scale = _rod_uncertainty(plates) / rules.object.rod_distance_mm
    steps = [1e-4 * length for length in (top, bottom)]
    moved = (combined_width(top + steps[0], bottom, angle), combined_width(top, bottom + steps[1], angle))
    width_fit, tilt_fit = (
        hypot(
            *(
                (value[k] - (width, tilt)[k]) / step * s.width_uncertainty_mm
                for value, step, s in zip(moved, steps, shadows, strict=True)
            )
        )
        for k in (0, 1)
    )
    single = tan(radians(angle + rules.angle.uncertainty_deg)) / slope - 1.0
    return {
        "slice_width": (width, hypot(width_fit, by_angle, width * scale)),
        **{
            f"slice_width_{name}": (
                shadow.width_mm * slope,
                shadow.width_mm * slope * hypot(shadow.width_uncertainty_mm / shadow.width_mm, single, scale),
            )
            for name, shadow in zip(NAMES, shadows, strict=True)
        },
        "plate_tilt_deg": (tilt, hypot(tilt_fit, rules.angle.uncertainty_deg / sqrt(2))),
    }


def _rod_uncertainty(plates: Plates) -> float:
    """Return the uncertainty of the mean distance of three pairs of rods."""
    mean = sum(rod.spot.uncertainty_mm**2 for rod in plates.rods) / len(plates.rods)
    return sqrt(2 * mean / 3)


def _distances(plates: Plates, spacing: tuple[float, float], rules: PlateRules) -> dict[str, Value]:
    along, across = _pairs(plates.rods, spacing, lengthwise=True), _pairs(plates.rods, spacing, lengthwise=False)
    upright = abs(plates.grid.along[0]) >= abs(plates.grid.along[1])
    nominal = rules.object.rod_distance_mm
    worst = max((*along, *across), key=lambda pair: abs(pair[0] - nominal))
    return {
        "rod_distance_h": _mean(along if upright else across),
        "rod_distance_v": _mean(across if upright else along),
        "rod_distortion": (100 * abs(worst[0] - nominal) / nominal, 100 * worst[1] / nominal),
    }


def _pairs(rods: tuple[Rod, ...], spacing: tuple[float, float], *, lengthwise: bool) -> list[Value]:
    """Return the distances of outer rods that face each other, in mm."""
    places = {(rod.along, rod.across) if lengthwise else (rod.across, rod.along): rod.spot for rod in rods}
    pairs = [(places[-1, k], places[1, k]) for k in (-1, 0, 1) if (-1, k) in places and (1, k) in places]
    return [
        (
            hypot((b.row - a.row) * spacing[0], (b.column - a.column) * spacing[1]),
            hypot(a.uncertainty_mm, b.uncertainty_mm),
        )
        for a, b in pairs
    ]


def _mean(pairs: list[Value]) -> Value:
    return sum(value for value, _ in pairs) / len(pairs), hypot(*(u for _, u in pairs)) / len(pairs)


def rod_overlays(image: Image, plates: Plates) -> list[Overlay]:
    """Return the rods as discs on `image`."""
    spacing = image.required_spacing_mm
    return [
        Overlay(
            "rod",
            Disc(rod.spot.row, rod.spot.column, rod.spot.diameter_mm / 2, spacing),
            image.uid,
            image.frame,
            ROD_KEYS,
        )
        for rod in plates.rods
    ]


def _band_overlays(image: Image, plates: Plates, shadows: list[Shadow], rules: PlateRules) -> list[Overlay]:
    """Return the bands, and in each the lines between which the slice profile is above half its maximum."""
    spacing, reach, half = (
        image.required_spacing_mm,
        rules.profile.half_length_mm,
        rules.object.band_height_mm / 2,
    )

    def line(*places: tuple[float, float], closed: bool) -> Polyline:
        points = (plates.grid.place_mm(*place) for place in places)
        return Polyline(tuple((y / spacing[0], x / spacing[1]) for x, y in points), closed)

    overlays = []
    for name, shadow, sign in zip(NAMES, shadows, (-1, 1), strict=True):
        middle, keys = sign * rules.object.band_offset_mm, (f"slice_width_{name}", *WIDTH_KEYS)
        low, high = middle - half, middle + half
        band = line((-reach, low), (reach, low), (reach, high), (-reach, high), closed=True)
        overlays.append(Overlay(f"wedge_{name}", band, image.uid, image.frame, keys))
        for end in (shadow.centre_mm - shadow.width_mm / 2, shadow.centre_mm + shadow.width_mm / 2):
            edge = line((end, low), (end, high), closed=False)
            overlays.append(Overlay(f"half_maximum_{name}", edge, image.uid, image.frame, keys))
    return overlays


def _curves(profile: Profile, shadow: Shadow, name: str) -> tuple[Curve, Curve]:
    x = tuple(profile.along_mm.tolist())
    labels = (N_("along the plate"), N_("signal"), "mm")
    return (
        Curve(f"wedge_{name}", x, tuple(profile.signal.tolist()), *labels),
        Curve(f"wedge_{name}_fit", x, tuple(shadow.fitted.tolist()), *labels),
    )


def _notes(plates: Plates) -> tuple[Note, ...]:
    if len(plates.rods) == 9:
        return ()
    return (
        Note("rods_missing", Message(N_("only {found} of 9 distance rods were found"), {"found": len(plates.rods)})),
    )


def _no_plates() -> AnalysisError:
    return AnalysisError(
        "no_plates",
        N_("no slice width plates were found: three by three rods, 120 mm from the first to the third, were expected"),
        advice=N_("image the slice width insert with all its rods inside the slice and the field of view"),
    )


def _not_visible(name: str, depth: float) -> AnalysisError:
    return AnalysisError(
        "wedge_not_visible",
        NOT_VISIBLE[name],
        advice=ADVICE_SLICE,
        depth=100 * depth,
    )


def _cut_off(name: str) -> AnalysisError:
    return AnalysisError(
        "profile_cut_off",
        CUT_OFF[name],
        advice=ADVICE_SLICE,
    )


def _uncertain(shadow: Shadow, rules: PlateRules) -> AnalysisError:
    return AnalysisError(
        "width_uncertain",
        N_("noise and coil leave the width of a shadow uncertain by {share:.0f} %, {largest:.0f} % at most expected"),
        advice=N_("acquire more averages, or use the head coil; soft slices beyond 7 mm are too wide for the plates"),
        share=min(100 * shadow.width_uncertainty_mm / shadow.width_mm, 999.0),
        largest=100 * rules.profile.largest_uncertainty,
    )


def _differ(top: float, bottom: float, tilt: float, rules: PlateRules) -> AnalysisError:
    return AnalysisError(
        "wedges_differ",
        N_("the plates read {top:.2f} mm and {bottom:.2f} mm: a tilt of {tilt:.1f}°, {largest:.1f}° at most expected"),
        advice=N_("level the phantom, so that the slice lies parallel to its face, and image it again"),
        top=top,
        bottom=bottom,
        tilt=tilt,
        largest=rules.profile.largest_tilt_deg,
    )
