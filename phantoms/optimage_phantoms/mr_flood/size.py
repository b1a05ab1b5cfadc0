# SPDX-License-Identifier: LGPL-3.0-or-later
"""Size and distortion: diameters of a round phantom in every direction, width and height of a rectangle."""

from collections.abc import Mapping
from math import hypot, nan

import numpy as np

from optimage.api import N_, Curve, Message, Note, Overlay
from optimage.imaging.diameters import STEP, Distortion, Outline, diameter_at, distortion, find_outline
from optimage.imaging.rectangle_size import measure_rectangle
from optimage_phantoms.mr_flood.case import FloodCase
from optimage_phantoms.parts import Part, Value

DIRECTIONS = {"diameter_h": 0.0, "diameter_45": 45.0, "diameter_v": 90.0, "diameter_135": 135.0}
KEYS = (*DIRECTIONS, "distortion_max", "distortion_cv", "aspect")
BUBBLE_DEG = 10  # of the outline off the circle, from which on it is told


def of_outline(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure the outline at half of the local level (NEMA MS 2)."""
    return _round(case) if case.circle is not None else _rectangular(case)


def _round(case: FloodCase) -> Part:
    assert case.circle is not None  # noqa: S101 - the caller has looked
    outline = find_outline(case.values, case.circle)
    known = float(case.parameters["diameter_mm"]) or nan
    found = distortion(outline, known)
    measured = {key: diameter_at(outline, degrees) for key, degrees in DIRECTIONS.items()}
    values: dict[str, Value] = {key: (one.mm, one.uncertainty) for key, one in measured.items()}
    values |= {
        "distortion_max": (found.maximum, found.maximum_uncertainty),
        "distortion_cv": (found.cv, found.cv_uncertainty),
        "aspect": (found.aspect, found.aspect_uncertainty),
    }
    finite = {key: value for key, value in values.items() if np.isfinite(value[0])}
    overlay = Overlay("outline", outline.polyline(), case.image.uid, case.image.frame, tuple(finite))
    return Part(finite, (overlay,), _notes(outline), curves=(_curve(found),))


def _rectangular(case: FloodCase) -> Part:
    found = measure_rectangle(case.values, case.mask, case.image.required_spacing_mm)
    width, height = found.width, found.height
    aspect = width.mm / height.mm
    values = {
        "diameter_h": (width.mm, width.uncertainty),
        "diameter_v": (height.mm, height.uncertainty),
        "aspect": (aspect, aspect * hypot(width.uncertainty / width.mm, height.uncertainty / height.mm)),
    }
    overlay = Overlay("outline", found.outline, case.image.uid, case.image.frame, tuple(values))
    return Part(values, (overlay,))


def _curve(found: Distortion) -> Curve:
    there = np.isfinite(found.diameters_mm)
    degrees = np.arange(found.diameters_mm.size)[there] * float(STEP)
    return Curve(
        "diameters",
        tuple(degrees.tolist()),
        tuple(found.diameters_mm[there].tolist()),
        N_("direction, clockwise from horizontal"),
        N_("diameter"),
        "°",
        "mm",
    )


def _notes(outline: Outline) -> tuple[Note, ...]:
    if outline.flagged_deg < BUBBLE_DEG:
        return ()
    template = N_("{degrees}° of the outline do not lie on it (air bubble, plug?): diameters there are twice a radius")
    return (Note("outline_broken", Message(template, {"degrees": outline.flagged_deg})),)
