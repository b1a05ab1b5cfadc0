# SPDX-License-Identifier: LGPL-3.0-or-later
"""The wall of a phantom: where it ends and the content begins."""

from dataclasses import dataclass
from math import nan

import numpy as np

from optimage.imaging.circle import RadialProfiles
from optimage.model.images import FloatArray

INSIDE_MM = 30.0  # the profile starts this far inside the outer edge
WALL_MM = 6.0  # outermost part, which holds the wall if there is one
CONTENT_MM = 15.0  # innermost part, which is certainly content
WALL_PERCENTILE = 80.0
WALL_CONTRAST_HU = 40.0
ROUNDS = 5  # of level and edge, each from the other; they settle after two or three


@dataclass(frozen=True, slots=True)
class Shell:
    """Levels of wall and content; `inner_radius_mm` is the outer radius where there is no wall."""

    inner_radius_mm: float
    wall: float
    content: float
    present: bool


def find_shell(profiles: RadialProfiles, outer_radius_mm: float) -> Shell:
    """Find the inner edge of the wall in the median radial profile.

    The wall is the 80th percentile of the outermost 6 mm, the content the
    median of the innermost 15 of 30 mm. Where the wall is more than 40 HU
    above the content, the inner edge is the last upward crossing of their
    mean. Level and edge are then found again, the level now as the median
    of the middle third of the wall: of a wall of 2 mm the outermost 6 mm are
    mostly no wall. Rays that leave the image do not count.
    """
    whole = np.isfinite(profiles.values).all(axis=1)
    if not whole.any():
        return Shell(outer_radius_mm, nan, nan, present=False)
    profile = np.median(profiles.values[whole], axis=0)
    depth = outer_radius_mm - profiles.radii_mm
    wall = float(np.percentile(profile[(depth >= 0) & (depth <= WALL_MM)], WALL_PERCENTILE))
    content = float(np.median(profile[(depth <= INSIDE_MM) & (depth >= INSIDE_MM - CONTENT_MM)]))
    edge = _last_rise_mm(profile, profiles.radii_mm, (wall + content) / 2, outer_radius_mm)
    if edge is None or wall - content <= WALL_CONTRAST_HU:
        return Shell(outer_radius_mm, wall, content, present=False)
    for _ in range(ROUNDS):
        wall = _middle_level(profile, profiles.radii_mm, edge, outer_radius_mm)
        edge = _last_rise_mm(profile, profiles.radii_mm, (wall + content) / 2, outer_radius_mm) or edge
    return Shell(edge, wall, content, present=True)


def _middle_level(profile: FloatArray, radii_mm: FloatArray, inner_mm: float, outer_mm: float) -> float:
    """Return the level in the middle third of a wall, or its peak where no sample lies there."""
    third = (outer_mm - inner_mm) / 3
    middle = profile[(radii_mm >= inner_mm + third) & (radii_mm <= outer_mm - third)]
    return float(np.median(middle)) if middle.size else float(profile[radii_mm <= outer_mm].max())


def _last_rise_mm(profile: FloatArray, radii_mm: FloatArray, level: float, limit_mm: float) -> float | None:
    rises = np.nonzero((profile[:-1] <= level) & (profile[1:] > level) & (radii_mm[:-1] < limit_mm))[0]
    if not rises.size:
        return None
    i = int(rises[-1])
    share = (level - profile[i]) / (profile[i + 1] - profile[i])
    return float(radii_mm[i] + share * (radii_mm[i + 1] - radii_mm[i]))
