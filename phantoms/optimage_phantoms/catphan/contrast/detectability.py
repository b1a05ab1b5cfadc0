# SPDX-License-Identifier: LGPL-3.0-or-later
"""The contrast that can be told from noise, by diameter, from the uniformity module alone."""

from collections.abc import Mapping
from math import pi, sqrt

import numpy as np

from optimage.api import N_, AnalysisError, Curve, Disc, Overlay
from optimage.imaging.disc_grid import discs_on_pixels, packed_in_disc
from optimage.imaging.disc_noise import true_over_pixels
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.contrast.rules import Rules, load_rules
from optimage_phantoms.catphan.uniform.section import UniformSection, uniform_section
from optimage_phantoms.parts import Part, Value

TERMS = 6  # of a quadratic surface


def threshold_key(diameter_mm: float) -> str:
    """Return the key of the threshold for a diameter: `lcd_threshold_15mm`."""
    return f"lcd_threshold_{diameter_mm:g}mm"


def of_discs(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Measure how much means of discs scatter that do not overlap: 3.29 times that is told from noise."""
    section, rules = uniform_section(case), load_rules()
    values: dict[str, Value] = {}
    problem: AnalysisError | None = None
    for diameter in sorted(rules.regions_mm):
        try:
            sigma, u_sigma = sigma_of_means(section, diameter, rules)
            factor = rules.detectability.factor
            values[threshold_key(diameter)] = factor * sigma, factor * u_sigma
        except AnalysisError as error:
            problem = error
    diameters = tuple(diameter for diameter in sorted(rules.regions_mm) if threshold_key(diameter) in values)
    curve = Curve(
        "lcd_threshold",
        diameters,
        tuple(values[threshold_key(diameter)][0] for diameter in diameters),
        N_("diameter"),
        N_("smallest contrast told from noise"),
        "mm",
        "HU",
    )
    image, keys = section.stack.middle.image, tuple(values)
    shown = Overlay("lcd_area", section.stack.on_middle(_area(section)), image.uid, image.frame, keys)
    return Part(values, (shown,) if values else (), problem=problem, curves=(curve,) if values else ())


def sigma_of_means(section: UniformSection, diameter_mm: float, rules: Rules) -> Value:
    """Return the standard deviation of means of discs of `diameter_mm` in single slices, and its own uncertainty.

    The noise power spectrum tells what the rim pixels of small discs cost,
    and what the quadratic surface of each slice took at the lowest frequencies.

    Raises
    ------
    AnalysisError
        `too_few_discs`.
    """
    area, scale = _area(section), section.stack.middle.scale
    rows, columns = packed_in_disc(area, diameter_mm=diameter_mm * scale)
    most = rules.detectability.most_discs // len(section.stack.views)
    every = -(-rows.size // most) or 1
    rows, columns = rows[::every], columns[::every]
    radius, spacing = diameter_mm / 2 * scale, area.spacing_mm
    means = discs_on_pixels(section.flat, rows, columns, radius_mm=radius, spacing_mm=spacing)
    known = means[np.isfinite(means)]
    least = rules.detectability.fewest_discs
    if known.size < least:
        raise AnalysisError(
            "too_few_discs",
            N_("only {discs} discs of {diameter:.0f} mm fit into the uniformity module, {needed} are needed"),
            advice=N_("scan more slices of the uniformity module"),
            discs=int(known.size),
            diameter=diameter_mm,
            needed=least,
        )
    taken = TERMS * section.power.low_power(0.0) / (pi * area.radius_mm**2)
    sigma = sqrt(float((known**2).mean()) * true_over_pixels(section.power, radius_mm=radius) + taken)
    independent = known.size * section.stack.independent / len(section.stack.views)
    return sigma, sigma / sqrt(2 * max(independent - 1, 1.0))


def _area(section: UniformSection) -> Disc:
    return section.stack.axis.with_radius(section.rules.section.area_radius_mm * section.stack.middle.scale)
