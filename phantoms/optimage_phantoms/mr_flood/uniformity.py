# SPDX-License-Identifier: LGPL-3.0-or-later
"""Uniformity of the signal: extremes, mean deviation and grey levels over the 75 % area, fractions of two profiles."""

from collections.abc import Mapping
from math import nan

import numpy as np

from optimage.api import Disc, FloatArray, Overlay, Polyline, Rectangle
from optimage.imaging.disc_means import disc_radius_mm
from optimage.imaging.flood import smooth_inside
from optimage.imaging.fractional import ProfileSize, fractional_uniformity, smallest_box_centre
from optimage.imaging.masks import bounding_box, largest_component, outlines
from optimage.imaging.rois import BoolArray
from optimage.imaging.uniformity import (
    PercentUniformity,
    Pixel,
    disc_integral_uniformity,
    greyscale_map,
    normalised_absolute_average_deviation,
    percent_integral_uniformity,
)
from optimage_phantoms.mr_flood.case import FloodCase
from optimage_phantoms.parts import Part, Value

DISC_MM2 = 100.0  # ACR: 1 cm²
WITHIN_PERCENT = 10.0
PIXEL = 1.0


def of_area(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure PIU by pixels (NEMA MS 3) and by discs of 1 cm² (ACR), NAAD, and the map of grey levels."""
    case.check_region()
    top, bottom, left, right = bounding_box(case.region)
    at = np.s_[top : bottom + 1, left : right + 1]  # no pixel outside matters
    values, region, corner = case.values[at], case.region[at], (top, left)
    smooth, sigma = bool(case.parameters["nine_point_kernel"]), case.noise
    pixels = percent_integral_uniformity(values, region, smooth=smooth, sigma=sigma)
    discs = disc_integral_uniformity(values, region, case.image.required_spacing_mm, area_mm2=DISC_MM2, sigma=sigma)
    taken = smooth_inside(values, region) if smooth else values
    deviation = normalised_absolute_average_deviation(taken, region, smooth=False, sigma=sigma)
    found: dict[str, Value] = {}
    overlays = [case.region_overlay("uniformity_region", ("naad",))]
    if pixels is not None:
        found["piu"] = pixels.percent, pixels.uncertainty
        found["integral_uniformity"] = 1.0 - pixels.percent / 100.0, pixels.uncertainty / 100.0
        overlays += _extremes(case, pixels, "pixel", ("piu", "integral_uniformity"), corner)
    if discs is not None:
        found["piu_disc"] = discs.percent, discs.uncertainty
        overlays += _extremes(case, discs, "disc", ("piu_disc",), corner)
    if deviation is not None:
        found["naad"] = deviation.percent, deviation.uncertainty
    grey, drawn = _grey_levels(case, taken, region, corner)
    return Part(found | grey, (*overlays, *drawn))


def of_profiles(case: FloodCase, _: Mapping[str, Value]) -> Part:
    """Measure which share of a horizontal and a vertical profile lies near the level of the middle (IPEM 80/112)."""
    image = case.image
    size = ProfileSize() if case.parameters["profiles"] == "160_px" else ProfileSize.of_mm(image.required_spacing_mm)
    reference = str(case.parameters["profile_reference"])
    unit = abs(image.slope) if reference == "mode" else PIXEL
    values = np.rint(case.values / unit) if reference == "mode" else case.values
    circle = case.circle
    centre = (circle.row, circle.column) if circle else smallest_box_centre(case.mask)
    found = fractional_uniformity(
        values, centre, reference=reference, size=size, phantom=case.mask, sigma=case.noise / unit
    )
    shapes = (("profile_h", found.horizontal_profile, "h"), ("profile_v", found.vertical_profile, "v"))
    return Part(
        {
            "fractional_uniformity_h": (found.horizontal, found.horizontal_uncertainty),
            "fractional_uniformity_v": (found.vertical, found.vertical_uncertainty),
        },
        tuple(
            Overlay(name, _drawn(shape), image.uid, image.frame, (f"fractional_uniformity_{direction}",))
            for name, shape, direction in shapes
        ),
    )


def _drawn(shape: Rectangle) -> Rectangle:
    """Return the rectangle moved between pixels, so that an even one covers c - n/2 … c + n/2 - 1 on the picture."""
    row = shape.row - (0.5 if shape.rows % 2 == 0 else 0.0)
    column = shape.column - (0.5 if shape.columns % 2 == 0 else 0.0)
    return Rectangle(row, column, shape.rows, shape.columns)


def _extremes(
    case: FloodCase, found: PercentUniformity, kind: str, keys: tuple[str, ...], corner: Pixel
) -> list[Overlay]:
    image, pitch = case.image, case.image.required_spacing_mm
    radius = disc_radius_mm(DISC_MM2) if kind == "disc" else 2 * min(pitch)
    return [
        Overlay(
            f"{name}_{kind}",
            Disc(float(row + corner[0]), float(column + corner[1]), radius, pitch),
            image.uid,
            image.frame,
            keys,
        )
        for name, (row, column) in (("highest", found.highest), ("lowest", found.lowest))
    ]


def _grey_levels(
    case: FloodCase, values: FloatArray, region: BoolArray, corner: Pixel
) -> tuple[dict[str, Value], tuple[Overlay, ...]]:
    found = greyscale_map(values, region, smooth=False)
    if found is None:
        return {}, ()
    within = dict(zip(found.limits_percent, found.within_percent, strict=True))[WITHIN_PERCENT]
    measured = {"greyscale_within_10": (within, nan), "greyscale_sd": (found.sd_percent, nan)}
    near = found.limits_percent.index(WITHIN_PERCENT)
    drawn = []
    for name, mask in (("brighter_10", found.classes > near), ("darker_10", found.classes < -near)):
        if mask.any():
            points = outlines(largest_component(mask))[0]
            line = tuple((row + corner[0], column + corner[1]) for row, column in points)
            drawn.append(
                Overlay(name, Polyline(line, closed=True), case.image.uid, case.image.frame, ("greyscale_within_10",))
            )
    return measured, tuple(drawn)
