# SPDX-License-Identifier: LGPL-3.0-or-later
"""What each group of bars shows: levels of bars and gaps, modulation, and the spread over whole periods.

Bars and gaps are read where they must be by the pitch of the group, not at
extremes, so that noise raises no bar and lowers no gap. Only the place of
the whole group is looked for, between the outermost edges of its block.
"""

from dataclasses import dataclass, replace
from math import hypot, log, nan, sqrt

import numpy as np

from optimage.api import N_, AnalysisError, FloatArray
from optimage_phantoms.catphan.models import LinePairs
from optimage_phantoms.catphan.resolution.block import cut_block
from optimage_phantoms.catphan.resolution.layout import Arc, bars_not_found
from optimage_phantoms.catphan.resolution.rules import ResolutionRules, VisibleRules
from optimage_phantoms.catphan.resolution.strips import Gauge

SHAPE_GROUPS = (3, 4, 5, 6)  # wide and fine enough to tell parallel from radial bars


@dataclass(frozen=True, slots=True)
class Ground:
    """The arc without bars: its level, the scatter of the profile there, and the uncertainty of the level."""

    level: float
    sd: float
    uncertainty: float


@dataclass(frozen=True, slots=True)
class Group:
    """One group of bars as read.

    Attributes
    ----------
    line_pairs_per_cm : int
        Its number.
    peak, valley : float
        Mean level in the middle of bars, of gaps; HU.
    height : float
        `peak + valley - 2 ground`.
    modulation, uncertainty : float
        `(peak - valley) / height`, the blur of the interpolation taken back. The uncertainty is
        without that of the ground, which all groups share.
    floor : float
        Modulation that noise alone may show.
    separated : bool
        Whether every gap lies clearly below its neighbours.
    sd, mean : float
        Over a whole number of periods inside; the blur of the interpolation taken back from `sd`.
    arc : Arc
        Where its block lies, from edge to edge.
    """

    line_pairs_per_cm: int
    peak: float
    valley: float
    height: float
    modulation: float
    uncertainty: float
    floor: float
    separated: bool
    sd: float
    mean: float
    arc: Arc

    @property
    def frequency_per_mm(self) -> float:
        """Line pairs per mm."""
        return self.line_pairs_per_cm / 10.0


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """All groups up to the one at which reading stopped, which is `counted` no more."""

    ground: Ground
    groups: tuple[Group, ...]
    counted: int

    @property
    def relative(self) -> tuple[FloatArray, FloatArray]:
        """Modulation relative to group 1 and its standard uncertainty, shape (groups,); below 0 counts as 0."""
        first = self.groups[0]
        values = np.array([max(group.modulation, 0.0) / first.modulation for group in self.groups])
        shared = [2 * self.ground.uncertainty * g.modulation * (1 / g.height - 1 / first.height) for g in self.groups]
        u = [
            hypot(g.uncertainty, v * first.uncertainty, s) for g, v, s in zip(self.groups, values, shared, strict=True)
        ]
        u[0] = 0.0
        return values, np.array(u) / first.modulation


def read_bars(gauge: Gauge, pairs: LinePairs, rules: ResolutionRules) -> Bars:
    """Read the groups from coarse to fine, up to the first that is not resolved.

    Reading stops for good before a group that the pixels cannot show or
    whose block has not the nominal width.

    Raises
    ------
    AnalysisError
        `bars_not_found`, `line_pairs_too_faint`.
    """
    ground = _ground(gauge.free_arc(rules.annulus.free_margin_deg, rules.strip.largest_step_mm))
    groups: list[Group] = []
    counted = 0
    for number in _numbers(gauge, rules):
        group = _read_group(gauge, number, bars_in(number, pairs, rules), ground, rules)
        if group is None:
            break
        groups.append(group)
        if not (group.separated and group.modulation > group.floor):
            break
        counted += 1
    if not groups:
        raise bars_not_found()
    if not counted:
        raise _too_faint(groups[0], ground)
    return Bars(ground, tuple(groups), counted)


def bars_are_parallel(plain: Gauge, pairs: LinePairs, rules: ResolutionRules) -> bool:
    """Return whether bars lie side by side rather than point to the axis: whichever shows more contrast."""
    ground = _ground(plain.free_arc(rules.annulus.free_margin_deg, rules.strip.largest_step_mm))
    total = {}
    for parallel in (True, False):
        gauge = replace(plain, parallel=parallel)
        groups = [
            _read_group(gauge, number, bars_in(number, pairs, rules), ground, rules)
            for number in _numbers(gauge, rules)
            if number in SHAPE_GROUPS
        ]
        total[parallel] = sum(group.peak - group.valley for group in groups if group)
    return total[True] >= total[False]


def bars_in(number: int, pairs: LinePairs, rules: ResolutionRules) -> int:
    """Return how many bars group `number` has."""
    return pairs.bars[number - 1] if number <= len(pairs.bars) else rules.layout.bars_beyond


def _numbers(gauge: Gauge, rules: ResolutionRules) -> list[int]:
    """Return the groups that were found and that the pixels can show."""
    finest = 10.0 * rules.strip.nyquist_share * gauge.nyquist_per_mm()
    return [number for number in range(1, len(gauge.layout.blocks) + 1) if number <= finest]


def _too_faint(group: Group, ground: Ground) -> AnalysisError:
    return AnalysisError(
        "line_pairs_too_faint",
        N_("noise hides even the coarsest line pairs: {contrast:.0f} HU high in noise of {noise:.0f} HU"),
        advice=N_("scan with slices no further apart than they are thick, so that one of them shows the line pairs"),
        contrast=group.peak - ground.level,
        noise=ground.sd,
    )


def _ground(profile: FloatArray) -> Ground:
    """Return level and noise of the arc without bars; a slow trend along it is no noise."""
    at = np.linspace(-1.0, 1.0, profile.size)
    left = profile - np.polyval(np.polyfit(at, profile, 1), at)
    sd = float(left.std(ddof=2)) if profile.size > 2 else nan
    half = profile.size // 2
    halves = abs(float(np.median(profile[:half]) - np.median(profile[half:]))) / 2
    return Ground(float(np.median(profile)), sd, halves)


def _read_group(gauge: Gauge, number: int, count: int, ground: Ground, rules: ResolutionRules) -> Group | None:
    """Return what a group of `count` bars shows; None where its block is no such group or too faint."""
    block = cut_block(gauge, number, count, rules.strip)
    edges = block.edges(ground.level) if np.isfinite(block.profile).all() else None
    allowed = rules.layout.width_tolerance * block.nominal_mm + gauge.pixel_mm()
    if edges is None or abs(edges[1] - edges[0] - block.nominal_mm) > allowed:
        return None
    middle = block.middle(sum(edges) / 2, rules.strip)
    tops, gaps = block.levels(middle)
    height = float(tops.mean() + gaps.mean()) - 2 * ground.level
    if height < rules.visible.least_contrast_ratio * ground.sd or height <= 0:
        return None
    at = gauge.layout.blocks[number - 1].middle_deg
    response = gauge.response(number / 10.0, at)
    modulation = float(tops.mean() - gaps.mean()) / height / response
    sd, mean = block.spread(middle)
    return Group(
        number,
        float(tops.mean()),
        float(gaps.mean()),
        height,
        modulation,
        hypot(_noise(modulation, ground, count, response) / height, _folding(modulation, count, response)),
        _floor(block.bar_mm / gauge.pixel_mm(), ground, rules.visible) / height,
        _separated(tops, gaps, rules.visible.prominence_sigma * ground.sd),
        sqrt(max(sd**2 - ground.sd**2, 0.0)) / response,
        mean - ground.level,
        Arc(at + gauge.degrees_of(edges[0]), gauge.degrees_of(edges[1] - edges[0])),
    )


def _folding(modulation: float, count: int, response: float) -> float:
    """Return what repetitions of the spectrum, which the spline lowers only as far as it lowers the wave, may add.

    Their phase moves on from bar to bar.
    """
    return abs(modulation) * (1 - response) / response / sqrt(count)


def _noise(modulation: float, ground: Ground, count: int, response: float) -> float:
    """Return the standard uncertainty of a modulation by noise, times the height that it is taken over."""
    return hypot(
        (1 - modulation) * ground.sd / sqrt(count) / response,
        (1 + modulation) * ground.sd / sqrt(count - 1) / response,
    )


def _floor(samples: float, ground: Ground, rules: VisibleRules) -> float:
    """Return the difference of extremes that noise alone shows with `samples` independent values a bar."""
    return 2 * ground.sd * sqrt(2 * log(max(samples, rules.samples_per_bar)))


def _separated(tops: FloatArray, gaps: FloatArray, least: float) -> bool:
    depth = np.minimum(tops[:-1], tops[1:]) - gaps
    return bool((depth > max(least, 0.0)).all())
