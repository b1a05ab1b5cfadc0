# SPDX-License-Identifier: LGPL-3.0-or-later
"""The numbers that inserts, pins and ramps are measured by, read from `rules.toml`."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from optimage_phantoms.tables import fill, read_tables

SCHEMA = 1
FILE = Path(__file__).with_name("rules.toml")


class SliceRules(NamedTuple):
    """Which slices inserts and pins are measured on, and how far off the middle one is told to be far."""

    half_mm: float
    most: int
    reach_mm: float
    far_mm: float


class InsertRules(NamedTuple):
    """The measuring disc, and when an insert stands out enough to be placed by its own centroid."""

    disc_radius_mm: float
    search_mm: float
    smoothing_mm: float
    ring_mm: tuple[float, float]
    threshold: float
    passes: int
    significance: float
    least_contrast_hu: float
    farthest_mm: float
    fewest_places: int


class BodyRules(NamedTuple):
    """Where free discs lie between inserts, pins and ramps, and how far blur makes a pin reach beyond its edge."""

    pitch_mm: float
    inner_mm: float
    outer_mm: float
    clearance_mm: float
    wire_mm: float
    edge_mm: float


class VialRules(NamedTuple):
    """How far a vial may read from a material that it is taken for."""

    tolerance_hu: float


class PinRules(NamedTuple):
    """What counts as a pin, and how its centre is found."""

    search_mm: float
    window_mm: float
    ring_mm: tuple[float, float]
    threshold: float
    threshold_sd: float
    passes: int
    smoothing_mm: float
    least_contrast_hu: float
    significance: float
    largest_residual_mm: float
    fewest: int


class RampRules(NamedTuple):
    """The strip along a wire, and how the hump in it is measured."""

    half_length_mm: float
    search_mm: float
    band_mm: float
    ground_mm: tuple[float, float]
    across_pitch_mm: float
    along_pitch_mm: float
    smoothing_mm: float
    smoothing_share: float
    peak_samples: int
    core_share: float
    clear_mm: float
    fewest_clear: int
    significance: float
    end_mm: float
    reach_mm: float
    most_slices: int
    typical_mm: float


class PairRules(NamedTuple):
    """How far opposite ramps may differ, as shares of their mean, before a note says so."""

    single_share: float
    mean_share: float


class IncrementRules(NamedTuple):
    """What a line through the centres of the humps needs."""

    fewest_slices: int
    least_travel_mm: float


class Rules(NamedTuple):
    """Everything in the file."""

    slices: SliceRules
    inserts: InsertRules
    body: BodyRules
    vial: VialRules
    pins: PinRules
    ramps: RampRules
    pairs: PairRules
    increment: IncrementRules


@cache
def load_rules() -> Rules:
    """Read the file; ValueError where it has another schema than this code."""
    _, tables = read_tables(FILE, schema=SCHEMA)
    kinds = {
        "slices": SliceRules,
        "inserts": InsertRules,
        "body": BodyRules,
        "vial": VialRules,
        "pins": PinRules,
        "ramps": RampRules,
        "pairs": PairRules,
        "increment": IncrementRules,
    }
    return Rules(**{name: fill(kind, tables[name]) for name, kind in kinds.items()})
