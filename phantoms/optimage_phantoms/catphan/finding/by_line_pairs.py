# SPDX-License-Identifier: LGPL-3.0-or-later
"""Placing a CATPHAN by its line pairs, where the sensitometry module was not scanned."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from optimage.api import FloatArray, Image
from optimage_phantoms.catphan.finding.decide import handed_direction
from optimage_phantoms.catphan.finding.outline import BoolArray
from optimage_phantoms.catphan.finding.polar import nearest, offsets_px
from optimage_phantoms.catphan.finding.rings import LINE_PAIR_RADIUS_MM
from optimage_phantoms.catphan.finding.rules import LinePairRules
from optimage_phantoms.catphan.finding.scene import Scene
from optimage_phantoms.catphan.models import LINE_PAIRS, LinePairs, Model
from optimage_phantoms.catphan.pose import Pose

STEP_DEG = 0.5
NEAR_MM = 3.0  # a slice this near to its middle shows a section
COARSE_GROUPS = 5  # of up to 5 line pairs per cm: their bars show on any scanner


@dataclass(frozen=True, slots=True)
class Placed:
    """The model and pose that the line pairs tell, and how well their pattern fits: the correlation with it."""

    model: Model
    pose: Pose
    correlation: float


def place_by_line_pairs(scene: Scene) -> Placed | None:
    """Return where the phantom lies by its line pairs; None where no slice shows them, or none fits.

    The pattern round the ring tells roll and chirality for a model. Models
    that share it are told apart by the other slices: the one of whose
    sections most were scanned is taken, then one checked on real scans.
    """
    index = _clearest(scene)
    if index is None:
        return None
    image = scene.stack.images[index]
    ring = _ring(image, *scene.centre(image), scene.rules.line_pairs)
    found = [
        placed
        for model in scene.search.family.values()
        if model.line_pairs is not None
        for placed in _placed(scene, image, ring, model, model.line_pairs)
    ]
    highest = max((placed.correlation for placed in found), default=0.0)
    if highest < scene.rules.line_pairs.least_correlation:
        return None
    fair = [one for one in found if one.correlation >= highest - scene.rules.line_pairs.equal_correlation]
    return max(fair, key=lambda one: (_sections(one, scene), one.model.proven == "real", one.correlation))


def _sections(placed: Placed, scene: Scene) -> int:
    """Return how many sections of the model lie on slices of the phantom."""
    z = np.array([placed.pose.z_mm(image) for image in scene.kept])
    return sum(bool((np.abs(z - place) <= NEAR_MM).any()) for place in placed.model.z_mm.values())


def _clearest(scene: Scene) -> int | None:
    rings, rules = scene.rings, scene.rules.line_pairs
    limit = np.maximum(rules.deviation_hu, rules.noise_ratio * rings.noise)
    seen = scene.shown & (rings.line_pair_sd > limit) & (rings.bars >= rules.fewest_bars)
    return int(np.argmax(np.where(seen, rings.line_pair_sd, 0.0))) if seen.any() else None


def _ring(image: Image, row: float, column: float, rules: LinePairRules) -> FloatArray:
    """Return the ring of the line pairs, shape (720,), less its mean."""
    radii = LINE_PAIR_RADIUS_MM + rules.width_mm * np.array([-1.0, 0.0, 1.0])
    down, right = offsets_px(radii, np.arange(0.0, 360.0, STEP_DEG), image.required_spacing_mm)
    values = np.nan_to_num(nearest(image, row + down, column + right)).mean(axis=0)
    return np.asarray(values - values.mean())


def bars_deg(pairs: LinePairs) -> FloatArray:
    """Return the angles, from where group 1 begins, that bars of the coarse groups cover; shape (bars, 2)."""
    middles = [pairs.first_bar_deg + pairs.bar_pitch_deg / 2, *((a + b) / 2 for a, b in pairwise(pairs.ends_deg))]
    covered = []
    for group in range(COARSE_GROUPS):
        width = float(np.degrees(5.0 / (group + 1) / pairs.radius_mm))
        first = middles[group] - (pairs.bars[group] - 1) * width
        starts = [first + (2 * bar - 0.5) * width for bar in range(pairs.bars[group])]
        covered += [(start, start + width) for start in starts]
    return np.array(covered)


def _template(pairs: LinePairs, *, mirrored: bool) -> tuple[FloatArray, BoolArray]:
    """Return the pattern of the coarse groups on an unturned phantom, and where it is known; shape (720,)."""
    angles = np.arange(0.0, 360.0, STEP_DEG)
    in_phantom = 180.0 - angles if mirrored else angles
    along = ((in_phantom - pairs.start_deg) * (1.0 if pairs.clockwise else -1.0)) % 360.0
    pattern = np.zeros(len(angles))
    for low, high in bars_deg(pairs):
        pattern[(along >= low) & (along <= high)] = 1.0
    known = along <= pairs.ends_deg[COARSE_GROUPS - 1]
    return pattern, known


def _placed(scene: Scene, image: Image, ring: FloatArray, model: Model, pairs: LinePairs) -> list[Placed]:
    given, found = scene.given, []
    for mirrored in (False, True) if given.mirrored is None else (given.mirrored,):
        scores = _correlations(ring, *_template(pairs, mirrored=mirrored))
        best = int(np.argmax(scores)) if given.roll_deg is None else round(given.roll_deg / STEP_DEG) % len(scores)
        roll = best * STEP_DEG if given.roll_deg is None else given.roll_deg
        pose = _pose(scene, image, model, roll, mirrored=mirrored)
        found.append(Placed(model, pose, float(scores[best])))
    return found


def _pose(scene: Scene, image: Image, model: Model, roll_deg: float, *, mirrored: bool) -> Pose:
    direction, axis = scene.given.direction or handed_direction(mirrored), scene.axis
    along = direction * model.z_mm[LINE_PAIRS]
    row, column = scene.centre(image)
    return Pose(
        image.slice_position_mm - along,
        direction,
        (roll_deg + 180.0) % 360.0 - 180.0,
        mirrored,
        row - along * axis.row_per_mm,
        column - along * axis.column_per_mm,
        axis.row_per_mm,
        axis.column_per_mm,
    )


def _correlations(ring: FloatArray, pattern: FloatArray, known: BoolArray) -> FloatArray:
    """Return the correlation of the ring with the pattern turned by every step, where the pattern is known."""

    def turned(values: FloatArray, template: FloatArray) -> FloatArray:
        return np.fft.irfft(np.fft.rfft(values) * np.conj(np.fft.rfft(template)), len(values))

    weighted = np.where(known, pattern - pattern[known].mean(), 0.0)
    window, count = known.astype(np.float64), float(known.sum())
    spread = np.maximum(turned(ring**2, window) - turned(ring, window) ** 2 / count, 1e-9)
    return np.asarray(turned(ring, weighted) / np.sqrt(spread * float((weighted**2).sum())))
