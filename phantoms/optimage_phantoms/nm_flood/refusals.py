# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is no flood image: nothing, a spot, a hollow figure, bars and lines."""

from math import nan

import numpy as np
import numpy.typing as npt

from optimage.api import N_, AnalysisError, FloatArray, Image
from optimage.imaging.pattern import central_part, field_box, find_pattern
from optimage.imaging.rebin import block_sum, centred_blocks
from optimage_phantoms.nm_flood.matrix import Matrix
from optimage_phantoms.nm_flood.method import FloodRules

ADVICE = N_("send the flood image: the bare detector under a uniform irradiation")


def check_counts(counts: npt.NDArray[np.generic]) -> None:
    """Refuse an image without counts, or with counts below zero (`counts`, shape (M, N))."""
    if counts.size and counts.max() > 0 and counts.min() >= 0:
        return
    smallest, largest = (float(counts.min()), float(counts.max())) if counts.size else (nan, nan)
    raise AnalysisError(
        "no_counts",
        N_("the image holds no counts: its values lie between {smallest:.0f} and {largest:.0f}"),
        advice=N_("check that the source was in front of the detector; send the original image"),
        smallest=smallest,
        largest=largest,
    )


def check_extent(matrix: Matrix, rules: FloodRules, least_per_pixel: float) -> None:
    """Refuse a spot, in which no run of five pixels fits, a figure whose middle is empty, and an almost empty image.

    With fewer than `least_per_pixel` counts in a pixel of the analysis
    matrix, noise alone leaves a smoothed pixel empty, so that every
    uniformity reads 100 %.
    """
    box = field_box(matrix.counts)
    if min(box.rows, box.columns) < rules.fewest_pixels:
        raise AnalysisError(
            "not_a_flood",
            N_("this is no flood: the irradiated area measures only {height:.0f} mm × {width:.0f} mm"),
            advice=ADVICE,
            height=box.rows * matrix.spacing_mm[0],
            width=box.columns * matrix.spacing_mm[1],
        )
    mean = float(matrix.counts[box.slices].mean())
    if mean < least_per_pixel:
        raise AnalysisError(
            "too_few_counts",
            N_("too few counts to measure: {mean:.2f} per pixel of the analysis matrix, {least:.0f} are needed"),
            advice=N_("acquire longer; 10 000 counts per pixel are usual"),
            mean=mean,
            least=least_per_pixel,
        )
    middle = float(np.median(matrix.counts[central_part(box, rules.central_share).slices]))
    if middle < rules.middle_share * mean:
        raise AnalysisError(
            "not_a_flood",
            N_("this is no flood: its middle holds {share:.0f} % of the mean counts, {needed:.0f} % are needed"),
            advice=ADVICE,
            share=100.0 * middle / mean,
            needed=100.0 * rules.middle_share,
        )


def check_pattern(image: Image, counts: npt.NDArray[np.generic], rules: FloodRules) -> None:
    """Refuse bars and lines: one frequency in `counts`, shape (M, N), that noise does not explain."""
    spacing = image.required_spacing_mm
    sizes = [max(1, int(rules.pixel_mm / pitch)) for pitch in spacing]
    fine: FloatArray = block_sum(counts, centred_blocks(image.shape, *sizes))
    widths = spacing[0] * sizes[0], spacing[1] * sizes[1]
    found = find_pattern(fine, widths, trend_mm=rules.trend_mm, share=rules.central_share)
    if found.present:
        raise AnalysisError(
            "not_a_flood",
            N_("this is no flood: it shows a pattern {strength:.0f} times the noise, {limit:.0f} at most expected"),
            advice=N_("send the flood image without bars or lines; of an uncorrected camera set the parameter pattern"),
            strength=found.strength,
            limit=found.limit,
        )
