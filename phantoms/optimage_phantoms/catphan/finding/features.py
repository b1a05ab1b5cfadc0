# SPDX-License-Identifier: LGPL-3.0-or-later
"""Finding the axis by the inserts, where the outline is cut off or hidden."""

from collections import Counter
from collections.abc import Iterator
from itertools import permutations

import numpy as np
from scipy import ndimage

from optimage.api import AnalysisError, FloatArray, Image
from optimage_phantoms.catphan.finding.axis import Axis, line_through
from optimage_phantoms.catphan.finding.outline import coarse_copy
from optimage_phantoms.catphan.finding.register import insert_spots, similarity
from optimage_phantoms.catphan.finding.rules import FeatureRules, Rules
from optimage_phantoms.catphan.finding.scene import Scene, Search, scene_about
from optimage_phantoms.catphan.finding.section import Section, find_section, runs
from optimage_phantoms.catphan.finding.slices import Stack
from optimage_phantoms.catphan.models import Family, Model
from optimage_phantoms.catphan.pose import Pose

MOST_RUNS, MOST_CENTRES = 3, 8
SAME_CENTRE_MM = 3.0
TILT_MM = 8.0  # of the axis that must be seen to tell its tilt
Blob = tuple[complex, int]
"""Where it lies, x + iy in mm from the first pixel, and whether it is dense (1) or air (-1)."""


def find_by_inserts(stack: Stack, search: Search) -> tuple[Scene, Section] | None:
    """Return the scene about the axis that the inserts tell, and the sensitometry module; None where there is none."""
    rules = search.rules
    coarse = coarse_copy(stack.images, stack.spacing_mm, rules.features.pitch_mm)
    found = [blobs(values, coarse.pitch_mm, rules.features) for values in coarse.values]
    both = np.array([{sign for _, sign in one} == {1, -1} for one in found])
    for run in runs(both)[:MOST_RUNS]:
        middle = run[len(run) // 2]
        for centre in centres(found[middle], search.family, rules.features):
            row, column = coarse.fine(
                np.array(centre.imag / coarse.pitch_mm[0]), np.array(centre.real / coarse.pitch_mm[1])
            )
            axis = Axis(float(row), float(column), 0.0, 0.0, float("nan"), 0.0, 0)
            section = _confirmed(axis, stack, search)
            if section is not None:
                axis = _followed(axis, [stack.images[index] for index in run], section, rules)
                section = _confirmed(axis, stack, search)
            if section is not None:
                return _scene(axis, stack, search), section
    return None


def _scene(axis: Axis, stack: Stack, search: Search) -> Scene:
    return scene_about(axis, np.ones(len(stack.images), dtype=bool), stack, search)


def _confirmed(axis: Axis, stack: Stack, search: Search) -> Section | None:
    try:
        return find_section(_scene(axis, stack, search))
    except AnalysisError:
        return None  # the next centre may do; the caller says why nothing was found


def blobs(values: FloatArray, pitch_mm: tuple[float, float], rules: FeatureRules) -> list[Blob]:
    """Return the spots of air and of dense plastic as large as an insert in one slice, shape (M, N)."""
    found: list[Blob] = []
    for sign in (-1, 1):
        labels, count = ndimage.label(values * sign > rules.level_hu)
        if not count:
            continue
        areas = np.bincount(labels.ravel())[1:] * pitch_mm[0] * pitch_mm[1]
        right = np.flatnonzero((areas >= rules.smallest_mm2) & (areas <= rules.largest_mm2)) + 1
        for y, x in ndimage.center_of_mass(labels > 0, labels, right):
            found.append((complex(x * pitch_mm[1], y * pitch_mm[0]), sign))
    return found


def centres(seen: list[Blob], family: Family, rules: FeatureRules) -> list[complex]:
    """Return where the axis may lie, best first: two spots that are two inserts of a model, in either chirality."""
    votes: Counter[tuple[int, int]] = Counter()
    exact: dict[tuple[int, int], complex] = {}
    for model in family.values():
        for (p, sign_p), (q, sign_q) in permutations(_strong(model, rules), 2):
            for (a, sign_a), (b, sign_b) in permutations(seen, 2):
                if (sign_a, sign_b) != (sign_p, sign_q) or abs(abs(a - b) - abs(p - q)) > rules.distance_mm:
                    continue
                for u, v in ((p, q), (-p.conjugate(), -q.conjugate())):
                    turn = (b - a) / (v - u)
                    at = (a + b) / 2 - turn / abs(turn) * (u + v) / 2
                    key = round(at.real / SAME_CENTRE_MM), round(at.imag / SAME_CENTRE_MM)
                    votes[key] += 1
                    exact.setdefault(key, at)
    return [exact[key] for key, _ in votes.most_common(MOST_CENTRES)]


def _strong(model: Model, rules: FeatureRules) -> Iterator[Blob]:
    for insert in model.sensitometry.inserts:
        place = insert.radius_mm * np.exp(1j * np.radians(insert.angle_deg))
        for hu in {material.hu for material in insert.materials if abs(material.hu) > rules.level_hu}:
            yield complex(place), 1 if hu > 0 else -1


def _followed(axis: Axis, images: list[Image], section: Section, rules: Rules) -> Axis:
    """Return the line through the centres that the inserts have on every slice that shows them."""
    match = min(section.matches, key=lambda match: match.cost)
    pose = Pose(section.origin_mm, 1, match.roll_deg, match.mirrored, axis.row, axis.column)
    found = []
    for image in images:
        fit = similarity(insert_spots(pose.on(image), match.model, rules.registration), mirrored=match.mirrored)
        if fit is not None and fit.residual_mm <= rules.registration.residual_mm:
            spacing = image.required_spacing_mm
            row, column = axis.row + fit.down_mm / spacing[0], axis.column + fit.right_mm / spacing[1]
            found.append((image.slice_position_mm, row, column, float("nan"), 0.0))
    if not found:
        return axis
    line = line_through(np.array(found), images[0].required_spacing_mm)
    if np.ptp([one[0] for one in found]) >= TILT_MM:
        return line
    at_row, at_column = line.at(section.origin_mm)
    return Axis(float(at_row), float(at_column), 0.0, 0.0, float("nan"), 0.0, line.slices)
