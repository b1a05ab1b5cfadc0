# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where along the phantom the wire ramps cross their middle: the module's place to a tenth of a mm."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import radians, tan

import numpy as np

from optimage.api import FloatArray, Image
from optimage_phantoms.catphan.finding.polar import Indices, median, nearest
from optimage_phantoms.catphan.finding.rules import RampRules
from optimage_phantoms.catphan.models import Model
from optimage_phantoms.catphan.pose import Pose, View

STEP_MM = 0.5
ACROSS_MM = 0.7
SMOOTH = 5  # samples: 2.5 mm
MAD_TO_SIGMA = 1.4826
SIDES = {"right": (1.0, 0.0), "bottom": (0.0, 1.0), "left": (-1.0, 0.0), "top": (0.0, -1.0)}
"""Direction from the axis to the middle of each wire; the coordinate along a wire runs clockwise."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """Where the ramps cross their middle, along the slice normal; on how many ramps and slices that rests.

    `sense` is +1 where the wires move clockwise, as a phantom hung the usual
    way shows them, while z of the phantom grows; 0 where they do not agree.
    """

    origin_mm: float
    ramps: int
    slices: int
    spread_mm: float
    sense: int


def find_crossing(images: Sequence[Image], pose: Pose, model: Model, rules: RampRules) -> Crossing | None:
    """Fit the place of the wire against the slice position, ramp by ramp; None where no ramp shows a clear line.

    A wire is used on slices where its hump lies wholly in the strip, never
    extrapolated beyond the search range; its slope must be that of its angle.
    """
    ramps = model.sensitometry.ramps
    slope = 1.0 / tan(radians(ramps.angle_deg))
    at = np.array([image.slice_position_mm for image in images])
    views = [pose.on(image) for image in images]
    crossings, senses, used = [], [], set()
    for side in ramps.sides:
        places = np.array([wire_place_mm(view, side, model, rules) for view in views])
        line = _line(at, places, slope, rules)
        if line is None:
            continue
        crossing, sense, kept = line
        crossings.append(crossing)
        senses.append(sense)
        used |= set(kept)
    if not crossings or abs(float(np.median(crossings)) - pose.origin_mm) > rules.search_mm:
        return None
    spread = float(np.ptp(crossings))
    sense = senses[0] if len(set(senses)) == 1 else 0
    return Crossing(float(np.mean(crossings)), len(crossings), len(used), spread, sense * pose.direction)


def _line(
    at_mm: FloatArray, places_mm: FloatArray, slope: float, rules: RampRules
) -> tuple[float, int, list[int]] | None:
    """Return where the line through the places crosses zero, its sign, and the slices it rests on."""
    good = np.flatnonzero(np.isfinite(places_mm))
    if len(good) < 2:
        return None
    kept = max((_along(at_mm, places_mm, good, sign * slope, rules) for sign in (1, -1)), key=len)
    if len(kept) < 2:
        return None
    fitted, offset = np.polyfit(at_mm[kept], places_mm[kept], 1)
    if abs(abs(fitted) - slope) > rules.slope_share * slope:
        return None
    return -float(offset / fitted), int(np.sign(fitted)), [int(one) for one in kept]


def _along(at_mm: FloatArray, places_mm: FloatArray, good: Indices, slope: float, rules: RampRules) -> Indices:
    """Return those of the `good` slices whose places lie along a line of `slope`."""
    offsets = places_mm[good] - slope * at_mm[good]
    middle = np.sort(offsets)[len(offsets) // 2]
    near: Indices = good[np.abs(offsets - middle) <= rules.slope_share * abs(slope) * rules.search_mm / 2]
    return near


def one_slice_origin_mm(image: Image, pose: Pose, model: Model, rules: RampRules) -> float | None:
    """Return the origin that the wires of one slice tell, by the known sense of their climb; None where they do not.

    All ramps must be seen, and agree with one another.
    """
    if model.id not in rules.one_slice_models:
        return None
    ramps, view = model.sensitometry.ramps, pose.on(image)
    places = np.array([wire_place_mm(view, side, model, rules) for side in ramps.sides])
    if not np.isfinite(places).all() or np.ptp(places) > rules.one_slice_spread_mm:
        return None
    z = rules.one_slice_sense * float(places.mean()) * tan(radians(ramps.angle_deg))
    return image.slice_position_mm - pose.direction * z


def wire_place_mm(view: View, side: str, model: Model, rules: RampRules) -> float:
    """Return where the wire of `side` lies along its strip, clockwise in the phantom; NaN where none is seen."""
    out_x, out_y = SIDES[side]
    along = np.arange(-rules.half_length_mm, rules.half_length_mm + STEP_MM / 2, STEP_MM)
    across = np.arange(-rules.half_width_mm, rules.half_width_mm + 0.01, ACROSS_MM) + model.sensitometry.ramps.radius_mm
    x = across[:, None] * out_x - along[None, :] * out_y
    y = across[:, None] * out_y + along[None, :] * out_x
    spacing = view.image.required_spacing_mm
    turn = radians(view.roll_deg)
    x = (-x if view.mirrored else x) * view.scale
    y = y * view.scale
    rows = view.row + (x * np.sin(turn) + y * np.cos(turn)) / spacing[0]
    columns = view.column + (x * np.cos(turn) - y * np.sin(turn)) / spacing[1]
    values = nearest(view.image, rows, columns)
    if not np.isfinite(values).all():
        return float("nan")
    profile = values.max(axis=0)
    profile = np.convolve(np.pad(profile, SMOOTH // 2, mode="edge"), np.ones(SMOOTH) / SMOOTH, mode="valid")
    return _hump_mm(along, profile, rules)


def _hump_mm(along_mm: FloatArray, profile: FloatArray, rules: RampRules) -> float:
    """Return the middle of the hump between its crossings of half maximum; NaN where there is none wholly inside."""
    level = median(profile)
    noise = MAD_TO_SIGMA * median(np.abs(profile - level))
    peak = int(np.argmax(profile))
    height = float(profile[peak]) - level
    if height < max(rules.contrast_hu, rules.noise_ratio * noise):
        return float("nan")
    above = profile >= level + height / 2
    low, high = peak, peak
    while low > 0 and above[low - 1]:
        low -= 1
    while high < len(profile) - 1 and above[high + 1]:
        high += 1
    if low == 0 or high == len(profile) - 1:
        return float("nan")
    middle = float(
        (profile[low : high + 1] - level) @ along_mm[low : high + 1] / (profile[low : high + 1] - level).sum()
    )
    return middle if abs(middle) <= rules.reach_mm else float("nan")
