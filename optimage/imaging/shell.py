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
    mean. Rays that leave the image do not count.
    """
    whole = np.isfinite(profiles.values).all(axis=1)
    if not whole.any():
        return Shell(outer_radius_mm, nan, nan, present=False)
    profile = np.median(profiles.values[whole], axis=0)
    depth = outer_radius_mm - profiles.radii_mm
    wall = float(np.percentile(profile[(depth >= 0) & (depth <= WALL_MM)], WALL_PERCENTILE))
    content = float(np.median(profile[(depth <= INSIDE_MM) & (depth >= INSIDE_MM - CONTENT_MM)]))
    edge = _last_rise_mm(profile, profiles.radii_mm, (wall + content) / 2, outer_radius_mm)
    present = wall - content > WALL_CONTRAST_HU and edge is not None
    return Shell(edge if present and edge is not None else outer_radius_mm, wall, content, present)


def _last_rise_mm(profile: FloatArray, radii_mm: FloatArray, level: float, limit_mm: float) -> float | None:
    rises = np.nonzero((profile[:-1] <= level) & (profile[1:] > level) & (radii_mm[:-1] < limit_mm))[0]
    if not rises.size:
        return None
    i = int(rises[-1])
    share = (level - profile[i]) / (profile[i + 1] - profile[i])
    return float(radii_mm[i] + share * (radii_mm[i + 1] - radii_mm[i]))
