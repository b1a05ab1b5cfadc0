# SPDX-License-Identifier: LGPL-3.0-or-later
"""From the coarse answer to a precise one: roll and scale from inserts and pins, the origin from the ramps."""

from dataclasses import dataclass, replace
from math import hypot

import numpy as np

from optimage_phantoms.catphan.finding.decide import Decision
from optimage_phantoms.catphan.finding.given import Given
from optimage_phantoms.catphan.finding.ramps import Crossing, find_crossing, one_slice_origin_mm
from optimage_phantoms.catphan.finding.register import Fit, insert_spots, pin_spots, similarity
from optimage_phantoms.catphan.finding.scene import Scene
from optimage_phantoms.catphan.finding.section import Section
from optimage_phantoms.catphan.models import Model
from optimage_phantoms.catphan.pose import Pose

FEWEST_PINS = 3


@dataclass(frozen=True, eq=False)
class Refined:
    """The pose with what it rests on: fits to inserts and pins, and the ramps' crossing; None where there is none.

    `off_axis` tells that the inserts do not lie about the outline, and that the pose follows them; `refined`
    that the ramps told the origin.
    """

    pose: Pose
    inserts: Fit | None
    pins: Fit | None
    crossing: Crossing | None
    off_axis: bool
    refined: bool


def refine(scene: Scene, section: Section, decision: Decision) -> Refined:
    """Return the pose of the phantom; what was given by hand stays as it is."""
    given, model = scene.given, decision.model
    pose = _start(scene, section, decision)
    pose, inserts, pins = _registered(pose, scene, section, model)
    off_axis = inserts is not None and _is_off(inserts, scene)
    if inserts is not None and off_axis:
        pose = _shifted(pose, inserts, scene)
    crossing = None if given.has_origin else _crossing(scene, pose, model)
    origin = crossing.origin_mm if crossing else None
    if origin is None and not given.has_origin:
        origin = one_slice_origin_mm(section.images[len(section.images) // 2], pose, model, scene.rules.ramps)
    if origin is not None:
        pose = _moved(pose, origin, given)
    return Refined(pose, inserts, pins, crossing, off_axis, refined=origin is not None)


def _moved(pose: Pose, origin_mm: float, given: Given) -> Pose:
    along = origin_mm - pose.origin_mm
    row = pose.row + along * pose.row_per_mm if given.row is None else pose.row
    column = pose.column + along * pose.column_per_mm if given.column is None else pose.column
    return replace(pose, origin_mm=origin_mm, row=row, column=column)


def _is_off(fit: Fit, scene: Scene) -> bool:
    rules, given = scene.rules.registration, scene.given
    off = hypot(fit.right_mm, fit.down_mm) > rules.off_axis_mm
    return off and fit.residual_mm <= rules.residual_mm and given.row is None and given.column is None


def _shifted(pose: Pose, fit: Fit, scene: Scene) -> Pose:
    spacing = scene.stack.spacing_mm
    return replace(pose, row=pose.row + fit.down_mm / spacing[0], column=pose.column + fit.right_mm / spacing[1])


def _start(scene: Scene, section: Section, decision: Decision) -> Pose:
    given, axis, origin = scene.given, scene.axis, section.origin_mm
    roll = decision.match.roll_deg if given.roll_deg is None else given.roll_deg
    row, column = axis.at(origin)
    return Pose(
        origin,
        decision.direction,
        (roll + 180.0) % 360.0 - 180.0,
        decision.match.mirrored,
        float(row) if given.row is None else given.row,
        float(column) if given.column is None else given.column,
        axis.row_per_mm,
        axis.column_per_mm,
    )


def _registered(pose: Pose, scene: Scene, section: Section, model: Model) -> tuple[Pose, Fit | None, Fit | None]:
    rules = scene.rules.registration
    spots = [spot for image in section.images for spot in insert_spots(pose.on(image), model, rules)]
    inserts = similarity(spots, mirrored=pose.mirrored)
    if inserts is not None and scene.given.roll_deg is None:
        pose = replace(pose, roll_deg=inserts.roll_deg)
    spots = [spot for image in section.images for spot in pin_spots(pose.on(image), model, rules)]
    pins = similarity(spots, mirrored=pose.mirrored) if len(spots) >= FEWEST_PINS else None
    best = pins or inserts
    return replace(pose, scale=best.scale if best else 1.0), inserts, pins


def _crossing(scene: Scene, pose: Pose, model: Model) -> Crossing | None:
    rules, positions = scene.rules.ramps, scene.stack.positions_mm
    near = np.flatnonzero(scene.shown & (np.abs(positions - pose.origin_mm) <= rules.search_mm + 1.0))
    if len(near) > rules.most_slices:
        near = near[np.unique(np.round(np.linspace(0, len(near) - 1, rules.most_slices)).astype(int))]
    if len(near) < 2:
        return None
    return find_crossing([scene.stack.images[index] for index in near], pose, model, rules)
