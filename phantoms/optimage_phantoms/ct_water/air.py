# SPDX-License-Identifier: LGPL-3.0-or-later
"""A place for the air region: outside phantom and couch, where the image holds data."""

import numpy as np
from scipy import ndimage

from optimage.api import Disc, FloatArray, Image
from optimage.imaging.rois import BoolArray, measure_roi, share_inside
from optimage.imaging.segment import coarsen
from optimage_phantoms.ct_water.geometry import AirRules

PITCH_MM = 2.0
SKIN_MM = 4.0  # around the outline, where the phantom's own blurred edge is no foreign body


def find_air(image: Image, values: FloatArray, phantom: Disc, *, rules: AirRules, clearance_mm: float) -> Disc | None:
    """Find the air region of one slice.

    Candidates lie as far out as the image allows, in the upper sector; the
    one with the lowest standard deviation is taken. Where the sector has no
    room, every other direction is tried. None if there is no room at all.
    """
    places, angles = _places(values, phantom, rules=rules, clearance_mm=clearance_mm)
    upper = (angles >= rules.sector_from_deg) & (angles <= rules.sector_to_deg)
    for chosen in (upper, ~upper):
        discs = _outermost(places[chosen], angles[chosen], phantom, rules)
        quiet = [(measure_roi(image, disc).statistics.sd, disc) for disc in discs if share_inside(image, disc) == 1.0]
        if quiet:
            return min(quiet, key=lambda candidate: candidate[0])[1]
    return None


def _places(
    values: FloatArray, phantom: Disc, *, rules: AirRules, clearance_mm: float
) -> tuple[FloatArray, FloatArray]:
    """Return allowed centres (row, column), shape (n, 2), and their directions from the phantom in degrees."""
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
    return places, np.degrees(np.arctan2(down[at[0], 0], across[0, at[1]]))


def _unreconstructed(
    taken: FloatArray, solid: BoolArray, spacing_mm: tuple[float, float], rules: AirRules
) -> BoolArray:
    """Return where corners hold one constant that is not air: some scanners fill them without saying so.

    Only pixels outside the inscribed circle can be such a filling.
    """
    corners = {float(taken[i, j]) for i in (0, -1) for j in (0, -1)}
    y = (np.arange(taken.shape[0]) - (taken.shape[0] - 1) / 2) * spacing_mm[0]
    x = (np.arange(taken.shape[1]) - (taken.shape[1] - 1) / 2) * spacing_mm[1]
    distance = np.hypot(y[:, None], x[None, :])
    circle = distance <= min(y[-1], x[-1])
    air = taken[circle & ~solid & np.isfinite(taken)]
    filling = corners.pop()
    if corners or not air.size or abs(float(np.median(air)) - filling) <= rules.corner_tolerance_hu:
        return np.zeros(taken.shape, dtype=bool)
    return np.asarray(~circle & (taken == filling))


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
