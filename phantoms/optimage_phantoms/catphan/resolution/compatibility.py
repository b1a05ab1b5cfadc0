# SPDX-License-Identifier: LGPL-3.0-or-later
"""The modulation that another program (pylinac 3.49) reads from the same images, rebuilt for comparison.

It takes the maximum of seven slices, so that noise enters with its highest
values, nearest pixels, and peaks of the plain CT numbers above the smallest
one round the circle. Its figures differ by up to 0.1 line pairs per mm from
the default and must never be mixed with it in one trend.
"""

from collections.abc import Sequence

import numpy as np
from scipy import ndimage

from optimage.api import N_, AnalysisError, Box, FloatArray, Image
from optimage.imaging.rois import clipped
from optimage_phantoms.catphan.models import LinePairs
from optimage_phantoms.catphan.pose import View
from optimage_phantoms.catphan.resolution.layout import Layout
from optimage_phantoms.catphan.resolution.modulation import Response
from optimage_phantoms.catphan.resolution.rules import CompatibilityRules

PEAK_DISTANCE = 0.6  # of the period


def by_maximum(
    stack: Sequence[Image], view: View, layout: Layout, pairs: LinePairs, rules: CompatibilityRules
) -> Response:
    """Return the modulation by that definition, up to the first group with too few peaks.

    Raises
    ------
    AnalysisError
        `line_pairs_too_faint` where group 1 has no two peaks.
    """
    angles, profile = _profile(stack, view, layout, pairs, rules)
    modulations: list[float] = []
    for number, (low, high, count) in enumerate(_sectors(layout, pairs), start=1):
        inside = (angles - low) % 360.0 <= high - low
        read = _peaks_and_valleys(profile[inside], np.degrees(10.0 / number / pairs.radius_mm), count, angles)
        if read is None:
            break
        peak, valley = read
        modulations.append((peak - valley) / (peak + valley))
    if not modulations or modulations[0] <= 0:
        raise AnalysisError(
            "group_1_not_read", N_("the coarsest line pairs show no two peaks on the maximum of the slices")
        )
    values = np.array(modulations) / modulations[0]
    frequencies = np.arange(1, len(values) + 1) / 10.0
    return Response(frequencies, values, np.full(values.shape, np.nan), np.nan)


def _profile(
    stack: Sequence[Image], view: View, layout: Layout, pairs: LinePairs, rules: CompatibilityRules
) -> tuple[FloatArray, FloatArray]:
    """Return angles in the sense of the gauge, and the profile there above its minimum."""
    spacing = view.image.required_spacing_mm
    pixel = min(spacing)
    radius = pairs.radius_mm * view.scale
    at = next(k for k, image in enumerate(stack) if image is view.image)
    images = stack[max(at - rules.neighbours, 0) : at + rules.neighbours + 1]
    reach = radius * (1 + rules.width_share) + 2 * pixel
    down, right = round(reach / spacing[0]) + 1, round(reach / spacing[1]) + 1
    box = clipped(
        Box(round(view.row) - down, round(view.column) - right, 2 * down + 1, 2 * right + 1), view.image.shape
    )
    highest = np.max([image.values(box) for image in images], axis=0)
    count = round(2 * np.pi * radius / pixel * rules.samples_per_px)
    angles = np.arange(count, dtype=np.float64) * (360.0 / count)
    radii = radius * np.linspace(1 - rules.width_share, 1 + rules.width_share, rules.circles)[:, None]
    on_screen = np.radians(layout.sense * angles)
    rows = view.row + radii * np.sin(on_screen) / spacing[0] - box.row
    columns = view.column + radii * np.cos(on_screen) / spacing[1] - box.column
    sampled = ndimage.map_coordinates(highest, (rows, columns), order=0, mode="nearest")
    profile = ndimage.gaussian_filter1d(sampled.mean(axis=0), max(round(count * rules.smoothing_share), 1), mode="wrap")
    return angles, np.asarray(profile - profile.min())


def _sectors(layout: Layout, pairs: LinePairs) -> list[tuple[float, float, int]]:
    """Return where each group begins and ends, half way to its neighbours, and how many bars it has."""
    blocks = layout.blocks[: len(pairs.bars) + 1]
    ends = [block.start_deg + block.width_deg for block in blocks]
    starts = [block.start_deg for block in blocks]
    gaps = [((start - end) % 360.0) / 2 for end, start in zip(ends, starts[1:], strict=False)]
    low = starts[0] - 10.0
    sectors = []
    for k, count in enumerate(pairs.bars[: len(gaps)]):
        high = ends[k] + gaps[k]
        sectors.append((low, low + (high - low) % 360.0, count))
        low = high
    return sectors


def _peaks_and_valleys(
    profile: FloatArray, period_deg: float, count: int, angles: FloatArray
) -> tuple[float, float] | None:
    distance = max(round(PEAK_DISTANCE * period_deg / float(angles[1] - angles[0])), 1)
    peaks = sorted(_highest(profile, count, distance))
    if len(peaks) < count:
        return None
    between = profile[peaks[0] : peaks[-1] + 1]
    valleys = _highest(-between, count - 1, distance)
    if len(valleys) < count - 1:
        return None
    return float(profile[peaks].mean()), float(between[valleys].mean())


def _highest(profile: FloatArray, count: int, distance: int) -> list[int]:
    """Return up to `count` local maxima from the highest on, at least `distance` samples apart."""
    inner = profile[1:-1]
    tops = np.flatnonzero((inner > profile[:-2]) & (inner >= profile[2:])) + 1
    chosen: list[int] = []
    for top in tops[np.argsort(-profile[tops], kind="stable")]:
        if all(abs(int(top) - other) >= distance for other in chosen):
            chosen.append(int(top))
        if len(chosen) == count:
            break
    return chosen
