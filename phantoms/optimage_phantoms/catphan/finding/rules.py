# SPDX-License-Identifier: LGPL-3.0-or-later
"""The numbers by which the phantom is found, read from `rules.toml`."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from optimage_phantoms.tables import fill, read_tables

SCHEMA = 1
FILE = Path(__file__).with_name("rules.toml")


class OutlineRules(NamedTuple):
    """What counts as the outline of a CATPHAN, and which slices show it."""

    pitch_mm: float
    level_hu: float
    opening_mm: float
    smallest_radius_mm: float
    largest_radius_mm: float
    radius_share: float
    least_share: float
    fine_slices: int
    inside_lowest_hu: float
    inside_highest_hu: float


class RingRules(NamedTuple):
    """What the ring of the inserts must show."""

    width_mm: float
    deviation_hu: float


class PinRules(NamedTuple):
    """What the ring of the four pins must show."""

    width_mm: float
    deviation_hu: float
    noise_ratio: float
    agreement_deg: float


class PatternRules(NamedTuple):
    """How near the values round the ring must come to those of a model."""

    tolerance_hu: float
    tolerance_share: float
    worst: float
    highest_cost: float
    clear_margin: float


class LinePairRules(NamedTuple):
    """When a slice shows the line pairs, and how far from their place they may lie."""

    width_mm: float
    deviation_hu: float
    noise_ratio: float
    fewest_bars: int
    least_correlation: float
    equal_correlation: float
    place_tolerance_mm: float


class RampRules(NamedTuple):
    """Where the wires are looked for, and what counts as one."""

    half_length_mm: float
    half_width_mm: float
    reach_mm: float
    contrast_hu: float
    noise_ratio: float
    slope_share: float
    most_slices: int
    one_slice_models: list[str]
    one_slice_sense: int
    one_slice_spread_mm: float
    search_mm: float


class FeatureRules(NamedTuple):
    """Which spots may be inserts of air or dense plastic, and how well their distance is known."""

    pitch_mm: float
    level_hu: float
    smallest_mm2: float
    largest_mm2: float
    distance_mm: float


class RegistrationRules(NamedTuple):
    """Which inserts are precise enough, and which residual is too large."""

    least_contrast_hu: float
    window_mm: float
    residual_mm: float
    off_axis_mm: float
    tilt_deg: float


class Rules(NamedTuple):
    """Everything in the file."""

    outline: OutlineRules
    ring: RingRules
    pins: PinRules
    pattern: PatternRules
    line_pairs: LinePairRules
    ramps: RampRules
    registration: RegistrationRules
    features: FeatureRules


@cache
def load_rules() -> Rules:
    """Return the rules; ValueError where the file has another schema than this code."""
    _, tables = read_tables(FILE, schema=SCHEMA)
    return Rules(
        fill(OutlineRules, tables["outline"]),
        fill(RingRules, tables["ring"]),
        fill(PinRules, tables["pins"]),
        fill(PatternRules, tables["pattern"]),
        fill(LinePairRules, tables["line_pairs"]),
        fill(RampRules, tables["ramps"]),
        fill(RegistrationRules, tables["registration"]),
        fill(FeatureRules, tables["features"]),
    )
