# SPDX-License-Identifier: LGPL-3.0-or-later
"""The wire ramps: the hump that each makes on each slice, its width and its place along the wire."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from optimage.api import N_, AnalysisError, FloatArray
from optimage.imaging.hump import Hump, HumpRules, measure_hump
from optimage.imaging.strip import Strip, cut_strip
from optimage_phantoms.catphan.models import Ramps
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.sensitometry.body import AXES
from optimage_phantoms.catphan.sensitometry.rules import RampRules

NUMBERS = {"right": 1, "bottom": 2, "left": 3, "top": 4}
"""The number of a ramp in keys, by the side of the phantom it lies on."""
OPPOSITE = (("right", "left"), ("bottom", "top"))
GROUND_ORDER = 2
ROUNDING_MM = 1e-9

OUTSIDE = {
    "right": N_("the right ramp lies outside the image or on padding"),
    "bottom": N_("the lower ramp lies outside the image or on padding"),
    "left": N_("the left ramp lies outside the image or on padding"),
    "top": N_("the upper ramp lies outside the image or on padding"),
}
NOT_VISIBLE = {
    "right": N_("the right ramp does not stand out: {quality:.1f} times the noise, {needed:.0f} are needed"),
    "bottom": N_("the lower ramp does not stand out: {quality:.1f} times the noise, {needed:.0f} are needed"),
    "left": N_("the left ramp does not stand out: {quality:.1f} times the noise, {needed:.0f} are needed"),
    "top": N_("the upper ramp does not stand out: {quality:.1f} times the noise, {needed:.0f} are needed"),
}
CUT_OFF = {
    "right": N_("the slice meets the right ramp at its end, so that it cannot be measured whole"),
    "bottom": N_("the slice meets the lower ramp at its end, so that it cannot be measured whole"),
    "left": N_("the slice meets the left ramp at its end, so that it cannot be measured whole"),
    "top": N_("the slice meets the upper ramp at its end, so that it cannot be measured whole"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """One ramp on one slice: where the wire lies (mm across from its nominal place) and the hump along it."""

    view: View
    side: str
    strip: Strip
    wire_mm: float
    along_mm: FloatArray
    profile: FloatArray
    hump: Hump

    @property
    def width_mm(self) -> tuple[float, float]:
        """Full width at half maximum along the wire and its u, in mm of the phantom, which its pins define."""
        return self.hump.width_mm / self.view.scale, self.hump.width_uncertainty_mm / self.view.scale

    @property
    def centre_mm(self) -> float:
        """Place of the hump along the wire, in mm of the phantom."""
        return self.hump.centre_mm / self.view.scale

    def points(self, places_mm: Iterable[tuple[float, float]], ramps: Ramps) -> tuple[tuple[float, float], ...]:
        """Return row and column of places on the strip, each along the wire and across from it."""
        line = Line.of(self.view, self.side, ramps)
        return tuple(line.point(along, self.wire_mm + across) for along, across in places_mm)


@dataclass(frozen=True, slots=True)
class Line:
    """The nominal line of a ramp on a slice: its middle in pixels and its direction in mm (right, down)."""

    middle: tuple[float, float]
    direction: tuple[float, float]
    spacing_mm: tuple[float, float]

    @classmethod
    def of(cls, view: View, side: str, ramps: Ramps) -> "Line":
        """Return the line; it runs clockwise in the phantom: on the right downwards, at the bottom leftwards."""
        x, y = AXES[side]
        right, down = view.offset_mm(-y, x)
        length = float(np.hypot(right, down))
        return cls(
            view.point(x * ramps.radius_mm, y * ramps.radius_mm),
            (right / length, down / length),
            view.image.required_spacing_mm,
        )

    def point(self, along_mm: float, across_mm: float) -> tuple[float, float]:
        """Return row and column; `across_mm` counts to the right of the direction."""
        right, down = self.direction
        return (
            self.middle[0] + (along_mm * down + across_mm * right) / self.spacing_mm[0],
            self.middle[1] + (along_mm * right - across_mm * down) / self.spacing_mm[1],
        )


def trace_side(
    views: tuple[View, ...], side: str, ramps: Ramps, rules: RampRules
) -> tuple[list[Trace], list[AnalysisError]]:
    """Measure one ramp on several slices; what could not be measured comes as errors.

    A ramp that is seen on fewer slices than not is not measured at all.
    """
    strips, problems = [], []
    for view in views:
        strip = _strip(view, side, ramps, rules)
        if np.isfinite(strip.values).all():
            strips.append((view, strip))
        else:
            problems.append(AnalysisError("ramp_outside", OUTSIDE[side], advice=ADVICE_FIELD))
    if not strips:
        return [], problems
    wire = find_wire(strips, ramps, rules)
    traces = []
    for view, strip in strips:
        try:
            traces.append(_trace(view, side, strip, wire, rules))
        except AnalysisError as error:
            problems.append(error)
    unseen = [error for error in problems if error.code == "ramp_not_visible"]
    if len(unseen) > len(traces):  # what stands out on the few others may be noise
        return [], unseen
    return traces, problems


ADVICE_FIELD = N_("centre the phantom or reconstruct with a larger field of view")
ADVICE_SLICE = N_("scan slices through the middle of the sensitometry module")
ADVICE_NOISE = N_("scan with a higher dose or thicker slices, or with a softer kernel")


def _strip(view: View, side: str, ramps: Ramps, rules: RampRules) -> Strip:
    line = Line.of(view, side, ramps)
    return cut_strip(
        view.image,
        line.middle,
        line.direction,
        half_length_mm=rules.half_length_mm,
        half_width_mm=_reach(ramps, rules) + rules.ground_mm[1],
        across_pitch_mm=rules.across_pitch_mm,
    )


def _reach(ramps: Ramps, rules: RampRules) -> float:
    """Return how far from its nominal place the wire is looked for."""
    return ramps.radius_tolerance_mm + rules.search_mm


def find_wire(strips: list[tuple[View, Strip]], ramps: Ramps, rules: RampRules) -> float:
    """Return how far across from its nominal place the wire lies, in mm, from all slices together.

    On each slice the strip is averaged along over about the length that a
    hump has; the largest such mean at each place across says how bright the
    wire is there. The wire lies at the centroid of the peak of their sum.
    """
    across = strips[0][1].across_mm
    score = np.zeros(across.size)
    for view, strip in strips:
        step = float(strip.along_mm[1] - strip.along_mm[0])
        length = max(view.image.number("SliceThickness", 0.0) or rules.typical_mm, 1.0) / np.tan(
            np.radians(ramps.angle_deg)
        )
        means = ndimage.uniform_filter1d(strip.values, max(3, round(length / step)), axis=1, mode="nearest")
        score += means.max(axis=1) - means.mean()
    score = ndimage.uniform_filter1d(score, max(1, round(1.0 / rules.across_pitch_mm)), mode="nearest")
    inside = np.abs(across) <= _reach(ramps, rules) + 1e-9
    top = int(np.argmax(np.where(inside, score, -np.inf)))
    near = np.abs(across - across[top]) <= rules.band_mm
    weights = np.where(near, score - score[near].min(), 0.0)
    return float((weights * across).sum() / weights.sum()) if weights.sum() else 0.0


def _trace(view: View, side: str, strip: Strip, wire_mm: float, rules: RampRules) -> Trace:
    profile = collapse(strip, wire_mm, rules)
    along = strip.along_mm + strip.slant * wire_mm
    hump = measure_hump(along, profile, hump_rules(rules))
    _refuse_invisible(side, hump, rules)
    end = min(-along[0], along[-1]) - rules.end_mm
    if not (np.isfinite(hump.width_mm) and max(-hump.left_mm, hump.right_mm) <= end):
        raise AnalysisError("ramp_cut_off", CUT_OFF[side], advice=ADVICE_SLICE)
    return Trace(view, side, strip, wire_mm, along, profile, hump)


def _refuse_invisible(side: str, hump: Hump, rules: RampRules) -> None:
    quality = hump.height / hump.noise if hump.noise > 0 else np.inf
    if quality < rules.significance or hump.height <= 0.0:
        raise AnalysisError(
            "ramp_not_visible",
            NOT_VISIBLE[side],
            advice=ADVICE_NOISE,
            quality=float(quality) if np.isfinite(quality) else 0.0,
            needed=rules.significance,
        )


def hump_rules(rules: RampRules) -> HumpRules:
    """Return how the hump along a wire is measured."""
    return HumpRules(
        rules.along_pitch_mm,
        rules.smoothing_mm,
        rules.smoothing_share,
        rules.peak_samples,
        rules.core_share,
        rules.clear_mm,
        rules.fewest_clear,
    )


def collapse(strip: Strip, wire_mm: float, rules: RampRules) -> FloatArray:
    """Return the mean across the wire, less the background on both sides of it, in HU, shape (N,).

    The background is the mean of equally wide bands on both sides, so that a
    slope across does not matter, and a polynomial along.
    """
    apart = strip.across_mm - wire_mm
    low, high = rules.ground_mm
    before, band, after = (
        _mean_rows(strip, apart, *ends) for ends in ((-high, -low), (-rules.band_mm, rules.band_mm), (low, high))
    )
    x = strip.along_mm / rules.half_length_mm
    powers = np.stack([x**k for k in range(GROUND_ORDER + 1)])
    coefficients = np.linalg.solve(powers @ powers.T, powers @ (before + after) / 2)
    return np.asarray(band - coefficients @ powers, dtype=np.float64)


def _mean_rows(strip: Strip, apart_mm: FloatArray, low_mm: float, high_mm: float) -> FloatArray:
    """Return the mean over the rows that lie between two distances from the wire."""
    first, last = np.searchsorted(apart_mm, (low_mm - ROUNDING_MM, high_mm + ROUNDING_MM))
    return np.asarray(strip.values[first:last].mean(axis=0), dtype=np.float64)


def complete_pairs(sides: Mapping[str, object]) -> tuple[str, ...]:
    """Return the ramps whose opposite was measured too, else all: tilt cancels only in a pair."""
    paired = [side for pair in OPPOSITE if all(one in sides for one in pair) for side in pair]
    return tuple(paired) or tuple(sides)
