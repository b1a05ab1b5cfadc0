# SPDX-License-Identifier: LGPL-3.0-or-later
"""Digital CATPHANs placed by their truth, so that the sensitometry is tested without the finding."""

from math import radians, tan

import numpy as np

from optimage.api import Image, ParameterValue
from optimage.synthetic.catphan import Catphan, render_catphan
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.method import load_method
from optimage_phantoms.catphan.pose import Pose
from optimage_phantoms.catphan.sensitometry.subtests import SUBTESTS
from optimage_phantoms.parts import CaseResult, run_subtests


def case_of(spec: Catphan, images: tuple[Image, ...] = (), **parameters: ParameterValue) -> CatphanCase:
    """Return `spec` with its true pose."""
    place, method = spec.place, load_method()
    pose = Pose(
        place.origin_mm,
        place.direction,
        place.roll_deg,
        place.mirrored,
        (spec.matrix[0] - 1) / 2 + place.offset_mm[1] / spec.spacing_mm[0],
        (spec.matrix[1] - 1) / 2 + place.offset_mm[0] / spec.spacing_mm[1],
        tan(radians(place.tilt_deg[1])) / spec.spacing_mm[0],
        tan(radians(place.tilt_deg[0])) / spec.spacing_mm[1],
        place.scale,
    )
    stack = sorted(images or render_catphan(spec), key=lambda image: image.slice_position_mm)
    return CatphanCase(tuple(stack), pose, method.family[spec.layout.id], parameters, method)


def measure(spec: Catphan, images: tuple[Image, ...] = (), **parameters: ParameterValue) -> CaseResult:
    return run_subtests(case_of(spec, images, **parameters), SUBTESTS)


def around(step_mm: float, half_mm: float = 7.5) -> tuple[float, ...]:
    """Return positions about 0, `step_mm` apart."""
    count = int(half_mm / step_mm)
    return tuple(float(k * step_mm) for k in np.arange(-count, count + 1))
