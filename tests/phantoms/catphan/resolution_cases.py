# SPDX-License-Identifier: LGPL-3.0-or-later
"""Digital CATPHANs round their line pairs, placed by their truth, and what a perfect reading of them gives."""

from dataclasses import replace
from math import hypot, sqrt

import numpy as np

from optimage.api import Image, ParameterValue
from optimage.synthetic.catphan import Catphan
from optimage.synthetic.catphan_truth import bar_modulations, catphan_truth
from optimage.synthetic.placement import Placement
from optimage_phantoms.catphan.models import load_family
from optimage_phantoms.catphan.resolution.card import PARAMETERS
from optimage_phantoms.catphan.resolution.subtests import SUBTESTS
from optimage_phantoms.parts import CaseResult, run_subtests
from tests.phantoms.catphan.digital import layout
from tests.phantoms.catphan.sensitometry_cases import case_of

BARS_ONLY, WITH_BEADS = (0.0,), (0.0, 2.5, 10.0)
DEFAULTS = {parameter.name: parameter.default for parameter in PARAMETERS}


def gauge_spec(model: str = "504", *, beyond_mm=BARS_ONLY, place: Placement | None = None, **changes) -> Catphan:
    """Return slices at `beyond_mm` past the line pairs, away from the sensitometry module."""
    place = place or Placement(offset_mm=(1.3, -2.2))
    middle = load_family()[model].z_mm.get("line_pairs", 0.0)
    away = 1.0 if middle > 0 else -1.0
    positions = tuple(place.origin_mm + place.direction * (middle + away * one) for one in beyond_mm)
    pixel = changes.pop("pixel_mm", 0.5)
    # 120 mm hold the gauge and the beads, not the housing, and are quick to draw
    side = 2 * round(60.0 / pixel)
    return Catphan(
        layout(model),
        place,
        matrix=(side, side),
        spacing_mm=(pixel, pixel),
        positions_mm=positions,
        **changes,
    )


def measure(spec: Catphan, images: tuple[Image, ...] = (), **parameters: ParameterValue) -> CaseResult:
    return run_subtests(case_of(spec, images, **{**DEFAULTS, **parameters}), SUBTESTS)


def values_of(result: CaseResult) -> dict[str, float]:
    return {key: value for key, (value, _) in result.values.items()}


def presampled_truth(spec: Catphan) -> dict[str, float]:
    """Return the frequencies at which the bars of `spec` have lost half of their modulation, and so on."""
    return {key: value for key, value in catphan_truth(spec).items() if key in ("mtf50", "mtf30", "mtf20", "mtf10")}


def linear_truth(spec: Catphan) -> dict[str, float]:
    """Return the same behind linear interpolation, which spreads a point over a triangle of variance p²/6."""
    pixel = spec.spacing_mm[0]
    return presampled_truth(replace(spec, blur_mm=hypot(spec.blur_mm, pixel / sqrt(6))))


def visible_truth(spec: Catphan) -> float:
    """Return the finest group of 10 % modulation that the pixels can show, in line pairs per mm."""
    finest = 10 * 0.95 * 0.5 / max(spec.spacing_mm)
    visible = [group for group, value in bar_modulations(spec).items() if value >= 0.1 and group <= finest]
    return max(visible) / 10


def point_width(spec: Catphan) -> float:
    """Return the full width at half maximum of a point behind the blur and the aperture of the pixels."""
    from scipy import special

    pixel, blur = spec.spacing_mm[1], spec.blur_mm
    x = np.linspace(0.0, 4 * (blur + pixel), 40001)
    spread = special.ndtr((x + pixel / 2) / blur) - special.ndtr((x - pixel / 2) / blur)
    return 2 * float(np.interp(-spread[0] / 2, -spread, x))
