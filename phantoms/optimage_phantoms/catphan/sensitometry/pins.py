# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where the four pins lie on a slice, and what they tell of distances and pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot

import numpy as np

from optimage.api import N_, AnalysisError
from optimage.imaging.spot import Spot, SpotRules, find_spot
from optimage_phantoms.catphan.models import Sensitometry
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.sensitometry.rules import PinRules

CORNERS = {
    "bottom_right": (1, 1),
    "bottom_left": (-1, 1),
    "top_left": (-1, -1),
    "top_right": (1, -1),
}
SIDES = {
    "right": ("top_right", "bottom_right"),
    "bottom": ("bottom_right", "bottom_left"),
    "left": ("bottom_left", "top_left"),
    "top": ("top_left", "top_right"),
}
DIAGONALS = {"falling": ("top_left", "bottom_right"), "rising": ("bottom_left", "top_right")}
"""Ends of the lines between pins, in the phantom as a CATPHAN 504 hung the usual way shows it."""


@dataclass(frozen=True, slots=True, eq=False)
class Pins:
    """The pins seen on one slice, by corner."""

    view: View
    spots: Mapping[str, Spot]


def find_pins(view: View, module: Sensitometry, rules: PinRules) -> Pins:
    """Find the pins of one slice.

    Raises
    ------
    AnalysisError
        `pins_not_found` where fewer than three stand where the square has its corners.
    """
    half = module.square_mm / 2
    found = {}
    for corner, (right, down) in CORNERS.items():
        spot = find_spot(view.image, view.point(right * half, down * half), spot_rules(rules))
        if spot and abs(spot.contrast) >= max(rules.least_contrast_hu, rules.significance * spot.noise):
            found[corner] = spot
    kept = _square(view, found, module.square_mm, rules)
    if len(kept) < rules.fewest:
        raise AnalysisError(
            "pins_not_found",
            N_("{found} of the 4 pins of the sensitometry module were found, at least {needed} are needed"),
            advice=N_("scan with thinner slices or a higher dose, or check the place given for the phantom"),
            found=len(kept),
            needed=rules.fewest,
        )
    return Pins(view, kept)


def spot_rules(rules: PinRules) -> SpotRules:
    """Return how one pin is looked for."""
    return SpotRules(
        rules.search_mm,
        rules.window_mm,
        rules.ring_mm,
        rules.smoothing_mm,
        rules.threshold,
        rules.passes,
        threshold_sd=rules.threshold_sd,
    )


def _square(view: View, spots: dict[str, Spot], square_mm: float, rules: PinRules) -> dict[str, Spot]:
    """Return the largest set of spots whose distances from one another are those of the square's corners."""
    kept = dict(spots)
    while len(kept) >= rules.fewest:
        misfit = {corner: _misfit(view, kept, corner, square_mm) for corner in kept}
        worst = max(misfit, key=lambda corner: misfit[corner])
        if misfit[worst] <= rules.largest_residual_mm + 0.02 * square_mm:
            return kept
        del kept[worst]
    return kept


def _misfit(view: View, spots: Mapping[str, Spot], corner: str, square_mm: float) -> float:
    """Return the median by which the distances of one spot from the others miss those of the square, in mm."""
    misses = []
    for other in spots:
        if other == corner:
            continue
        apart = hypot(*(a - b for a, b in zip(CORNERS[corner], CORNERS[other], strict=True))) * square_mm / 2
        misses.append(abs(distance(view, spots[corner], spots[other])[0] - apart * view.scale))
    return float(np.median(misses))


def distance(view: View, a: Spot, b: Spot) -> tuple[float, float]:
    """Return the distance of two spots by the pixel spacing of the header, and its standard uncertainty, in mm."""
    spacing = view.image.required_spacing_mm
    down, right = (b.row - a.row) * spacing[0], (b.column - a.column) * spacing[1]
    apart = hypot(down, right)
    u = [hypot(spot.row_uncertainty_mm * down, spot.column_uncertainty_mm * right) / apart for spot in (a, b)]
    return apart, hypot(*u)


def pixel_size(pins: Pins, square_mm: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the size of a pixel along x (column pitch) and along y (row pitch), each with its u, in mm.

    An affine map from the nominal places of the pins to their pixels is
    fitted by least squares. One mm of the phantom in any direction is as many
    pixels along a row as the gradient of the column number says, whatever the
    rotation; the pitch is its inverse.
    """
    corners = list(pins.spots)
    design = np.array([[1.0, *CORNERS[corner]] for corner in corners])
    design[:, 1:] *= square_mm / 2
    inverse = np.linalg.pinv(design)[1:]
    spacing = pins.view.image.required_spacing_mm
    found = []
    for name, step in (("column", spacing[1]), ("row", spacing[0])):
        places = np.array([getattr(pins.spots[corner], name) for corner in corners])
        scatter = np.array([getattr(pins.spots[corner], f"{name}_uncertainty_mm") / step for corner in corners])
        gradient = inverse @ places
        size = float(np.hypot(*gradient))
        u = float(np.sqrt((((gradient / size) @ inverse) ** 2 * scatter**2).sum()))
        found.append((1.0 / size, u / size**2))
    return found[0], found[1]
