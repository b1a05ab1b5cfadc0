# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a phantom module tells `locate` about its phantom; light to import."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DiscRules:
    """What counts as a round phantom; lengths in mm.

    Values below `lowest` are raised to it. `opening_mm` takes thin things
    away, `wide_opening_mm` thick ones, tried where the first gives no circle.
    `contrast` is the least difference between object and surroundings,
    `second_area` the share of the largest area from which a second object
    is a second phantom, `edge_share` the least share of rays with an
    accepted edge, `roundness` the largest rms residual over the radius.
    """

    pitch_mm: float
    opening_mm: float
    wide_opening_mm: float
    lowest: float
    smallest_diameter_mm: float
    largest_diameter_mm: float
    circularity: float
    second_area: float
    contrast: float
    edge_share: float
    roundness: float
