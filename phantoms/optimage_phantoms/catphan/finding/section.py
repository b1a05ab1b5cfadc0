# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sensitometry module: slices with its inserts, confirmed by its pins and by the values round the ring."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from optimage.api import N_, AnalysisError, Image
from optimage_phantoms.catphan.finding.decide import line_pair_places
from optimage_phantoms.catphan.finding.outline import BoolArray
from optimage_phantoms.catphan.finding.pattern import Match, match_model
from optimage_phantoms.catphan.finding.refusals import not_a_catphan
from optimage_phantoms.catphan.finding.rings import Pins, find_pins, shows_inserts
from optimage_phantoms.catphan.finding.scene import Scene

MIDDLE_SLICES = 3  # whose rings are averaged: they lie within the module
MODULE_MM = 7.0  # half the thickness of the module that every slice about its middle shows in full
Indices = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Section:
    """The slices about the middle of the sensitometry module, what they show, and how well it fits each model."""

    images: tuple[Image, ...]
    origin_mm: float
    pins: Pins
    matches: tuple[Match, ...]
    confirmed: bool


def find_section(scene: Scene) -> Section:
    """Return the sensitometry module: where it is given, or the longest run of slices that is one.

    Raises
    ------
    AnalysisError
        `not_a_catphan`, `no_sensitometry_slice`, `origin_slice_not_there`.
    """
    positions = scene.stack.positions_mm
    if scene.given.has_origin:
        origin = _given_origin(scene)
        return _examined(scene, _nearest(positions, np.arange(len(positions)), origin), origin)
    best: Section | None = None
    for run in runs(scene.shown & shows_inserts(scene.rings, scene.rules.ring.deviation_hu)):
        origin = float(positions[run[0]] + positions[run[-1]]) / 2
        section = _examined(scene, _nearest(positions, run, origin), origin)
        if section.confirmed:
            return section
        best = best or section
    places = line_pair_places(scene.rings, positions, scene.shown, scene.rules.line_pairs)
    raise not_a_catphan(best.pins if best else None, best.matches if best else (), places)


def _given_origin(scene: Scene) -> float:
    if scene.given.origin_mm is not None:
        return scene.given.origin_mm
    wanted, stack = scene.given.origin_slice or 0, scene.stack
    if wanted in stack.numbers:
        return float(stack.positions_mm[stack.numbers.index(wanted)])
    raise AnalysisError(
        "origin_slice_not_there",
        N_("the given slice {number} is not among the {slices} usable slices"),
        advice=N_("give the number of a slice in order of position, or 0 to find it"),
        number=wanted,
        slices=len(stack.images),
    )


def runs(candidates: BoolArray) -> list[Indices]:
    """Return runs of neighbouring candidates, longest first."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], candidates.astype(int), [0]))))
    runs = [np.arange(first, last) for first, last in edges.reshape(-1, 2)]
    return sorted(runs, key=len, reverse=True)


def _nearest(positions: npt.NDArray[np.float64], among: Indices, origin_mm: float) -> Indices:
    """Return up to three of `among` that lie within the module, nearest to the origin first; always one."""
    near = among[np.argsort(np.abs(positions[among] - origin_mm), kind="stable")[:MIDDLE_SLICES]]
    inside = near[np.abs(positions[near] - origin_mm) <= MODULE_MM]
    return inside if len(inside) else near[:1]


def _examined(scene: Scene, indices: Indices, origin_mm: float) -> Section:
    images = tuple(scene.stack.images[index] for index in np.sort(indices))
    pins = find_pins(images, [scene.centre(image) for image in images], scene.rules.pins)
    if scene.given.has_centre and not pins.seen(scene.rules.pins):
        pins = find_pins(images, [scene.found_centre(image) for image in images], scene.rules.pins)
    ring = scene.rings.inserts[indices].mean(axis=0)
    given, rules = scene.given, scene.rules.pattern
    by_inserts: dict[object, tuple[Match, ...]] = {}
    for model in scene.search.family.values():  # models that share their inserts share the match
        if (key := model.sensitometry.inserts) not in by_inserts:
            by_inserts[key] = match_model(ring, model, rules, mirrored=given.mirrored, roll_deg=given.roll_deg)
    matches = tuple(
        replace(match, model=model)
        for model in scene.search.family.values()
        for match in by_inserts[model.sensitometry.inserts]
    )
    fits = min(match.cost for match in matches) <= rules.highest_cost
    return Section(images, origin_mm, pins, matches, confirmed=pins.seen(scene.rules.pins) and fits)
