# SPDX-License-Identifier: LGPL-3.0-or-later
"""The parts of a digital CATPHAN as one slice shows them: rods, bars, wires and beads."""

from math import hypot, radians, sqrt, tan

import numpy as np
from scipy import special

from optimage.model.images import FloatArray
from optimage.synthetic.catphan_layout import BarGroup, Bead, Cylinder, Wire, polar
from optimage.synthetic.patches import TAIL_SIGMAS, Patch, blurred, point, sampled, window
from optimage.synthetic.placement import Section
from optimage.synthetic.rendering import Grid
from optimage.synthetic.slice_profile import SliceProfile

WIRE_SUBSAMPLES = 4
EXTRA_MM = 1.0  # around every box, for shapes stretched a little by scale and tilt


def cylinder_patch(shape: Cylinder, section: Section, grid: Grid, blur_mm: float) -> Patch | None:
    """Return how much of each pixel a rod covers."""
    radius = shape.diameter_mm / 2

    def outside(x: FloatArray, y: FloatArray) -> FloatArray:
        u, v = section.to_phantom(x, y)
        return np.asarray((np.hypot(u - shape.at_mm[0], v - shape.at_mm[1]) - radius) * section.scale)

    reach = radius * section.scale + EXTRA_MM
    return blurred(grid, section.to_image(*shape.at_mm), reach, blur_mm, outside)


def bars_patch(group: BarGroup, section: Section, grid: Grid, blur_mm: float) -> Patch | None:
    """Return how much of each pixel the bars of a group cover."""
    middle = polar(group.radius_mm, group.angle_deg)
    along, across = polar(1.0, group.angle_deg), polar(1.0, group.angle_deg + 90.0)

    def outside(x: FloatArray, y: FloatArray) -> FloatArray:
        u, v = section.to_phantom(x, y)
        u, v = u - middle[0], v - middle[1]
        tangent = across[0] * u + across[1] * v
        places = np.array(group.bar_centres_mm())
        nearest = np.rint((tangent - places[0]) / (2 * group.bar_mm)).clip(0, group.bars - 1)
        beside = np.abs(tangent - places[0] - nearest * 2 * group.bar_mm) - group.bar_mm / 2
        beyond = np.abs(along[0] * u + along[1] * v) - group.length_mm / 2
        return np.asarray(np.maximum(beside, beyond) * section.scale)

    half_width = (2 * group.bars - 1) * group.bar_mm / 2
    reach = hypot(half_width, group.length_mm / 2) * section.scale + EXTRA_MM
    return blurred(grid, section.to_image(*middle), reach, blur_mm, outside)


def bead_patch(bead: Bead, section: Section, grid: Grid, blur_mm: float) -> Patch | None:
    """Return a bead as one slice of 1 mm would show it, in HU · mm.

    A sphere of diameter d far smaller than the blur acts as a Gaussian of
    its own variance d²/20 along each axis.
    """
    volume = np.pi / 6 * bead.diameter_mm**3 * section.scale**2
    patch = point(grid, section.to_image(*bead.at_mm), sqrt(blur_mm**2 + bead_variance_mm2(bead)))
    return None if patch is None else Patch(patch.row, patch.column, patch.values * volume * bead.above_hu)


def bead_variance_mm2(bead: Bead) -> float:
    """Return the variance of a sphere along one axis."""
    return bead.diameter_mm**2 / 20


def wire_patch(wire: Wire, section: Section, grid: Grid, profile: SliceProfile, blur_mm: float) -> Patch | None:
    """Return a climbing wire as a slice shows it, in HU: the slice profile stretched along it, and its width."""
    climb = tan(radians(wire.climb_deg))
    foot = section.to_image(*polar(wire.radius_mm, wire.side_deg))
    height = float(section.height_mm(np.array(foot[0]), np.array(foot[1])))
    if not wire.z_mm[0] - profile.reach_mm <= height <= wire.z_mm[1] + profile.reach_mm:
        return None
    out, on = polar(1.0, wire.side_deg), polar(1.0, wire.side_deg + 90.0)
    rise, stretch = _rise(climb, section, on)
    middle, along = polar(wire.radius_mm, wire.side_deg), height / rise
    centre = section.to_image(middle[0] + along * on[0], middle[1] + along * on[1])
    slope = abs(rise) / stretch
    reach = profile.reach_mm / slope + TAIL_SIGMAS * blur_mm + EXTRA_MM

    def signal(x: FloatArray, y: FloatArray) -> FloatArray:
        u, v = section.to_phantom(x, y)
        along, beside = u * on[0] + v * on[1], u * out[0] + v * out[1] - wire.radius_mm
        at = along * climb
        inside = (at >= wire.z_mm[0]) & (at <= wire.z_mm[1])
        density = profile.density(at - section.height_mm(x, y), blur_mm * slope)
        return np.asarray(inside * density * _across(beside * section.scale, wire.width_mm, blur_mm))

    patch = sampled(grid, window(grid, centre, reach), WIRE_SUBSAMPLES, signal)
    return None if patch is None else Patch(patch.row, patch.column, patch.values * wire.strength_hu_mm2)


def _rise(climb: float, section: Section, on: tuple[float, float]) -> tuple[float, float]:
    """Return by how much a wire rises over the slice per mm along it, and how long that mm is in the image."""
    start, end = section.to_image(0.0, 0.0), section.to_image(*on)
    step = end[0] - start[0], end[1] - start[1]
    return climb - section.lean[0] * step[0] - section.lean[1] * step[1], hypot(*step)


def _across(distance_mm: FloatArray, width_mm: float, blur_mm: float) -> FloatArray:
    """Return the blurred profile across a wire, of unit area."""
    half = width_mm / 2
    if not blur_mm:
        return np.where(np.abs(distance_mm) <= half, 1.0 / width_mm, 0.0)
    edges: FloatArray = special.ndtr((distance_mm + half) / blur_mm) - special.ndtr((distance_mm - half) / blur_mm)
    return edges / width_mm


def disc_patch(radius_mm: float, section: Section, grid: Grid, blur_mm: float) -> FloatArray:
    """Return how much of each pixel a wide disc about the axis covers, shape of the grid.

    Its outline is taken as straight over the width of the blur, which moves
    half height by blur²/(2 radius): 0.001 mm for 0.4 mm in 75 mm.
    """
    x, y = grid.x_mm, grid.y_mm
    distance = (np.hypot(*section.to_phantom(x, y)) - radius_mm) * section.scale
    coverage = (distance <= 0).astype(np.float64)
    reach = hypot(*grid.spacing_mm) / 2 + TAIL_SIGMAS * blur_mm
    rows, columns = np.nonzero(np.abs(distance) <= reach)
    count = WIRE_SUBSAMPLES if blur_mm < max(grid.spacing_mm) / 2 else 2
    offsets = (np.arange(count) + 0.5) / count - 0.5
    fine_y = (y[rows, 0, None] + offsets * grid.spacing_mm[0])[:, :, None]
    fine_x = (x[0, columns, None] + offsets * grid.spacing_mm[1])[:, None, :]
    fine = (np.hypot(*section.to_phantom(fine_x, fine_y)) - radius_mm) * section.scale
    step = max(grid.spacing_mm) / count
    shares = special.ndtr(-fine / hypot(blur_mm, step / sqrt(12.0)))
    coverage[rows, columns] = shares.mean(axis=(1, 2))
    return coverage
