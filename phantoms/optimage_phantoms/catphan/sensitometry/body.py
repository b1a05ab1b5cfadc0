# SPDX-License-Identifier: LGPL-3.0-or-later
"""How much the mean of a measuring disc scatters in the material between the inserts."""

from math import cos, hypot, nan, radians, sin, sqrt

import numpy as np

from optimage.api import AnalysisError, Disc
from optimage.imaging.rois import measure_roi
from optimage.imaging.trend import number_of_terms, residuals
from optimage_phantoms.catphan.models import Sensitometry
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.sensitometry.rules import BodyRules

TREND_ORDER = 2
FEWEST_FREEDOM = 6
AXES = {"right": (1.0, 0.0), "bottom": (0.0, 1.0), "left": (-1.0, 0.0), "top": (0.0, -1.0)}
"""Where the ramps lie, by side: right and down of the axis."""


def scatter_ratio(view: View, module: Sensitometry, rules: BodyRules, *, radius_mm: float) -> float:
    """Return how much the mean of a disc scatters, over the standard deviation of its pixels.

    Taken from free discs of `radius_mm` in the body of the module, about a
    quadratic surface; includes the correlation of noise. NaN where fewer
    than six degrees of freedom are left, 0 where there is no noise.
    """
    found = [(place, _statistics(view, place, radius_mm)) for place in free_places(module, rules, radius_mm=radius_mm)]
    discs = [(place, mean, sd) for place, (mean, sd) in found if np.isfinite(mean)]
    freedom = len(discs) - number_of_terms(TREND_ORDER)
    if freedom < FEWEST_FREEDOM:
        return nan
    x, y = (np.array([place[k] for place, _, _ in discs]) for k in (0, 1))
    left = residuals(np.array([mean for _, mean, _ in discs]), x, y, order=TREND_ORDER)
    typical = sqrt(float(np.mean([sd**2 for _, _, sd in discs])))
    return sqrt(float((left**2).sum()) / freedom) / typical if typical else 0.0


def free_places(module: Sensitometry, rules: BodyRules, *, radius_mm: float) -> list[tuple[float, float]]:
    """Return places (x, y) of the phantom where a disc meets no insert, pin or ramp; they do not overlap."""
    steps = np.arange(-rules.outer_mm, rules.outer_mm + 0.1, max(rules.pitch_mm, 2 * radius_mm))
    places = [(float(x), float(y)) for x in steps for y in steps]
    return [place for place in places if _free(place, module, rules, radius_mm)]


def _free(place: tuple[float, float], module: Sensitometry, rules: BodyRules, radius_mm: float) -> bool:
    if not rules.inner_mm <= hypot(*place) <= rules.outer_mm:
        return False
    clear = radius_mm + rules.clearance_mm
    half = module.square_mm / 2
    round_things = [(half * i, half * j, module.pin_diameter_mm / 2) for i in (-1, 1) for j in (-1, 1)]
    for insert in module.inserts:
        angle = radians(insert.angle_deg)
        x, y = insert.radius_mm * cos(angle), insert.radius_mm * sin(angle)
        round_things.append((x, y, module.insert_diameter_mm / 2))
    if any(hypot(place[0] - x, place[1] - y) < clear + radius for x, y, radius in round_things):
        return False
    ramps = module.ramps
    for side in ramps.sides:
        out = place[0] * AXES[side][0] + place[1] * AXES[side][1]
        if abs(out - ramps.radius_mm) < rules.wire_mm:
            return False
    return True


def _statistics(view: View, place: tuple[float, float], radius_mm: float) -> tuple[float, float]:
    row, column = view.point(*place)
    try:
        found = measure_roi(view.image, Disc(row, column, radius_mm, view.image.required_spacing_mm)).statistics
    except AnalysisError:
        return nan, nan
    return found.mean, found.sd
