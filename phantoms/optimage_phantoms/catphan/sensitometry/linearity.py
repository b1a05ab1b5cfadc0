# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the CT numbers of several materials tell together."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot, nan, sqrt

import numpy as np

from optimage_phantoms.catphan.models import Material
from optimage_phantoms.parts import Value

FEWEST_POINTS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line through points (density, HU): `hu = slope · density + intercept`."""

    slope: Value
    intercept: Value
    r2: float


def fit_line(densities: list[float], numbers: list[Value]) -> Line | None:
    """Fit CT numbers against relative electron density by least squares; None below three points.

    The standard uncertainties are those of the CT numbers carried through,
    not the scatter about the line, which is the scanner's and the energy's doing.
    """
    if len(densities) < FEWEST_POINTS:
        return None
    design = np.stack([densities, np.ones(len(densities))], axis=1)
    inverse = np.linalg.pinv(design)
    hu, u = np.array([value for value, _ in numbers]), np.array([u for _, u in numbers])
    slope, intercept = inverse @ hu
    slope_u, intercept_u = np.sqrt((inverse**2) @ u**2)
    left = hu - design @ (slope, intercept)
    r2 = 1.0 - float((left**2).sum() / ((hu - hu.mean()) ** 2).sum())
    return Line((float(slope), float(slope_u)), (float(intercept), float(intercept_u)), r2)


def largest_error(readings: Mapping[str, tuple[Material, Value]]) -> Value:
    """Return the difference from the nominal CT number that is largest in magnitude, with its sign."""
    errors = [(value[0] - material.hu, value[1]) for material, value in readings.values()]
    return max(errors, key=lambda error: abs(error[0]))


def low_contrast_visibility(first: Value, second: Value, sd_first: float, sd_second: float) -> Value:
    """Return `2 |HU1 - HU2| / (SD1 + SD2)`; NaN where neither scatters.

    The uncertainty is that of the means; that of the standard deviations is not known.
    """
    total = sd_first + sd_second
    if not total > 0.0:
        return nan, nan
    return 2 * abs(first[0] - second[0]) / total, 2 * hypot(first[1], second[1]) / total


def contrast_scale(acrylic: Value, water: Value, mu_acrylic: float, mu_water: float) -> Value:
    """Return `(µ_acrylic - µ_water) / (HU_acrylic - HU_water)` per metre and HU; attenuations are per mm."""
    apart = acrylic[0] - water[0]
    scale = 1000.0 * (mu_acrylic - mu_water) / apart
    return scale, abs(scale / apart) * sqrt(acrylic[1] ** 2 + water[1] ** 2)
