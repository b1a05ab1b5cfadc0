# SPDX-License-Identifier: LGPL-3.0-or-later
"""Noise from the difference of two slices: what both have in common, such as rings and cupping, falls out."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import hypot, sqrt

import numpy as np

from optimage.api import Image
from optimage.imaging.noise import sd_scatter
from optimage.imaging.rois import FULL_SHARE, measure_roi, share_inside
from optimage_phantoms.ct_water.regions import SliceCase
from optimage_phantoms.parts import Value

SAME_MM = 0.05  # in the plane; a tenth of a small pixel
SAME_DIRECTION = 1e-4
OVERLAP = 0.99  # of the slice thickness: closer neighbours share noise


def noise_of_differences(cases: Mapping[int, SliceCase]) -> dict[str, Value]:
    """Return the noise by item (`slices=3+4`) for neighbours of equal geometry; no slice is used twice.

    Empty for a single slice, and where neighbours overlap, differ in
    geometry, or do not tell it.
    """
    return {f"slices={a}+{b}": _noise(cases[a], cases[b]) for a, b in _pairs(cases)}


def _pairs(cases: Mapping[int, SliceCase]) -> Iterator[tuple[int, int]]:
    used = 0
    for a, b in pairwise(sorted(cases)):
        if b == a + 1 and a > used and _comparable(cases[a], cases[b]):
            used = b
            yield a, b


def _comparable(one: SliceCase, other: SliceCase) -> bool:
    a, b = one.image, other.image
    if a.shape != b.shape or not equal_geometry(a, b) or np.array_equal(a.pixels, b.pixels):
        return False
    return min(share_inside(image, one.noise_disc) for image in (a, b)) >= FULL_SHARE


def equal_geometry(a: Image, b: Image) -> bool:
    """Return whether two images show the same pixels of two slices that do not overlap, or of one slice twice."""
    if a.position_mm is None or b.position_mm is None or a.orientation is None or b.orientation is None:
        return False
    alike = a.spacing_mm == b.spacing_mm and np.allclose(a.orientation, b.orientation, atol=SAME_DIRECTION)
    thickness = a.number("SliceThickness", 0.0)
    if not alike or thickness <= 0.0 or thickness != b.number("SliceThickness", 0.0):
        return False
    step = np.subtract(b.position_mm, a.position_mm)
    across = hypot(*(float(np.dot(step, a.orientation[i : i + 3])) for i in (0, 3)))
    along = abs(b.slice_position_mm - a.slice_position_mm)
    return across <= SAME_MM and (along <= SAME_MM or along >= OVERLAP * thickness)


def _noise(one: SliceCase, other: SliceCase) -> Value:
    """Return SD(a - b) / √2 in the noise disc of the first slice, with its uncertainty."""
    difference = Image(
        (one.image.values() - other.image.values()) / sqrt(2.0), one.image.uid, spacing_mm=one.image.spacing_mm
    )
    disc, water = one.noise_disc, one.discs.water
    sd = measure_roi(difference, disc).statistics.sd
    side = one.geometry.block_fraction * 2 * water.radius_mm
    share = sd_scatter(difference, one.geometry.measuring_area(water), radius_mm=disc.radius_mm, side_mm=side)
    return sd, share * sd
