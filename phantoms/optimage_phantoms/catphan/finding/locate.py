# SPDX-License-Identifier: LGPL-3.0-or-later
"""Find the phantom: outline, axis, sensitometry module, model, roll and direction."""

import numpy as np

from optimage.api import AnalysisError, ImageSet, Localisation, Parameters
from optimage_phantoms.catphan.finding.by_line_pairs import place_by_line_pairs
from optimage_phantoms.catphan.finding.decide import Decision, Evidence, decide, line_pair_places
from optimage_phantoms.catphan.finding.describe import localisation_of, localisation_of_placed
from optimage_phantoms.catphan.finding.features import find_by_inserts
from optimage_phantoms.catphan.finding.given import given_by
from optimage_phantoms.catphan.finding.refine import refine
from optimage_phantoms.catphan.finding.rules import load_rules
from optimage_phantoms.catphan.finding.scene import Scene, Search, look_at
from optimage_phantoms.catphan.finding.section import Section, find_section
from optimage_phantoms.catphan.finding.slices import stack_of
from optimage_phantoms.catphan.method import Method

OUTLINE_MISLED = frozenset({"phantom_not_found", "not_a_catphan", "no_sensitometry_slice"})
SEEN_SHARE = 0.5  # of the outline, from which its radius tells something of the model
SECTION_MM = 2.0  # a section is seen this far from its middle, and half a spacing more
WIDEST_SPACING_MM = 6.0


def locate_catphan(images: ImageSet, parameters: Parameters, method: Method) -> Localisation:
    """Find the CATPHAN in the series.

    What `parameters` give is used, the rest is found. `Pose.of` reads the
    pose back from the localisation; its reasons are codes, for slices as
    `slice=3:code`, numbers counting from 1 in order of position.

    Raises
    ------
    AnalysisError
        `wrong_modality`, `wrong_object`, `missing_attribute` where no slice
        is usable; `phantom_not_found` where nothing round is seen;
        `not_a_catphan` where what is seen is none; `no_sensitometry_slice`
        where only other modules of one are; `parameter_not_a_number` and
        `origin_slice_not_there` for what is given.
    """
    search = Search(given_by(parameters), method, load_rules())
    stack = stack_of(images, method)
    scene = None
    try:
        scene = look_at(stack, search)
        return _located(scene, find_section(scene))
    except AnalysisError as error:
        if error.code not in OUTLINE_MISLED:
            raise
        found = find_by_inserts(stack, search)
        if found is not None:
            return _located(*found)
        placed = place_by_line_pairs(scene) if scene and error.code == "no_sensitometry_slice" else None
        if scene is None or placed is None:
            raise
        return localisation_of_placed(scene, placed)


def _located(scene: Scene, section: Section) -> Localisation:
    decision = _decide(scene, section)
    return localisation_of(scene, section, decision, refine(scene, section, decision))


def _decide(scene: Scene, section: Section) -> Decision:
    positions, rules = scene.stack.positions_mm, scene.rules
    spacing = float(np.median(np.diff(positions))) if len(positions) > 1 else 0.0
    evidence = Evidence(
        section.origin_mm,
        positions[scene.shown],
        positions,
        line_pair_places(scene.rings, positions, scene.shown, rules.line_pairs),
        scene.axis.radius_mm if scene.axis.share > SEEN_SHARE else None,
        SECTION_MM + min(spacing, WIDEST_SPACING_MM) / 2,
    )
    return decide(section.matches, evidence, rules.line_pairs, rules.pattern, direction=scene.given.direction)
