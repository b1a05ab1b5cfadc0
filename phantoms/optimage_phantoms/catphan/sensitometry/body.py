# SPDX-License-Identifier: LGPL-3.0-or-later
"""How much means and centroids scatter in the material between the inserts, whatever the texture of the noise."""

from dataclasses import dataclass
from functools import cache
from math import cos, hypot, nan, radians, sin, sqrt

import numpy as np

from optimage.api import Box, FloatArray
from optimage.imaging.rois import clipped
from optimage.imaging.trend import number_of_terms, residuals
from optimage_phantoms.catphan.models import Sensitometry
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.sensitometry.rules import BodyRules

TREND_ORDER = 2
FEWEST_FREEDOM = 6
AXES = {"right": (1.0, 0.0), "bottom": (0.0, 1.0), "left": (-1.0, 0.0), "top": (0.0, -1.0)}
"""Where the ramps lie, by side: right and down of the axis."""


@dataclass(frozen=True, slots=True, eq=False)
class Discs:
    """What free discs of one slice hold: arrays of shape (n,), NaN where a disc leaves the image or meets padding.

    `moments` are the sums of value times distance right and down, over the
    root of the sum of squared distances, so that those of independent noise
    scatter as a single pixel does.
    """

    means: FloatArray
    sds: FloatArray
    moments: tuple[FloatArray, FloatArray]


def mean_scatter(views: tuple[View, ...], module: Sensitometry, rules: BodyRules, *, radius_mm: float) -> float:
    """Return how much the mean of a disc scatters, over the standard deviation of its pixels.

    Taken from free discs of `radius_mm` in the body of the module, so that
    the correlation of noise is in it. The first and the last of several
    slices are subtracted, which leaves out what both share, as shading; of a
    single one a quadratic surface through the means. NaN where fewer than
    six degrees of freedom are left, 0 where there is no noise.
    """
    places, discs = _measured(views, module, rules, radius_mm)
    return _over(_variance(places, [one.means for one in discs]), discs)


def centroid_scatter(views: tuple[View, ...], module: Sensitometry, rules: BodyRules) -> float:
    """Return how much the centre of a pin scatters, over what it would if the noise of pixels were independent.

    Taken as `mean_scatter`, from the first moments of discs of the size of a blurred pin.
    """
    radius = module.pin_diameter_mm / 2 + rules.edge_mm
    places, discs = _measured(views, module, rules, radius)
    variances = [_variance(places, [one.moments[axis] for one in discs]) for axis in (0, 1)]
    return _over(sum(variances) / 2, discs)


def _measured(
    views: tuple[View, ...], module: Sensitometry, rules: BodyRules, radius_mm: float
) -> tuple[FloatArray, list[Discs]]:
    """Return free places, shape (n, 2), and what they hold on the first and the last of several slices."""
    places = np.array(free_places(module, rules, radius_mm=radius_mm))
    return places, [_discs(view, places, radius_mm) for view in views[:: max(len(views) - 1, 1)]]


def _over(variance: float, discs: list[Discs]) -> float:
    """Return the root of `variance` over the standard deviation of pixels."""
    sds = np.concatenate([one.sds for one in discs])
    sds = sds[np.isfinite(sds)]
    typical = sqrt(float((sds**2).mean())) if sds.size else nan
    return sqrt(variance) / typical if typical else 0.0


def _variance(places: FloatArray, figures: list[FloatArray]) -> float:
    """Return the variance of a figure of one disc, from one slice or two; NaN where there are too few discs."""
    known = np.isfinite(sum(figures))
    if len(figures) > 1:
        apart = (figures[-1] - figures[0])[known]
        return float(apart.var(ddof=1)) / 2 if apart.size > FEWEST_FREEDOM else nan
    freedom = int(known.sum()) - number_of_terms(TREND_ORDER)
    if freedom < FEWEST_FREEDOM:
        return nan
    x, y = places[known].T
    return float((residuals(figures[0][known], x, y, order=TREND_ORDER) ** 2).sum()) / freedom


@cache
def free_places(module: Sensitometry, rules: BodyRules, *, radius_mm: float) -> tuple[tuple[float, float], ...]:
    """Return places (x, y) of the phantom where a disc meets no insert, pin or ramp; they do not overlap."""
    steps = np.arange(-rules.outer_mm, rules.outer_mm + 0.1, max(rules.pitch_mm, 2 * radius_mm))
    places = [(float(x), float(y)) for x in steps for y in steps]
    return tuple(place for place in places if _free(place, module, rules, radius_mm))


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


def _discs(view: View, places: FloatArray, radius_mm: float) -> Discs:
    """Return what discs about the pixels nearest to `places` hold."""
    spacing, shape = view.image.required_spacing_mm, view.image.shape
    half = [int(radius_mm / step) for step in spacing]
    down, right = (step * np.arange(-n, n + 1) for n, step in zip(half, spacing, strict=True))
    rows, columns = np.nonzero(down[:, None] ** 2 + right[None, :] ** 2 <= radius_mm**2)
    centres = np.rint([view.point(*place) for place in places.tolist()]).astype(np.intp)
    at = centres[:, 0, None] + rows - half[0], centres[:, 1, None] + columns - half[1]
    inside = (at[0] >= 0) & (at[0] < shape[0]) & (at[1] >= 0) & (at[1] < shape[1])
    box = clipped(Box(int(at[0].min()), int(at[1].min()), int(np.ptp(at[0])) + 1, int(np.ptp(at[1])) + 1), shape)
    found = np.full(inside.shape, nan)
    found[inside] = view.image.values(box)[at[0][inside] - box.row, at[1][inside] - box.column]
    middle = found - found.mean(axis=1, keepdims=True)
    x, y = right[columns], down[rows]
    return Discs(
        found.mean(axis=1),
        found.std(axis=1, ddof=1),
        (middle @ x / np.sqrt(x @ x), middle @ y / np.sqrt(y @ y)),
    )
