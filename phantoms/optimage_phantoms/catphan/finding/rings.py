# SPDX-License-Identifier: LGPL-3.0-or-later
"""What every slice shows on the rings of inserts, pins and line pairs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from optimage.api import FloatArray, Image
from optimage_phantoms.catphan.finding.polar import nearest, offsets_px, taken
from optimage_phantoms.catphan.finding.rules import PinRules, Rules

STEP_DEG = 2.0
ANGLES = np.arange(0.0, 360.0, STEP_DEG)
INSERT_RADIUS_MM = 58.5  # 58.0 to 58.7 in all models
LINE_PAIR_RADIUS_MM = 47.0
PIN_RADIUS_MM = 25.0 * 2.0**0.5
PIN_STEP_MM, PIN_STEP_DEG = 0.5, 1.0
EXTREME = 3  # samples of 2°: a 12 mm insert holds five
SLOW = 16  # samples of the moving mean: 32°, wider than any group of bars
MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, eq=False)
class Rings:
    """Per slice, shape (n,): extremes and median of the ring of inserts, SD and number of bars of that of line pairs.

    SD and bars are those about a moving mean, so that neither a cut end of the phantom nor cupping looks like bars.
    `inserts` holds the ring itself, shape (n, 180), every 2° from 3 o'clock on, clockwise.
    """

    inserts: FloatArray
    low: FloatArray
    high: FloatArray
    median: FloatArray
    line_pair_sd: FloatArray
    bars: FloatArray
    noise: FloatArray


def sample_rings(images: tuple[Image, ...], rows: FloatArray, columns: FloatArray, rules: Rules) -> Rings:
    """Sample the rings of all `images` about their centres."""
    spacing = images[0].required_spacing_mm
    width = np.array([-1.0, 0.0, 1.0])
    insert_radii = INSERT_RADIUS_MM + rules.ring.width_mm * width
    pair_radii = LINE_PAIR_RADIUS_MM + rules.line_pairs.width_mm * width
    middle_radii = np.array([10.0, 14.0])
    down, right = offsets_px(np.concatenate((insert_radii, pair_radii, middle_radii)), ANGLES, spacing)
    at = np.rint(rows[:, None, None] + down).astype(np.intp), np.rint(columns[:, None, None] + right).astype(np.intp)
    sampled = np.stack([taken(image, *one) for image, *one in zip(images, *at, strict=True)])
    inserts = sampled[:, :3].mean(axis=1)
    ordered = np.sort(inserts, axis=1)
    counts = np.maximum(np.isfinite(inserts).sum(axis=1), EXTREME + 1)
    each = np.arange(len(images))
    pairs = np.nan_to_num(sampled[:, 3:6].mean(axis=1))
    steps = np.nan_to_num(np.abs(np.diff(sampled[:, 6:], axis=2))).reshape(len(images), -1)
    noise = MAD_TO_SIGMA * np.median(steps, axis=1) / np.sqrt(2.0)
    spread, bars = _bars(pairs)
    low, high = ordered[:, EXTREME - 1], ordered[each, counts - EXTREME]
    return Rings(inserts, low, high, ordered[each, counts // 2], spread, bars, noise)


def _bars(pairs: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return SD about the moving mean, and how often that is passed upwards by one SD, of rings of shape (n, 180)."""
    around = np.concatenate((pairs[:, -SLOW // 2 :], pairs, pairs[:, : SLOW // 2]), axis=1)
    sums = np.cumsum(np.concatenate((np.zeros((len(pairs), 1)), around), axis=1), axis=1)
    fast = pairs - (sums[:, SLOW:] - sums[:, :-SLOW])[:, : pairs.shape[1]] / SLOW
    spread = np.sqrt((fast**2).mean(axis=1))
    above = fast > spread[:, None]
    return spread, np.asarray((above & ~np.roll(above, 1, axis=1)).sum(axis=1))


def shows_inserts(rings: Rings, deviation_hu: float) -> np.ndarray:
    """Return which slices show an air and a Teflon insert on the ring, shape (n,)."""
    with np.errstate(invalid="ignore"):
        return np.asarray((rings.low < rings.median - deviation_hu) & (rings.high > rings.median + deviation_hu))


@dataclass(frozen=True, slots=True)
class Pins:
    """Four spots 90° apart: how far they lie off their surroundings at least, and the angle of the first, 0 to 90."""

    deviation_hu: float
    noise_hu: float
    angle_deg: float
    count: int

    def seen(self, rules: PinRules) -> bool:
        """Return whether these are the pins of a CATPHAN."""
        return self.deviation_hu > max(rules.deviation_hu, rules.noise_ratio * self.noise_hu)


def find_pins(images: Sequence[Image], centres: Sequence[tuple[float, float]], rules: PinRules) -> Pins:
    """Look for the pins on the mean of a few slices."""
    spacing = images[0].required_spacing_mm
    radii = np.arange(-rules.width_mm, rules.width_mm + 0.01, PIN_STEP_MM) + PIN_RADIUS_MM
    angles = np.arange(0.0, 360.0, PIN_STEP_DEG)
    down, right = offsets_px(radii, angles, spacing)
    values = np.mean(
        [nearest(one, row + down, column + right) for one, (row, column) in zip(images, centres, strict=True)], axis=0
    )
    values = np.where(np.isfinite(values), values, np.nanmedian(values) if np.isfinite(values).any() else 0.0)
    smooth = _smoothed(values)
    level = float(np.median(smooth))
    spots = np.abs(smooth - level).max(axis=0)
    noise = MAD_TO_SIGMA * float(np.median(np.abs(smooth - level)))
    near = np.max([np.roll(spots, shift) for shift in (-2, -1, 0, 1, 2)], axis=0).reshape(4, 90)
    weakest = near.min(axis=0)
    mean = np.abs(smooth - level).max(axis=0).reshape(4, 90).sum(axis=0)
    best = int(np.argmax(np.where(weakest >= 0.98 * weakest.max(), mean, -1.0)))
    limit = max(rules.deviation_hu, rules.noise_ratio * noise)
    return Pins(float(weakest[best]), noise, float(best) * PIN_STEP_DEG, int((near[:, best] > limit).sum()))


def _smoothed(values: FloatArray) -> FloatArray:
    """Return the mean over 3 radii and 3 angles, round the circle."""
    across = (np.roll(values, 1, axis=1) + values + np.roll(values, -1, axis=1)) / 3.0
    return np.asarray((across[:-2] + across[1:-1] + across[2:]) / 3.0)
