# SPDX-License-Identifier: LGPL-3.0-or-later
"""How far the table really moved from slice to slice, by how far the humps moved along the ramps."""

from dataclasses import dataclass
from math import nan, radians, sqrt, tan

import numpy as np

from optimage_phantoms.catphan.sensitometry.ramps import Trace, complete_pairs
from optimage_phantoms.catphan.sensitometry.rules import IncrementRules
from optimage_phantoms.parts import Value


@dataclass(frozen=True, slots=True)
class Travel:
    """Travel by the ramps over travel by the header, with its u."""

    ratio: Value
    sides: tuple[str, ...]


def measure_travel(sides: dict[str, list[Trace]], angle_deg: float, rules: IncrementRules) -> Travel | None:
    """Fit the centre of the hump against the header's position, ramp by ramp; None where slices are too few.

    Each ramp gives the slope of a straight line; the mean of their
    magnitudes times the tangent of the ramps' angle is the ratio of real to
    nominal travel. In opposite ramps the effect of a tilted phantom is
    opposite, so ramps without a partner are left out where there is a pair.
    The uncertainty comes from the scatter of all centres about their lines.
    """
    fits = {side: fit for side, traces in sides.items() if (fit := _fit(traces, rules))}
    if not fits:
        return None
    used = [fits[side] for side in complete_pairs(fits)]
    slope = tan(radians(angle_deg))
    freedom = sum(fit.freedom for fit in used)
    variance = sum(fit.squares for fit in used) / freedom if freedom else nan
    u = sqrt(variance * sum(1.0 / fit.spread for fit in used)) / len(used)
    ratio = float(np.mean([abs(fit.slope) for fit in used])) * slope
    return Travel((ratio, u * slope), complete_pairs(fits))


@dataclass(frozen=True, slots=True)
class _Fit:
    slope: float
    squares: float
    freedom: int
    spread: float


def _fit(traces: list[Trace], rules: IncrementRules) -> _Fit | None:
    z = np.array([trace.view.z_mm for trace in traces])
    if len(traces) < rules.fewest_slices or float(np.ptp(z)) < rules.least_travel_mm:
        return None
    centres = np.array([trace.centre_mm for trace in traces])
    apart = z - z.mean()
    spread = float((apart**2).sum())
    slope = float((apart * centres).sum()) / spread
    left = centres - centres.mean() - slope * apart
    return _Fit(slope, float((left**2).sum()), len(traces) - 2, spread)
