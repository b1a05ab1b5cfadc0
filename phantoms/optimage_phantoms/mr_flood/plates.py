# SPDX-License-Identifier: LGPL-3.0-or-later
"""Finding slice width plates: three by three rods in a flood, two shadows between their rows."""

from dataclasses import dataclass

import numpy as np

from optimage.api import FloatArray, Image
from optimage.imaging.rois import BoolArray
from optimage_phantoms.mr_flood.plate_rules import Band, PlateRules, load_plate_rules
from optimage_phantoms.mr_flood.rod_grid import NODES, Grid, fit_grid, match_grid
from optimage_phantoms.mr_flood.rods import Spot, dark_spots, measure_spot
from optimage_phantoms.mr_flood.wedge_profile import band_profile


@dataclass(frozen=True, slots=True)
class Rod:
    """A rod and its place in the grid: -1, 0 or 1 along the plates and across them."""

    along: int
    across: int
    spot: Spot


@dataclass(frozen=True, slots=True)
class Plates:
    """The rods that were found and how their grid lies; the plates run along its first axis."""

    rods: tuple[Rod, ...]
    grid: Grid


def find_plates(image: Image, mask: BoolArray, rules: PlateRules | None = None) -> Plates | None:
    """Find the rods inside the phantom `mask`, shape (M, N), and the direction of the plates.

    Of the two directions in which the plates may run the one is taken whose
    bands hold the deeper shadows. Nothing depends on the orientation of
    the image, its pixel spacing or the place of the phantom.

    Returns
    -------
    Plates or None
        None where there are no three by three rods at their distance, as in
        a plain flood.

    Raises
    ------
    AnalysisError
        `missing_attribute` without a pixel spacing.
    """
    rules = rules or load_plate_rules()
    spacing, half = image.required_spacing_mm, rules.object.rod_distance_mm / 2
    values = image.values()
    mask = mask & np.isfinite(values)
    values[~mask] = 0.0
    spots = dark_spots(values, mask, spacing, rules.rods)
    if len(spots) < rules.grid.fewest:
        return None
    points = spots[:, ::-1] * spacing[::-1]
    places = match_grid(points, half, rules.grid)
    if places is None:
        return None
    found = _measured(values, places, points, spacing, rules)
    if len(found) < rules.grid.fewest:
        return None
    nodes = NODES[[number for number, _ in found]]
    grid = fit_grid(nodes, np.array([(s.column * spacing[1], s.row * spacing[0]) for _, s in found]), half)
    if grid.residual_mm > rules.grid.largest_residual_mm:
        return None
    rods = tuple(Rod(int(NODES[n][0]), int(NODES[n][1]), spot) for n, spot in found)
    return _turned_to_shadows(values, Plates(rods, grid), spacing, rules)


def _measured(
    values: FloatArray, places: FloatArray, points: FloatArray, spacing: tuple[float, float], rules: PlateRules
) -> list[tuple[int, Spot]]:
    """Measure the spots that lie at the places of the grid."""
    found = []
    for number, place in enumerate(places):
        far = np.linalg.norm(points - place, axis=1)
        nearest = points[int(far.argmin())]
        if far.min() <= rules.grid.place_tolerance_mm:
            spot = measure_spot(values, (nearest[1] / spacing[0], nearest[0] / spacing[1]), spacing, rules.rods)
            if spot is not None:
                found.append((number, spot))
    return found


def _turned_to_shadows(values: FloatArray, plates: Plates, spacing: tuple[float, float], rules: PlateRules) -> Plates:
    turned = Plates(
        tuple(Rod(rod.across, rod.along, rod.spot) for rod in plates.rods),
        plates.grid.turned(),
    )
    return max((plates, turned), key=lambda candidate: _shadows(values, candidate.grid, spacing, rules))


def _shadows(values: FloatArray, grid: Grid, spacing: tuple[float, float], rules: PlateRules) -> float:
    """Return how much of the signal is missing where plates along `grid` lie, against the strips beside them.

    The strips lie as far to either side, so that a slope of the coil's field
    cancels.
    """
    aside, missing = rules.direction, 0.0
    for band in rules.bands:
        beside = (
            Band(band.across_mm + offset, aside.strip_height_mm, aside.reach_mm)
            for offset in (-aside.strip_offset_mm, aside.strip_offset_mm)
        )
        ground = sum(_level(values, grid, spacing, strip) for strip in beside) / 2
        level = _level(values, grid, spacing, band._replace(reach_mm=aside.reach_mm))
        missing += 1.0 - level / ground if ground > 0 else 0.0
    return missing


def _level(values: FloatArray, grid: Grid, spacing: tuple[float, float], band: Band) -> float:
    """Return the mean signal of a band, 0 where it holds no pixel."""
    profile = band_profile(values, grid, spacing, band)
    return float(np.average(profile.signal, weights=profile.weight)) if profile.weight.size else 0.0
