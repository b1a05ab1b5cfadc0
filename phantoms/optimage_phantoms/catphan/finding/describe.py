# SPDX-License-Identifier: LGPL-3.0-or-later
"""What was found, as a localisation: figures, outlines a person sees, reasons and confidence."""

from math import atan, degrees, hypot, prod

from optimage.api import Localisation, Overlay
from optimage_phantoms.catphan.finding.by_line_pairs import Placed
from optimage_phantoms.catphan.finding.decide import CLEAR, Decision, handed_direction
from optimage_phantoms.catphan.finding.refine import Refined
from optimage_phantoms.catphan.finding.scene import Scene
from optimage_phantoms.catphan.finding.section import Section
from optimage_phantoms.catphan.models import SENSITOMETRY, Model
from optimage_phantoms.catphan.pose import Pose

OUTLINE = "phantom"
SEEN_WHOLE = 0.8  # share of the outline below which it counts as cut off
FAR_MM = 10.0  # a slice further from a section's middle does not show it
WEIGHTS = {
    "model_uncertain": 0.6,
    "direction_assumed": 0.7,
    "against_handedness": 0.9,
    "origin_not_refined": 0.9,
    "outline_cut_off": 0.9,
    "outline_off_axis": 0.7,
    "not_confirmed": 0.4,
    "by_line_pairs": 0.8,
    "poor_registration": 0.5,
}
"""By reason: the factor it takes from the confidence."""


def localisation_of(scene: Scene, section: Section, decision: Decision, refined: Refined) -> Localisation:
    """Return the localisation of what was found."""
    pose = refined.pose
    reasons = _reasons(scene, section, decision, refined)
    factors = prod(WEIGHTS.get(code, 1.0) for code in reasons)
    return Localisation(
        _shapes(scene, decision.model, pose),
        tuple((image.uid, image.frame) for image in scene.kept),
        rotation_deg=pose.roll_deg,
        magnification=pose.scale,
        model=decision.model.id,
        confidence=factors * max(0.0, 1.0 - decision.match.cost / 2),
        reasons=(*_told(scene), *reasons),
        figures=pose.figures() | _figures(scene, section, decision, refined),
        automatic=not scene.given.names,
    )


def tilt_deg(pose: Pose, spacing_mm: tuple[float, float]) -> float:
    """Return the angle between the phantom's axis and the slice normal."""
    return degrees(atan(hypot(pose.row_per_mm * spacing_mm[0], pose.column_per_mm * spacing_mm[1])))


def localisation_of_placed(scene: Scene, placed: Placed) -> Localisation:
    """Return the localisation of a phantom that was placed by its line pairs alone."""
    given, pose = scene.given, placed.pose
    odd = {"by_line_pairs": True, "model_uncertain": given.model is None, "direction_assumed": given.direction is None}
    reasons = [code for code, applies in odd.items() if applies]
    return Localisation(
        _shapes(scene, placed.model, pose),
        tuple((image.uid, image.frame) for image in scene.kept),
        rotation_deg=pose.roll_deg,
        magnification=pose.scale,
        model=placed.model.id,
        confidence=placed.correlation * prod(WEIGHTS.get(code, 1.0) for code in reasons),
        reasons=(*_told(scene), *reasons),
        figures=pose.figures() | _range(scene, pose) | {"pattern_correlation": placed.correlation},
        automatic=not given.names,
    )


def _told(scene: Scene) -> list[str]:
    """Return which slices were left out and which values were given, as reasons."""
    left_out = [f"slice={number}:{code}" for number, code in sorted(scene.left_out.items())]
    return left_out + [f"given:{name}" for name in scene.given.names]


def _range(scene: Scene, pose: Pose) -> dict[str, float]:
    """Return how many slices show the phantom, from where to where in it, and how far it is tilted."""
    z = sorted(pose.z_mm(image) for image in scene.kept)
    figures = {
        "slices": float(len(z)),
        "scan_from_mm": z[0],
        "scan_to_mm": z[-1],
        "tilt_deg": tilt_deg(pose, scene.stack.spacing_mm),
    }
    return figures | ({"outline_radius_mm": scene.axis.radius_mm} if scene.axis.share else {})


def _figures(scene: Scene, section: Section, decision: Decision, refined: Refined) -> dict[str, float]:
    figures = _range(scene, refined.pose)
    figures |= {"pins": float(section.pins.count), "pattern_cost": decision.match.cost}
    if refined.inserts is not None:
        figures["registration_rms_mm"] = refined.inserts.residual_mm
        figures["inserts_off_axis_mm"] = hypot(refined.inserts.right_mm, refined.inserts.down_mm)
    if refined.crossing is not None:
        figures["ramps"] = float(refined.crossing.ramps)
        figures["ramps_spread_mm"] = refined.crossing.spread_mm
    return figures


def _reasons(scene: Scene, section: Section, decision: Decision, refined: Refined) -> list[str]:
    given, rules, pose, fit = scene.given, scene.rules.registration, refined.pose, refined.inserts
    odd = {
        "not_confirmed": not section.confirmed,
        "model_uncertain": given.model is None and decision.model_margin < CLEAR,
        "direction_assumed": given.direction is None and decision.direction_margin < CLEAR,
        "against_handedness": decision.direction != handed_direction(pose.mirrored),
        "origin_not_refined": not refined.refined and not given.has_origin,
        "outline_off_axis": refined.off_axis,
        "outline_cut_off": scene.axis.share < SEEN_WHOLE,
        "poor_registration": fit is None or fit.residual_mm > rules.residual_mm,
        "tilted": tilt_deg(pose, scene.stack.spacing_mm) > rules.tilt_deg,
    }
    return [code for code, applies in odd.items() if applies]


def _shapes(scene: Scene, model: Model, pose: Pose) -> tuple[Overlay, ...]:
    """Return the outline on the central slice of every section, and the inserts on that of the sensitometry module."""
    shapes, sensitometry = [], model.sensitometry
    for section, place in model.z_mm.items():
        view = pose.on(min(scene.kept, key=lambda image: abs(pose.z_mm(image) - place)))
        if abs(view.z_mm - place) > FAR_MM:
            continue
        image, outline = view.image, view.disc(0.0, 0.0, 1.0).with_radius(_outline_mm(scene, model, pose))
        shapes.append(Overlay(OUTLINE, outline, image.uid, image.frame))
        for insert in sensitometry.inserts if section == SENSITOMETRY else ():
            disc = view.polar_disc(insert.radius_mm, insert.angle_deg, sensitometry.insert_diameter_mm / 2)
            shapes.append(Overlay(f"insert_{insert.key}", disc, image.uid, image.frame))
    return tuple(shapes)


def _outline_mm(scene: Scene, model: Model, pose: Pose) -> float:
    """Return the radius of the outline, that of the model where it is not seen."""
    return scene.axis.radius_mm if scene.axis.share else model.outline_radius_mm * pose.scale
