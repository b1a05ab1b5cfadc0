# SPDX-License-Identifier: LGPL-3.0-or-later
"""The profile across one block of bars: its edges, and levels where bars and gaps must be."""

from dataclasses import dataclass
from math import ceil

import numpy as np

from optimage.api import FloatArray
from optimage_phantoms.catphan.resolution.rules import StripRules
from optimage_phantoms.catphan.resolution.strips import Gauge

PHASES = 31
TOP_PERCENTILE = 90.0  # of the profile: bars and gaps fill more than a quarter of it, half of that bars
FEWEST_STEPS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Values along the tangent of group `number`, which has `count` bars; lengths in mm."""

    number: int
    count: int
    along: FloatArray
    profile: FloatArray

    @property
    def bar_mm(self) -> float:
        """Width of a bar and of a gap."""
        return 5.0 / self.number

    @property
    def nominal_mm(self) -> float:
        """Width of the block."""
        return (2 * self.count - 1) * self.bar_mm

    def edges(self, ground: float) -> tuple[float, float] | None:
        """Return the outermost places where it rises half-way above `ground`; None where it reaches an end."""
        level = (ground + float(np.percentile(self.profile, TOP_PERCENTILE))) / 2
        above = np.flatnonzero(self.profile > level)
        if not above.size or above[0] == 0 or above[-1] == self.profile.size - 1:
            return None
        rising, falling = slice(above[0] - 1, above[0] + 1), slice(above[-1], above[-1] + 2)
        return (
            float(np.interp(level, self.profile[rising], self.along[rising])),
            float(np.interp(-level, -self.profile[falling], self.along[falling])),
        )

    def levels(self, middle: float) -> tuple[FloatArray, FloatArray]:
        """Return the levels in the middle of the bars, shape (count,), and of the gaps between, shape (count - 1,)."""
        levels = np.interp(middle + self._places(), self.along, self.profile)
        return levels[::2], levels[1::2]

    def middle(self, start: float, rules: StripRules) -> float:
        """Return the middle of the group: near `start`, where bars differ most from gaps."""
        reach = min(rules.phase_share * 2 * self.bar_mm, rules.phase_most_mm)
        tries = start + np.linspace(-1.0, 1.0, PHASES) * reach
        levels = np.interp(tries[:, None] + self._places(), self.along, self.profile)
        contrast = levels[:, ::2].mean(axis=1) - levels[:, 1::2].mean(axis=1)
        return float(tries[int(np.argmax(contrast))])

    def spread(self, middle: float) -> tuple[float, float]:
        """Return SD and mean over whole periods.

        They reach from the first gap to the last, clear of the ends of the
        block; with two or three bars, which are wide, from the first bar to the last.
        """
        half = (self.count - (2 if self.count > 3 else 1)) * self.bar_mm
        steps = max(round(2 * half / float(self.along[1] - self.along[0])), FEWEST_STEPS)
        places = middle - half + (np.arange(steps) + 0.5) * (2 * half / steps)
        inside = np.interp(places, self.along, self.profile)
        return float(inside.std()), float(inside.mean())

    def _places(self) -> FloatArray:
        return (np.arange(2 * self.count - 1, dtype=np.float64) - (self.count - 1)) * self.bar_mm


def cut_block(gauge: Gauge, number: int, count: int, rules: StripRules) -> Block:
    """Sample group `number` of `gauge`, which has `count` bars, with some ground on either side."""
    bar = 5.0 / number
    half = (2 * count - 1) * bar / 2 + rules.margin_mm
    steps = ceil(2 * half / min(rules.largest_step_mm, bar / rules.samples_per_bar))
    along = np.linspace(-half, half, steps + 1)
    return Block(number, count, along, gauge.strip(gauge.layout.blocks[number - 1].middle_deg, along))
