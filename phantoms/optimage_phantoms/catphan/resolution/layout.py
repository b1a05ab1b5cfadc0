# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where the gauge begins, in which sense it runs, and where each block of bars lies: from the data alone.

The arc without bars between the finest group and group 1 is by far the
largest. On its one side come two broad bars, group 1; on the other the
finest group. From group 2 on, the gaps between blocks are wider than those
inside them, so that counting blocks tells the groups, whatever the model,
its roll and its chirality.
"""

from dataclasses import dataclass

import numpy as np

from optimage.api import N_, AnalysisError, FloatArray
from optimage_phantoms.catphan.pose import difference_deg
from optimage_phantoms.catphan.resolution.annulus import Annulus
from optimage_phantoms.catphan.resolution.rules import AnnulusRules, LayoutRules, ResolutionRules

MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True)
class Arc:
    """A stretch of the annulus, from `start_deg` on in the sense of the gauge, `width_deg` long."""

    start_deg: float
    width_deg: float

    @property
    def middle_deg(self) -> float:
        """Its middle."""
        return self.start_deg + self.width_deg / 2


@dataclass(frozen=True, slots=True)
class Layout:
    """The gauge as it lies on the screen.

    Angles run in the sense of the gauge, towards finer groups: the angle on
    the screen is `sense` times that. `blocks[k]` holds group k + 1, `free` the arc without bars.
    """

    sense: int
    free: Arc
    blocks: tuple[Arc, ...]
    first_bar_deg: float

    def screen_deg(self, angle_deg: float) -> float:
        """Return the angle on the screen, clockwise from 3 o'clock."""
        return self.sense * angle_deg


def find_layout(annulus: Annulus, rules: ResolutionRules) -> Layout:
    """Return how the gauge lies.

    Raises
    ------
    AnalysisError
        `bars_not_found`.
    """
    choices = [_layout_in_sense(annulus, sense, rules) for sense in (1, -1)]
    found = [choice for choice in choices if choice is not None]
    if not found:
        raise bars_not_found()
    return min(found, key=lambda one: one[0])[1]


def bars_not_found() -> AnalysisError:
    """Return the error for an annulus that shows no gauge."""
    return AnalysisError(
        "bars_not_found",
        N_("the slice nearest to the line pairs shows no two broad bars beside an arc without bars"),
        advice=N_("scan with slices no further apart than they are thick, so that one of them shows the line pairs"),
    )


def _layout_in_sense(annulus: Annulus, sense: int, rules: ResolutionRules) -> tuple[float, Layout] | None:
    """Return the layout and how far its first bars are from what group 1 has; None where it cannot be."""
    arcs = _arcs(annulus.profile if sense == 1 else _reversed(annulus.profile), rules.annulus)
    layout = rules.layout
    if len(arcs) < 3:
        return None
    free_deg, start = _largest_gap(arcs)
    arcs = arcs[start:] + arcs[:start]
    first, second = arcs[0], arcs[1]
    miss = abs(difference_deg(second.middle_deg, first.middle_deg) - layout.bar_pitch_deg)
    broad = all(layout.bar_least_deg <= arc.width_deg <= layout.bar_most_deg for arc in (first, second))
    if free_deg < layout.least_free_deg or not broad or miss > layout.bar_pitch_tolerance_deg:
        return None
    free = Arc(first.start_deg - free_deg, free_deg)
    blocks = (_joined(first, second), *_blocks(arcs[2:], layout))
    return miss, Layout(sense, free, blocks[: layout.most_groups], first.middle_deg)


def _arcs(profile: FloatArray, rules: AnnulusRules) -> list[Arc]:
    """Return the stretches above the threshold, ends to a fraction of a step by linear interpolation."""
    low, high = np.percentile(profile, (rules.low_percentile, rules.high_percentile))
    level = low + rules.threshold * (high - low)
    below = profile[profile < level]
    noise = MAD_TO_SIGMA * float(np.median(np.abs(np.diff(below)))) if below.size > 1 else 0.0
    if level - low <= rules.least_noise_ratio * noise or high <= low:
        raise bars_not_found()
    after = np.roll(profile, -1)
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = (np.arange(profile.size) + (level - profile) / (after - profile)) * rules.step_deg
    rising = crossing[(profile <= level) & (after > level)]
    falling = crossing[(profile > level) & (after <= level)]
    if not rising.size:
        raise bars_not_found()
    if falling[0] < rising[0]:
        falling = np.roll(falling, -1)
    return [Arc(float(start), float((end - start) % 360.0)) for start, end in zip(rising, falling, strict=True)]


def _reversed(profile: FloatArray) -> FloatArray:
    return np.roll(profile[::-1], 1)


def _largest_gap(arcs: list[Arc]) -> tuple[float, int]:
    """Return the width of the largest gap and the index of the arc behind it."""
    gaps = [(arcs[k].start_deg - arcs[k - 1].start_deg) % 360.0 - arcs[k - 1].width_deg for k in range(len(arcs))]
    widest = int(np.argmax(gaps))
    return gaps[widest], widest


def _joined(first: Arc, last: Arc) -> Arc:
    return Arc(first.start_deg, (last.start_deg - first.start_deg) % 360.0 + last.width_deg)


def _blocks(arcs: list[Arc], rules: LayoutRules) -> list[Arc]:
    blocks: list[Arc] = []
    for arc in arcs:
        if blocks and (arc.start_deg - blocks[-1].start_deg) % 360.0 - blocks[-1].width_deg < rules.block_gap_deg:
            blocks[-1] = _joined(blocks[-1], arc)
        else:
            blocks.append(arc)
    return blocks
