# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where the inserts lie on a slice, and what they read."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, hypot, radians, sin

import numpy as np

from optimage.api import AnalysisError, Disc
from optimage.imaging.rois import Roi, measure_roi
from optimage.imaging.spot import Spot, SpotRules, find_spot
from optimage_phantoms.catphan.models import Insert, Sensitometry
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.sensitometry.rules import InsertRules

Place = complex
"""Millimetres right (real) and down (imaginary) of the phantom's axis on a slice."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One insert on one slice."""

    view: View
    insert: Insert
    roi: Roi


@dataclass(frozen=True, slots=True)
class Shift:
    """How places of the phantom move to where inserts were seen: `z -> turn * z + shift`, in mm right and down."""

    turn: complex = 1.0
    shift: complex = 0.0

    def of(self, place: complex) -> complex:
        """Return where `place` was seen."""
        return self.turn * place + self.shift


def place_inserts(view: View, module: Sensitometry, rules: InsertRules) -> Mapping[str, Place]:
    """Return where every insert lies on a slice, by key.

    An insert that stands out lies at its own centroid, the others where the
    rotation, scale and shift put them that bring the nominal places of those
    nearest to their centroids.
    """
    nominal = {insert.key: _nominal(view, insert) for insert in module.inserts}
    seen = {key: _seen(view, place, module, rules) for key, place in nominal.items()}
    found = {key: place for key, place in seen.items() if place is not None}
    shift = fit_shift([nominal[key] for key in found], list(found.values()), fewest=rules.fewest_places)
    return {key: found.get(key, shift.of(place)) for key, place in nominal.items()}


def read_inserts(
    view: View, module: Sensitometry, places: Mapping[str, Place], rules: InsertRules
) -> tuple[tuple[Reading, ...], Mapping[str, AnalysisError]]:
    """Measure every insert on one slice; what could not be measured is told by the insert's key."""
    readings, problems = [], {}
    for insert in module.inserts:
        try:
            roi = measure_roi(view.image, _disc(view, places[insert.key], rules.disc_radius_mm))
            readings.append(Reading(view, insert, roi))
        except AnalysisError as error:
            problems[insert.key] = error
    return tuple(readings), problems


def fit_shift(nominal: list[complex], seen: list[complex], *, fewest: int) -> Shift:
    """Fit rotation, scale and shift by least squares; with fewer than `fewest` places nothing moves."""
    if len(nominal) < max(fewest, 2):
        return Shift()
    a, b = np.array(nominal), np.array(seen)
    middle_a, middle_b = a.mean(), b.mean()
    centred = a - middle_a
    turn = complex((np.conj(centred) * (b - middle_b)).sum() / (np.abs(centred) ** 2).sum())
    return Shift(turn, complex(middle_b - turn * middle_a))


def _nominal(view: View, insert: Insert) -> complex:
    angle = radians(insert.angle_deg)
    return complex(*view.offset_mm(insert.radius_mm * cos(angle), insert.radius_mm * sin(angle)))


def _disc(view: View, place: complex, radius_mm: float) -> Disc:
    """Return a disc at a place in mm right and down of the axis; its radius is one of the image, not of the phantom."""
    spacing = view.image.required_spacing_mm
    return Disc(view.row + place.imag / spacing[0], view.column + place.real / spacing[1], radius_mm, spacing)


def _seen(view: View, place: complex, module: Sensitometry, rules: InsertRules) -> complex | None:
    """Return the centroid of an insert in mm right and down of the axis, None where it does not stand out."""
    disc = _disc(view, place, rules.disc_radius_mm)
    spot = find_spot(view.image, (disc.row, disc.column), spot_rules(module, rules))
    if spot is None or not _stands_out(spot, rules):
        return None
    spacing = view.image.required_spacing_mm
    centre = complex((spot.column - view.column) * spacing[1], (spot.row - view.row) * spacing[0])
    apart = centre - place
    return centre if hypot(apart.real, apart.imag) <= rules.farthest_mm else None


def spot_rules(module: Sensitometry, rules: InsertRules) -> SpotRules:
    """Return how the centroid of an insert is found."""
    return SpotRules(
        search_mm=0.0,
        window_mm=module.insert_diameter_mm / 2 + rules.search_mm,
        ring_mm=rules.ring_mm,
        smoothing_mm=rules.smoothing_mm,
        threshold=rules.threshold,
        passes=rules.passes,
        smooth_centroid=True,
    )


def _stands_out(spot: Spot, rules: InsertRules) -> bool:
    return abs(spot.contrast) >= max(rules.least_contrast_hu, rules.significance * spot.noise)
