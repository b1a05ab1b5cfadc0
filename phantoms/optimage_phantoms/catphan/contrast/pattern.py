# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where the rods lie: the contrast round their circle against the pattern of the model."""

from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from optimage.api import FloatArray
from optimage_phantoms.catphan.contrast.rules import Rules
from optimage_phantoms.catphan.finding.polar import linear, offsets_px
from optimage_phantoms.catphan.models import LowContrast
from optimage_phantoms.catphan.pose import View

RADIAL_STEP_MM = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """How the rods lie in the phantom.

    Attributes
    ----------
    start_deg, sense : float, int
        Angle of the first rod of the first group of the model, and +1 where
        angles grow from large to small rods, else -1.
    radius_mm : float
        Distance of the rods from the axis.
    percents : tuple of float
        Nominal contrast of the groups, in the order of the model.
    match : float
        Correlation of the contrast round the circle with the pattern, at most 1.
    """

    start_deg: float
    sense: int
    radius_mm: float
    percents: tuple[float, ...]
    match: float

    def angle_deg(self, group_deg: float, rod_deg: float) -> float:
        """Return the angle in the phantom of a rod of a group."""
        return self.start_deg + self.sense * (group_deg + rod_deg)


def contrast_ring(view: View, radius_mm: float, rules: Rules) -> FloatArray:
    """Return the contrast of a ring with the rings inside and outside of it, by angle of the phantom; NaN outside."""
    step, half = rules.registration.step_deg, rules.registration.band_mm
    angles = np.arange(0.0, 360.0, step)
    ring = _ring(view, radius_mm, half, angles)
    beside = [
        _ring(view, radius_mm * share, rules.background.radius_mm * 0.75, angles)
        for share in rules.background.shares
        if radius_mm * share + rules.background.radius_mm <= rules.section.radius_mm
    ]
    return np.asarray(ring - np.mean(beside, axis=0))


def _ring(view: View, radius_mm: float, half_mm: float, angles_deg: FloatArray) -> FloatArray:
    radii = np.arange(radius_mm - half_mm, radius_mm + half_mm + 1e-9, RADIAL_STEP_MM) * view.scale
    screen = view.roll_deg + (180.0 - angles_deg if view.mirrored else angles_deg)
    down, across = offsets_px(radii, screen, view.image.required_spacing_mm)
    return np.asarray(linear(view.image, view.row + down, view.column + across).mean(axis=0))


def pattern(low: LowContrast, percents: tuple[float, ...], sense: int, radius_mm: float, step_deg: float) -> FloatArray:
    """Return the nominal contrast round the circle for a first rod at 0°, by angle of the phantom."""
    rods = [
        (sense * (group.angle_deg + rod.angle_deg), rod.diameter_mm, percent)
        for group, percent in zip(low.groups, percents, strict=True)
        for rod in low.rods
    ]
    places, diameters, heights = (np.array(column)[:, None] for column in zip(*rods, strict=True))
    away = np.abs((np.arange(0.0, 360.0, step_deg) - places + 180.0) % 360.0 - 180.0)
    half = np.degrees(np.arcsin(diameters / 2 / radius_mm))
    return np.asarray((heights * np.clip((half - away) / step_deg + 0.5, 0.0, 1.0)).max(axis=0))


def match(ring: FloatArray, nominal: FloatArray) -> FloatArray:
    """Return the correlation of `ring` with `nominal` turned by each step; 0 where the ring is flat or not whole."""
    a, b = ring - ring.mean(), nominal - nominal.mean()
    size = float(np.sqrt((a**2).sum() * (b**2).sum()))
    if not np.isfinite(size) or size == 0.0:
        return np.zeros(ring.size)
    return np.asarray(np.fft.irfft(np.fft.rfft(a) * np.conj(np.fft.rfft(b)), ring.size) / size)


def find_rods(view: View, low: LowContrast, rules: Rules, *, verified: bool) -> Place:
    """Return where the rods lie, near the place that the model names unless another fits clearly better.

    Where nothing fits, because the rods are too faint, the place of the model stands.
    """
    options = rules.registration
    sense = 1 if low.clockwise else -1
    percents = tuple(group.percent for group in low.groups)
    named = Place(low.start_deg % 360.0, sense, low.radius_mm, percents, 0.0)
    reach = options.near_deg if verified else options.free_deg
    radii = [low.radius_mm] if verified else _radii(low.radius_mm, rules)
    near, best = named, named
    for radius in radii:
        ring = contrast_ring(view, radius, rules)
        here = replace(named, radius_mm=radius)
        near = max(near, _best(ring, low, here, step=options.step_deg, reach_deg=reach), key=_match)
        for other in _others(sense, percents) if verified else ():
            tried = replace(here, sense=other[0], percents=other[1])
            best = max(best, _best(ring, low, tried, step=options.step_deg, reach_deg=180.0), key=_match)
    if best.match >= options.turned_match and best.match >= near.match + options.turned_lead:
        return best
    return near if near.match >= options.least_match else named


def _match(place: Place) -> float:
    return place.match


def _radii(radius_mm: float, rules: Rules) -> list[float]:
    """Return the radii to try, the named one first; a rod must lie within what is looked at."""
    reach = rules.registration.free_radius_mm
    tried = np.arange(radius_mm - reach, radius_mm + reach + 0.5)
    most = rules.section.radius_mm - rules.background.radius_mm
    return [radius_mm, *(float(one) for one in tried if one <= most)]


def _others(sense: int, percents: tuple[float, ...]) -> list[tuple[int, tuple[float, ...]]]:
    """Return every sense and order of the groups, but for those that a turn makes of another."""
    orders = {(percents[0], *rest) for rest in permutations(percents[1:])}
    return [(one, order) for one in (sense, -sense) for order in sorted(orders)]


def _best(ring: FloatArray, low: LowContrast, place: Place, *, step: float, reach_deg: float) -> Place:
    """Return the best turn within `reach_deg` of the start of `place`, to a fraction of a `step` in degrees."""
    found = match(ring, pattern(low, place.percents, place.sense, place.radius_mm, step))
    starts = np.arange(found.size) * step
    away = np.abs((starts - place.start_deg + 180.0) % 360.0 - 180.0)
    at = int(np.where(away <= reach_deg, found, -np.inf).argmax())
    before, here, after = found[at - 1], found[at], found[(at + 1) % found.size]
    bend = before - 2 * here + after
    shift = float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0
    return replace(place, start_deg=float(starts[at] + shift * step), match=float(here))
