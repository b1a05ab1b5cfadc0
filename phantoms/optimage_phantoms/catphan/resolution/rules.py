# SPDX-License-Identifier: LGPL-3.0-or-later
"""The numbers that high-contrast resolution is measured by, read from `rules.toml`."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from optimage_phantoms.tables import fill, read_tables

SCHEMA = 1
FILE = Path(__file__).with_name("rules.toml")


class SliceRules(NamedTuple):
    """How far along the axis the gauge is looked for, and when a neighbouring slice shows it, too."""

    search_mm: float
    neighbour_share: float


class AnnulusRules(NamedTuple):
    """Where the annulus lies, and what on it is a bar."""

    half_width_mm: float
    radial_step_mm: float
    step_deg: float
    smoothing_deg: float
    low_percentile: float
    high_percentile: float
    threshold: float
    least_noise_ratio: float
    free_margin_deg: float


class LayoutRules(NamedTuple):
    """What tells start and sense of the gauge, and what belongs to one block of bars."""

    least_free_deg: float
    bar_least_deg: float
    bar_most_deg: float
    bar_pitch_deg: float
    bar_pitch_tolerance_deg: float
    block_gap_deg: float
    width_tolerance: float
    bars_beyond: int
    most_groups: int


class StripRules(NamedTuple):
    """How a block of bars is sampled along its tangent."""

    half_width_mm: float
    radial_step_mm: float
    largest_step_mm: float
    samples_per_bar: int
    margin_mm: float
    spline_order: int
    phase_share: float
    phase_most_mm: float
    nyquist_share: float


class VisibleRules(NamedTuple):
    """When bars count as visible, and when nothing can be measured."""

    modulation: float
    least_contrast_ratio: float
    samples_per_bar: int
    prominence_sigma: float


class UncertaintyRules(NamedTuple):
    """What is uncertain beside noise, as shares of a value."""

    interpolation_share: float


class BeadRules(NamedTuple):
    """What is a bead, and which surroundings belong to it."""

    search_mm: float
    along_mm: float
    noise_ratio: float
    least_hu: float
    ring_inner_mm: float
    ring_outer_mm: float
    window_mm: float
    across_least_mm: float
    across_widths: float
    taper_share: float
    clipped_hu: tuple[float, ...]
    largest_aliasing: float
    largest_noise_share: float


class CompatibilityRules(NamedTuple):
    """How another program samples the gauge."""

    neighbours: int
    circles: int
    width_share: float
    samples_per_px: float
    smoothing_share: float


class ResolutionRules(NamedTuple):
    """Everything in the file."""

    slices: SliceRules
    annulus: AnnulusRules
    layout: LayoutRules
    strip: StripRules
    visible: VisibleRules
    uncertainty: UncertaintyRules
    bead: BeadRules
    compatibility: CompatibilityRules


@cache
def load_resolution_rules() -> ResolutionRules:
    """Read the data file.

    Raises
    ------
    ValueError
        The file has another schema than this code.
    """
    _, tables = read_tables(FILE, schema=SCHEMA)
    bead = {**tables["bead"], "clipped_hu": tuple(tables["bead"]["clipped_hu"])}
    return ResolutionRules(
        fill(SliceRules, tables["slices"]),
        fill(AnnulusRules, tables["annulus"]),
        fill(LayoutRules, tables["layout"]),
        fill(StripRules, tables["strip"]),
        fill(VisibleRules, tables["visible"]),
        fill(UncertaintyRules, tables["uncertainty"]),
        fill(BeadRules, bead),
        fill(CompatibilityRules, tables["compatibility"]),
    )
