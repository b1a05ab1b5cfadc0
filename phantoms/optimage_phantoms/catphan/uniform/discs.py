# SPDX-License-Identifier: LGPL-3.0-or-later
"""CT numbers in the middle and at four sides, and how far they differ."""

from collections.abc import Mapping
from math import hypot, nan

from optimage.api import AnalysisError, Disc, Overlay
from optimage.imaging.noise import mean_scatter
from optimage.imaging.rois import Roi, measure_roi
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.uniform.section import UniformSection, uniform_section
from optimage_phantoms.parts import Part, Value, unique

SIDES = {"centre": (0, 0), "right": (1, 0), "bottom": (0, 1), "left": (-1, 0), "top": (0, -1)}
"""Where the discs lie, in steps of the ring's radius to the right and down on the screen."""
JOINT = ("uniformity_max_dev", "uniformity_index", "integral_nonuniformity", "cupping")
AIR_HU = 1000.0  # below water


def of_discs(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Measure five discs on the mean of the section's slices.

    The sides are those of the screen whatever the roll of the phantom: what
    makes them differ is the scanner.
    """
    section = uniform_section(case)
    rois: dict[str, Roi] = {}
    discs = {side: _disc(case, section, *steps) for side, steps in SIDES.items()}
    problem: AnalysisError | None = None
    for side, disc in discs.items():
        try:
            rois[side] = measure_roi(section.stack.mean.image, disc)
        except AnalysisError as error:
            problem = error
    share = _scatter(section, case.model.uniformity.disc_radius_mm * section.stack.middle.scale) if rois else nan
    values = {f"uniformity_{side}": (roi.statistics.mean, share * roi.statistics.sd) for side, roi in rois.items()}
    if len(rois) == len(SIDES):
        values |= compare(values)
    notes = unique(note for roi in rois.values() for note in roi.notes)
    image = section.stack.middle.image
    overlays = tuple(
        Overlay(
            f"uniformity_{side}",
            section.stack.on_middle(discs[side]),
            image.uid,
            image.frame,
            (f"uniformity_{side}", *(key for key in JOINT if key in values)),
            roi.statistics,
        )
        for side, roi in rois.items()
    )
    return Part(values, overlays, notes, problem)


def _disc(case: CatphanCase, section: UniformSection, right: int, down: int) -> Disc:
    scale, rules = section.stack.middle.scale, case.model.uniformity
    ring = rules.ring_radius_mm * scale
    return section.stack.axis.with_radius(rules.disc_radius_mm * scale).moved(
        right_mm=right * ring, down_mm=down * ring
    )


def _scatter(section: UniformSection, radius_mm: float) -> float:
    """Return how much means of discs scatter over the mean of the slices, over the SD of its pixels."""
    area = section.stack.axis.with_radius(section.rules.section.area_radius_mm * section.stack.middle.scale)
    return mean_scatter(section.stack.mean.image, area, radius_mm=radius_mm)


def compare(means: Mapping[str, Value]) -> dict[str, Value]:
    """Return the largest deviation, its index, integral non-uniformity and cupping of the five discs."""
    centre = means["uniformity_centre"]
    sides = [means[f"uniformity_{side}"] for side in SIDES if side != "centre"]
    far = max(sides, key=lambda side: abs(side[0] - centre[0]))
    deviation = far[0] - centre[0], hypot(far[1], centre[1])
    low, high = min((*sides, centre)), max((*sides, centre))
    total = high[0] + low[0] + 2 * AIR_HU
    average = sum(side[0] for side in sides) / len(sides)
    u_average = hypot(*(side[1] for side in sides)) / len(sides)
    scale = 100.0 / (centre[0] + AIR_HU)
    return {
        "uniformity_max_dev": deviation,
        "uniformity_index": (scale * deviation[0], abs(scale) * deviation[1]),
        "integral_nonuniformity": ((high[0] - low[0]) / total, hypot(high[1], low[1]) / total),
        "cupping": (average - centre[0], hypot(u_average, centre[1])),
    }
