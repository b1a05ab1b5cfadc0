# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which model's inserts the ring shows, how far it is turned, and whether it is mirrored: decided by values alone."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from optimage.api import FloatArray
from optimage_phantoms.catphan.finding.rings import ANGLES, INSERT_RADIUS_MM
from optimage_phantoms.catphan.finding.rules import PatternRules
from optimage_phantoms.catphan.models import Model

ON_RING_MM = 3.0
PLATEAU = 0.75  # of an insert's half width, where the ring shows it in full
SHADOW = 1.4  # of an insert's half width, from where on the ring shows none of it
ROLLS = ANGLES[::2]
NOWHERE_HU = 1e6  # stands for no data: fits nothing


@dataclass(frozen=True, slots=True)
class Match:
    """How well the ring fits a model: `cost` is the mean squared error over the tolerance, worst values cut."""

    model: Model
    mirrored: bool
    roll_deg: float
    cost: float


def match_model(
    ring: FloatArray,
    model: Model,
    rules: PatternRules,
    *,
    mirrored: bool | None = None,
    roll_deg: float | None = None,
) -> tuple[Match, ...]:
    """Return the best match of `model` in each chirality, shape of `ring` (180,), best first.

    Where `roll_deg` is given, only that roll is tried.
    """
    rolls = ROLLS if roll_deg is None else np.array([roll_deg])
    level = float(np.nanmedian(ring))
    seen = _turned(ring, rolls)
    found = []
    for flip in (False, True) if mirrored is None else (mirrored,):
        expected = [_expected(model, filling, level, mirrored=flip) for filling in _fillings(model)]
        costs = np.min([_costs(seen, *one, rules) for one in expected], axis=0)
        best = int(np.argmin(costs))
        found.append(Match(model, flip, float(rolls[best]), float(costs[best])))
    return tuple(sorted(found, key=lambda match: match.cost))


def _fillings(model: Model) -> list[tuple[float, ...]]:
    """Return the CT numbers of the inserts on the ring, once for each filling of the vials."""
    on_ring = [one for one in model.sensitometry.inserts if abs(one.radius_mm - INSERT_RADIUS_MM) < ON_RING_MM]
    return list(product(*[[material.hu for material in one.materials] for one in on_ring]))


def _expected(
    model: Model, filling: tuple[float, ...], level: float, *, mirrored: bool
) -> tuple[FloatArray, FloatArray]:
    """Return what the ring would show of an unturned phantom, and the weight of each place; shape (180,)."""
    expected = np.full(len(ANGLES), level)
    weight = np.ones(len(ANGLES))
    half = float(np.degrees(model.sensitometry.insert_diameter_mm / 2 / INSERT_RADIUS_MM))
    on_ring = [one for one in model.sensitometry.inserts if abs(one.radius_mm - INSERT_RADIUS_MM) < ON_RING_MM]
    for insert, hu in zip(on_ring, filling, strict=True):
        angle = 180.0 - insert.angle_deg if mirrored else insert.angle_deg
        away = np.abs((ANGLES - angle + 180.0) % 360.0 - 180.0)
        weight[(away > PLATEAU * half) & (away < SHADOW * half)] = 0.0
        expected[away <= PLATEAU * half] = hu
        weight[away <= PLATEAU * half] = 1.0
    return expected, weight


def _turned(ring: FloatArray, rolls: FloatArray) -> FloatArray:
    """Return the ring turned back by every roll, shape (rolls, 180)."""
    step = ANGLES[1] - ANGLES[0]
    at = np.rint((ANGLES[None, :] + rolls[:, None]) / step).astype(np.intp) % len(ANGLES)
    return np.nan_to_num(np.asarray(ring[at], dtype=np.float64), nan=NOWHERE_HU)


def _costs(seen: FloatArray, expected: FloatArray, weight: FloatArray, rules: PatternRules) -> FloatArray:
    used = np.flatnonzero(weight)
    tolerance = rules.tolerance_hu + rules.tolerance_share * np.abs(expected[used])
    misses = seen[:, used] - expected[used]
    misses /= tolerance
    misses *= misses
    return np.asarray(np.minimum(misses, rules.worst, out=misses).mean(axis=1))
