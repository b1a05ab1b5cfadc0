# SPDX-License-Identifier: LGPL-3.0-or-later
"""Modulation of bars relative to group 1 by several definitions, and where it falls through a level."""

from dataclasses import dataclass
from math import hypot, nan

import numpy as np

from optimage.api import FloatArray
from optimage.imaging.bar_patterns import droege_morin_mtf
from optimage.imaging.crossing import falling_crossing
from optimage_phantoms.catphan.resolution.bars import Bars
from optimage_phantoms.parts import Value

MICHELSON, DIFFERENCE, HU_MAXIMUM = "michelson", "difference", "hu_maximum"
DEFINITIONS = (MICHELSON, DIFFERENCE, HU_MAXIMUM)


@dataclass(frozen=True, slots=True, eq=False)
class Response:
    """A curve over the frequency in 1/mm with its standard uncertainties, shape (n,).

    `share` is how uncertain a frequency is beside them, over itself.
    """

    frequencies: FloatArray
    values: FloatArray
    uncertainties: FloatArray
    share: float

    def at_level(self, level: float) -> Value:
        """Return where the running minimum falls through `level` and how uncertain that is; NaN where it does not."""
        crossing = falling_crossing(self.frequencies, self.values, level)
        if crossing.before < 0:
            return nan, nan
        before, after = self.uncertainties[crossing.before : crossing.before + 2]
        u = hypot((1.0 - crossing.share) * before, crossing.share * after)
        return crossing.x, hypot(u / -crossing.slope, self.share * crossing.x) if crossing.slope < 0 else nan

    @property
    def lowest(self) -> float:
        """The smallest value."""
        return float(np.nanmin(self.values))


def by_michelson(bars: Bars, share: float) -> Response:
    """Return `(P - V) / (P + V - 2 B)` over that of group 1: how deep a group lies in the slice cancels."""
    return Response(_frequencies(bars), *bars.relative, share)


def by_difference(bars: Bars, share: float) -> Response:
    """Return `(P - V)` over that of group 1: right where all groups lie equally deep in the slice."""
    heights = np.array([group.height for group in bars.groups])
    steps = heights * [max(group.modulation, 0.0) for group in bars.groups]
    u = heights * [group.uncertainty for group in bars.groups]
    values = steps / steps[0]
    relative = np.hypot(u, values * u[0]) / steps[0]
    relative[0] = 0.0
    return Response(_frequencies(bars), values, relative, share)


def by_spread(bars: Bars, share: float) -> Response:
    """Return the MTF by the standard deviation inside groups (Droege and Morin), from frequency 0, where it is 1."""
    sd = np.array([group.sd for group in bars.groups])
    half_step = np.array([group.mean for group in bars.groups])
    mtf = droege_morin_mtf(_frequencies(bars), sd, np.zeros_like(sd), half_step)
    u = np.array([group.uncertainty for group in bars.groups])
    return Response(np.append(0.0, _frequencies(bars)), np.append(1.0, mtf), np.append(0.0, u), share)


def _frequencies(bars: Bars) -> FloatArray:
    return np.array([group.frequency_per_mm for group in bars.groups])
