# SPDX-License-Identifier: LGPL-3.0-or-later
"""A place for the air region: outside phantom and couch, where the image holds data."""

from dataclasses import dataclass
from math import nan

import numpy as np
from scipy import ndimage

from optimage.api import Disc, FloatArray, Image
from optimage.imaging.rois import BoolArray, measure_roi, share_inside
from optimage.imaging.segment import coarsen
from optimage_phantoms.ct_water.geometry import AirRules

PITCH_MM = 2.0
SKIN_MM = 4.0  # around the outline, where the phantom's own blurred edge is no foreign body


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Allowed centres (row, column), shape (n, 2), their directions from the phantom, and the most that air reads."""

    centres: FloatArray
    angles_deg: FloatArray
    highest: float


def find_air(image: Image, values: FloatArray, phantom: Disc, *, rules: AirRules, clearance_mm: float) -> Disc | None:
    """Find the air region of one slice.

    Candidates lie as far out as the image allows, in the upper sector. Of
    those that read no more than the air elsewhere and are quiet, the
    outermost is taken: the quietest of all would make air look less noisy
    than it is. Where the sector has no room, every other direction is tried.
    None if there is no room at all.
    """
    places = _places(values, phantom, rules=rules, clearance_mm=clearance_mm)
    upper = (places.angles_deg >= rules.sector_from_deg) & (places.angles_deg <= rules.sector_to_deg)
    for chosen in (upper, ~upper):
        discs = _outermost(places.centres[chosen], places.angles_deg[chosen], phantom, rules)
        measured = [(disc, measure_roi(image, disc).statistics) for disc in discs if share_inside(image, disc) == 1.0]
        quiet = rules.quiet_ratio * min((one.sd for _, one in measured), default=nan)
        air = [disc for disc, one in measured if one.sd <= quiet and one.mean <= places.highest]
        if air:
            return max(air, key=lambda disc: _distance(disc, phantom))
    return None


def _distance(disc: Disc, phantom: Disc) -> float:
    down = (disc.row - phantom.row) * phantom.spacing_mm[0]
    return float(np.hypot(down, (disc.column - phantom.column) * phantom.spacing_mm[1]))


def _places(values: FloatArray, phantom: Disc, *, rules: AirRules, clearance_mm: float) -> Places:
    coarse = coarsen(values, phantom.spacing_mm, pitch_mm=PITCH_MM)
    (row_step, column_step), spacing = coarse.step, coarse.spacing_mm
    taken = values[row_step // 2 :: row_step, column_step // 2 :: column_step]
    rows = np.arange(taken.shape[0])[:, None] * row_step + row_step // 2
    columns = np.arange(taken.shape[1])[None, :] * column_step + column_step // 2
    down = (rows - phantom.row) * phantom.spacing_mm[0]
    across = (columns - phantom.column) * phantom.spacing_mm[1]
    outside = np.hypot(down, across) - phantom.radius_mm
    solid = (coarse.values > rules.solid_hu) & (outside > SKIN_MM)
    empty = ~np.isfinite(taken) | _unreconstructed(taken, solid | (outside <= SKIN_MM), spacing, rules)
    allowed = outside >= clearance_mm + rules.radius_mm
    if solid.any():
        allowed &= ndimage.distance_transform_edt(~solid, sampling=spacing) >= clearance_mm + rules.radius_mm
    room = ndimage.distance_transform_edt(np.pad(~empty, 1), sampling=spacing)[1:-1, 1:-1]
    allowed &= room >= rules.radius_mm + max(spacing)
    at = np.nonzero(allowed)
    places = np.stack((rows[at[0], 0], columns[0, at[1]]), axis=1).astype(np.float64)
    return Places(places, np.degrees(np.arctan2(down[at[0], 0], across[0, at[1]])), _highest(coarse.values[at], rules))


def _highest(values: FloatArray, rules: AirRules) -> float:
    """Return the most that air reads, from the low end of `values` at all places: foam lies at the high end."""
    if not values.size:
        return nan
    low, middle = np.percentile(values, (rules.level_percentile, rules.spread_percentile))
    return float(low + max(rules.level_tolerance_hu, rules.level_tolerance_spread * (middle - low)))


def _unreconstructed(
    taken: FloatArray, solid: BoolArray, spacing_mm: tuple[float, float], rules: AirRules
) -> BoolArray:
    """Return where one constant that is not air reaches into the image from a corner.

    Some scanners fill what lies outside their field of view without saying
    so. Where hardly anything else is left to compare with, a filling is what
    air cannot read.
    """
    filled, empty = np.zeros(taken.shape, dtype=bool), np.zeros(taken.shape, dtype=bool)
    values = set()
    for corner in np.ndindex(2, 2):
        at = -corner[0], -corner[1]
        if not _constant_corner(taken, corner):
            continue
        labels, _ = ndimage.label(taken == taken[at])
        filled |= labels == labels[at]
        values.add(float(taken[at]))
    air = taken[~filled & ~solid & np.isfinite(taken)]
    enough = air.size * spacing_mm[0] * spacing_mm[1] >= rules.least_air_mm2
    level = float(np.median(air)) if enough else nan
    for value in values:
        if abs(value - level) > rules.corner_tolerance_hu if enough else value < rules.lowest_hu:
            empty |= filled & (taken == value)
    return empty


def _constant_corner(taken: FloatArray, corner: tuple[int, ...]) -> bool:
    """Return whether the outermost 3 × 3 pixels are all the same; noise never is."""
    rows, columns = (slice(-3, None) if side else slice(3) for side in corner)
    return float(np.ptp(taken[rows, columns])) == 0.0


def _outermost(places: FloatArray, angles: FloatArray, phantom: Disc, rules: AirRules) -> list[Disc]:
    """Return, per step of angle, the candidate furthest from the phantom."""
    down = (places[:, 0] - phantom.row) * phantom.spacing_mm[0]
    across = (places[:, 1] - phantom.column) * phantom.spacing_mm[1]
    order = np.argsort(-np.hypot(down, across), kind="stable")
    bins = np.floor(angles[order] / rules.angle_step_deg).astype(int)
    _, first = np.unique(bins, return_index=True)
    return [
        Disc(float(row), float(column), rules.radius_mm, phantom.spacing_mm) for row, column in places[order[first]]
    ]
