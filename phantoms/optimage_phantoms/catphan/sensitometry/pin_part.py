# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sub-test of the pins: distances between them, and pixel sizes."""

from collections.abc import Mapping
from math import hypot

import numpy as np

from optimage.api import N_, AnalysisError, Disc, Message, Note, Overlay, Polyline
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.models import SENSITOMETRY
from optimage_phantoms.catphan.sensitometry.body import centroid_scatter
from optimage_phantoms.catphan.sensitometry.pins import DIAGONALS, SIDES, Pins, distance, find_pins, pixel_size
from optimage_phantoms.catphan.sensitometry.rules import load_rules
from optimage_phantoms.catphan.sensitometry.slices import central_slices, far_note
from optimage_phantoms.parts import Part, Value

SIDE_KEYS = {side: f"pin_distance_{side}" for side in SIDES}
DIAGONAL_KEYS = {name: f"pin_diagonal_{name}" for name in DIAGONALS}
PIXEL_KEYS = ("pixel_size_x", "pixel_size_y")
SIDE_TOGETHER = ("pin_distance_mean", "pin_aspect", "distance_error_max")


def measure_pins(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Measure distances and pixel sizes on the slices around the middle of the module."""
    rules, module = load_rules(), case.model.sensitometry
    views = central_slices(case, rules.slices)
    found: list[Pins] = []
    problem: AnalysisError | None = None
    for view in views:
        try:
            found.append(find_pins(view, module, rules.pins))
        except AnalysisError as error:
            problem = error
    if not found:
        raise problem or AssertionError("no slice, no error")
    lines = _lines(found)
    values = lines | _together(lines, module.square_mm) | _pixels(found, module.square_mm)
    factor = centroid_scatter(views, module, rules.body)  # uncertainties so far are those of independent noise
    values = {key: (value, factor * u) for key, (value, u) in values.items()}
    notes = (*far_note(views, case.place(SENSITOMETRY), rules.slices), *_missing(found))
    return Part(values, tuple(overlay for pins in found for overlay in _overlays(pins)), notes)


def _lines(found: list[Pins]) -> dict[str, Value]:
    """Return sides and diagonals by key, each the mean over the slices that show both ends."""
    values: dict[str, Value] = {}
    for ends, keys in ((SIDES, SIDE_KEYS), (DIAGONALS, DIAGONAL_KEYS)):
        for name, (a, b) in ends.items():
            seen = [
                distance(pins.view, pins.spots[a], pins.spots[b])
                for pins in found
                if a in pins.spots and b in pins.spots
            ]
            if seen:
                values[keys[name]] = _mean(seen)
    return values


def _mean(values: list[Value]) -> Value:
    return float(np.mean([value for value, _ in values])), hypot(*(u for _, u in values)) / len(values)


def _together(lines: Mapping[str, Value], square_mm: float) -> dict[str, Value]:
    sides = {side: lines[key] for side, key in SIDE_KEYS.items() if key in lines}
    worst = max(sides.values(), key=lambda value: abs(value[0] - square_mm))
    values = {
        "pin_distance_mean": _mean(list(sides.values())),
        "distance_error_max": (abs(worst[0] - square_mm), worst[1]),
    }
    across, down = ([sides[side] for side in pair if side in sides] for pair in (("top", "bottom"), ("left", "right")))
    if across and down:
        x, y = _mean(across), _mean(down)
        ratio = x[0] / y[0]
        values["pin_aspect"] = (ratio, ratio * hypot(x[1] / x[0], y[1] / y[0]))
    return values


def _pixels(found: list[Pins], square_mm: float) -> dict[str, Value]:
    sizes = [pixel_size(pins, square_mm) for pins in found]
    return {key: _mean([size[k] for size in sizes]) for k, key in enumerate(PIXEL_KEYS)}


def _missing(found: list[Pins]) -> tuple[Note, ...]:
    fewest = min(len(pins.spots) for pins in found)
    if fewest == 4:
        return ()
    return (Note("pins_missing", Message(N_("only {found} of 4 pins were found on a slice"), {"found": fewest})),)


def _overlays(pins: Pins) -> list[Overlay]:
    image, rules = pins.view.image, load_rules().pins
    spacing = image.required_spacing_mm
    overlays = [
        Overlay(
            f"pin_{corner}",
            Disc(spot.row, spot.column, rules.window_mm, spacing),
            image.uid,
            image.frame,
            (*_keys_at(corner), *SIDE_TOGETHER, *PIXEL_KEYS),
        )
        for corner, spot in pins.spots.items()
    ]
    for ends, keys in ((SIDES, SIDE_KEYS), (DIAGONALS, DIAGONAL_KEYS)):
        for name, (a, b) in ends.items():
            if a in pins.spots and b in pins.spots:
                line = Polyline(tuple((pins.spots[end].row, pins.spots[end].column) for end in (a, b)))
                overlays.append(Overlay(keys[name], line, image.uid, image.frame, (keys[name],)))
    return overlays


def _keys_at(corner: str) -> list[str]:
    """Return the keys of the lines that end at a pin."""
    sides = [SIDE_KEYS[side] for side, ends in SIDES.items() if corner in ends]
    return sides + [DIAGONAL_KEYS[name] for name, ends in DIAGONALS.items() if corner in ends]
