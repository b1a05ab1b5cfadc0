# SPDX-License-Identifier: LGPL-3.0-or-later
"""Roll, scale and centre from the places of the inserts and pins, to a fraction of a pixel."""

from dataclasses import dataclass

import numpy as np

from optimage.api import Box
from optimage.imaging.rois import clipped
from optimage_phantoms.catphan.finding.polar import median
from optimage_phantoms.catphan.finding.rules import RegistrationRules
from optimage_phantoms.catphan.models import Model
from optimage_phantoms.catphan.pose import View

PASSES = 4
SETTLED_MM = 0.05
THRESHOLD = 0.3  # of an insert's contrast, below which pixels do not count
CORE_MM = 3.0


@dataclass(frozen=True, slots=True)
class Size:
    """How far about a feature is looked, and which part of it has its full contrast."""

    window_mm: float
    core_mm: float


PIN = Size(4.5, 0.8)


@dataclass(frozen=True, slots=True)
class Spot:
    """A feature: where it is in the phantom, where on the screen from the assumed axis (mm), and its weight."""

    name: str
    phantom_mm: tuple[float, float]
    seen_mm: tuple[float, float]
    weight: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A similarity transform: roll, scale, shift right and down in mm, RMS of what is left in mm."""

    roll_deg: float
    scale: float
    right_mm: float
    down_mm: float
    residual_mm: float
    spots: int


def insert_spots(view: View, model: Model, rules: RegistrationRules) -> list[Spot]:
    """Return the inserts of enough contrast, as `view` shows them."""
    found = []
    for insert in model.sensitometry.inserts:
        angle = np.radians(insert.angle_deg)
        place = float(insert.radius_mm * np.cos(angle)), float(insert.radius_mm * np.sin(angle))
        spot = _spot(view, insert.key, place, Size(rules.window_mm, CORE_MM), rules.least_contrast_hu)
        if spot is not None:
            found.append(spot)
    return found


def pin_spots(view: View, model: Model, rules: RegistrationRules) -> list[Spot]:
    """Return the four pins, as far as `view` shows them."""
    half = model.sensitometry.square_mm / 2
    places = ((half, -half), (half, half), (-half, half), (-half, -half))
    spots = (_spot(view, "pin", place, PIN, rules.least_contrast_hu) for place in places)
    return [spot for spot in spots if spot is not None]


def _spot(view: View, name: str, place: tuple[float, float], size: Size, contrast_hu: float) -> Spot | None:
    """Find the centre of gravity of the contrast about a place; None where it is too weak or leaves the image."""
    spacing = view.image.required_spacing_mm
    right, down = view.offset_mm(*place)
    for _ in range(PASSES):
        row, column = view.row + down / spacing[0], view.column + right / spacing[1]
        half = size.window_mm / spacing[0], size.window_mm / spacing[1]
        top, left = round(row - half[0]), round(column - half[1])
        box = Box(top, left, round(2 * half[0]) + 1, round(2 * half[1]) + 1)
        if clipped(box, view.image.shape) != box:
            return None
        values = view.image.values(box)
        dy = (np.arange(box.rows) + box.row - row)[:, None] * spacing[0]
        dx = (np.arange(box.columns) + box.column - column)[None, :] * spacing[1]
        away = np.sqrt(dx**2 + dy**2)
        core, rim = (
            values[away <= max(size.core_mm, 0.8 * max(spacing))],
            values[(away > 0.8 * size.window_mm) & (away <= size.window_mm)],
        )
        if not core.size or not np.isfinite(core).all() or not np.isfinite(rim).all():
            return None
        level = median(rim)
        contrast = median(core) - level
        if abs(contrast) < contrast_hu:
            return None
        share = np.clip((values - level) / contrast, 0.0, 1.0)
        share = np.where((share >= THRESHOLD) & (away <= size.window_mm), share, 0.0)
        total = float(share.sum())
        if total == 0.0:
            return None
        step_x, step_y = float((share * dx).sum()) / total, float((share * dy).sum()) / total
        right, down = right + step_x, down + step_y
        if abs(step_x) + abs(step_y) < SETTLED_MM:
            break
    return Spot(name, place, (right, down), min(abs(contrast), 1000.0))


def similarity(spots: list[Spot], *, mirrored: bool) -> Fit | None:
    """Return the similarity transform from the phantom to the screen, by weighted least squares; None below two places.

    Complex numbers: seen = a · phantom + b, x of the phantom reversed where
    mirrored; `a` holds scale and roll (the planar case of Umeyama, IEEE PAMI 1991).
    """
    if len({spot.phantom_mm for spot in spots}) < 2:
        return None
    phantom = np.array(
        [complex(-spot.phantom_mm[0] if mirrored else spot.phantom_mm[0], spot.phantom_mm[1]) for spot in spots]
    )
    seen = np.array([complex(*spot.seen_mm) for spot in spots])
    weights = np.array([spot.weight for spot in spots])
    weights = weights / weights.sum()
    p, s = phantom - (weights * phantom).sum(), seen - (weights * seen).sum()
    a = (weights * np.conj(p) * s).sum() / (weights * np.abs(p) ** 2).sum()
    b = (weights * (seen - a * phantom)).sum()
    left = np.abs(seen - a * phantom - b)
    residual = float(np.sqrt((weights * left**2).sum()))
    return Fit(float(np.degrees(np.angle(a))), float(abs(a)), float(b.real), float(b.imag), residual, len(spots))
