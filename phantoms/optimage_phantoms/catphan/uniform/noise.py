# SPDX-License-Identifier: LGPL-3.0-or-later
"""The noise in the middle of the uniformity module."""

from collections.abc import Mapping
from math import nan, sqrt

import numpy as np

from optimage.api import Box, Disc
from optimage.imaging.noise import sd_scatter
from optimage.imaging.rois import mask_of, measure_roi
from optimage.imaging.trend import number_of_terms, residuals_of_each
from optimage_phantoms.catphan.averaged import Stack
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.uniform.section import UniformSection, uniform_section
from optimage_phantoms.parts import Part, Value

KEYS = ("noise", "noise_detrended")
TREND_ORDER = 2


def of_disc(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Measure the standard deviation in a disc about the axis: the root mean square over the section's slices."""
    section = uniform_section(case)
    stack = section.stack
    image = stack.middle.image
    disc = stack.axis.with_radius(section.rules.noise.diameter_mm / 2 * stack.middle.scale)
    shown = measure_roi(image, stack.on_middle(disc))
    plain, flat = variances(stack, disc)
    share = _uncertain_share(section, disc.radius_mm)
    values = {
        "noise": (sqrt(plain), share * sqrt(plain)),
        "noise_detrended": (sqrt(flat), share * sqrt(flat)),
    }
    return Part(values, (shown.overlay("noise", image, KEYS),), shown.notes)


def variances(stack: Stack, disc: Disc) -> tuple[float, float]:
    """Return the mean over the slices of the variance in `disc`, plain and about a quadratic surface of each slice."""
    rows, columns = np.nonzero(mask_of(disc, Box(0, 0, *stack.values.shape[1:])))
    x, y = columns.astype(np.float64), rows.astype(np.float64)
    values = stack.values[:, rows, columns]
    freedom = np.isfinite(values).sum(axis=1) - number_of_terms(TREND_ORDER)
    if freedom.min() < 1:
        return nan, nan
    left = residuals_of_each(values, x, y, order=TREND_ORDER)
    return float(np.nanvar(values, axis=1, ddof=1).mean()), float((np.nansum(left**2, axis=1) / freedom).mean())


def _uncertain_share(section: UniformSection, radius_mm: float) -> float:
    """Return the relative standard uncertainty of the noise of all slices, by what blocks of the middle one show."""
    stack = section.stack
    area = stack.middle.disc(0.0, 0.0, section.rules.section.area_radius_mm)
    one = sd_scatter(stack.middle.image, area, radius_mm=radius_mm, side_mm=section.rules.noise.block_mm)
    return one / sqrt(stack.independent)
