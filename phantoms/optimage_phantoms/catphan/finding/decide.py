# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which model it is and in which direction it lies: from what stands where along the axis."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from optimage.api import FloatArray
from optimage_phantoms.catphan.finding.pattern import Match
from optimage_phantoms.catphan.finding.rings import Rings
from optimage_phantoms.catphan.finding.rules import LinePairRules, PatternRules
from optimage_phantoms.catphan.models import LINE_PAIRS, LOW_CONTRAST, UNIFORMITY, Model

SECTIONS = (LINE_PAIRS, LOW_CONTRAST, UNIFORMITY)
SEEN, MISSED, ELSEWHERE, IN_AIR, INSIDE, BEYOND = 4.0, -3.0, -4.0, -2.0, 0.5, -3.0
HANDED, UPRIGHT, COST_WEIGHT = 1.0, 1.0, 20.0
OUTLINE_MM = 2.0
MARGIN_MM = 55.0  # a phantom reaches no further beyond the middle of its outermost modules; 48 mm in a real CATPHAN 504
CLEAR = 2.0  # difference of two scores from which the better one is taken without a doubt


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known along the axis.

    `phantom_mm` are positions of slices that show the phantom, `all_mm` those
    of all slices, `line_pairs_mm` the places where line pairs were seen.
    """

    origin_mm: float
    phantom_mm: FloatArray
    all_mm: FloatArray
    line_pairs_mm: tuple[float, ...]
    outline_radius_mm: float | None
    tolerance_mm: float


@dataclass(frozen=True, slots=True)
class Decision:
    """The best model, chirality, roll and direction, and how clear each choice is (score ahead of the next best)."""

    match: Match
    direction: int
    model_margin: float
    direction_margin: float
    sections_seen: tuple[str, ...] = field(default=())

    @property
    def model(self) -> Model:
        """The model."""
        return self.match.model


def line_pair_places(
    rings: Rings, positions_mm: FloatArray, shown: np.ndarray, rules: LinePairRules
) -> tuple[float, ...]:
    """Return where runs of slices with line pairs have their middle; `shown` are the slices to look at."""
    with np.errstate(invalid="ignore"):
        limit = np.maximum(rules.deviation_hu, rules.noise_ratio * rings.noise)
        seen = shown & (rings.line_pair_sd > limit) & (rings.bars >= rules.fewest_bars)
    places: list[float] = []
    run: list[int] = []
    for index in range(len(seen) + 1):
        if index < len(seen) and seen[index] and (not run or positions_mm[index] - positions_mm[run[-1]] < 12.0):
            run.append(index)
            continue
        if run:
            weights = rings.line_pair_sd[run] ** 2
            places.append(float((weights * positions_mm[run]).sum() / weights.sum()))
        run = [index] if index < len(seen) and seen[index] else []
    return tuple(places)


def decide(
    matches: Sequence[Match], evidence: Evidence, rules: LinePairRules, pattern: PatternRules, *, direction: int | None
) -> Decision:
    """Choose model, chirality and direction; `direction` where it is given."""
    lowest = min(match.cost for match in matches)
    fair = [match for match in matches if match.cost <= lowest + pattern.clear_margin]
    scored = [
        (_score(match, way, evidence, rules) - COST_WEIGHT * (match.cost - lowest), match, way)
        for match in fair
        for way in ((1, -1) if direction is None else (direction,))
    ]
    best, match, way = max(scored, key=lambda one: one[0])
    others = [one[0] for one in scored if one[1].model.id != match.model.id]
    turned = [one[0] for one in scored if one[1] is match and one[2] != way]
    seen = tuple(s for s in SECTIONS if _section_seen(s, match.model, way, evidence))
    return Decision(match, way, best - max(others, default=best - 99.0), best - max(turned, default=best - 99.0), seen)


def handed_direction(mirrored: bool) -> int:
    """Return the direction that a phantom of this look has where the header tells left from right.

    Slices are shown looking along the slice normal, and the CATPHANs are
    not symmetric: hung so that inserts look as in the data files, the
    uniformity module lies towards smaller positions (checked on a 504).
    """
    return 1 if mirrored else -1


def _section_seen(section: str, model: Model, direction: int, evidence: Evidence) -> bool:
    if section not in model.z_mm:
        return False
    place = evidence.origin_mm + direction * model.z_mm[section]
    return _nearest(evidence.phantom_mm, place) <= evidence.tolerance_mm


def _nearest(places: FloatArray | tuple[float, ...], at: float) -> float:
    return float(np.min(np.abs(np.asarray(places) - at))) if len(places) else float("inf")


def _score(match: Match, direction: int, evidence: Evidence, rules: LinePairRules) -> float:
    model = match.model
    score = HANDED * (direction == handed_direction(match.mirrored))
    score += UPRIGHT * (abs((match.roll_deg + 180.0) % 360.0 - 180.0) <= 90.0)
    for section in SECTIONS:
        if section in model.z_mm:
            score += _section_score(section, model, direction, evidence, rules)
    z = direction * (evidence.phantom_mm - evidence.origin_mm)
    low, high = min(model.z_mm.values()) - MARGIN_MM, max(model.z_mm.values()) + MARGIN_MM
    score += BEYOND * float(z.min() < low - evidence.tolerance_mm) + BEYOND * float(
        z.max() > high + evidence.tolerance_mm
    )
    if evidence.outline_radius_mm is not None:
        score -= min(abs(evidence.outline_radius_mm - model.outline_radius_mm) / OUTLINE_MM, 1.5)
    return score


def _section_score(section: str, model: Model, direction: int, evidence: Evidence, rules: LinePairRules) -> float:
    place = evidence.origin_mm + direction * model.z_mm[section]
    shown = _nearest(evidence.phantom_mm, place) <= evidence.tolerance_mm
    scanned = _nearest(evidence.all_mm, place) <= evidence.tolerance_mm
    if scanned and not shown:
        return IN_AIR
    if section != LINE_PAIRS:
        return INSIDE if shown else 0.0
    if _nearest(evidence.line_pairs_mm, place) <= rules.place_tolerance_mm + evidence.tolerance_mm:
        return SEEN
    if evidence.line_pairs_mm:
        return ELSEWHERE
    return MISSED if _nearest(evidence.phantom_mm, place) <= 1.0 else 0.0
