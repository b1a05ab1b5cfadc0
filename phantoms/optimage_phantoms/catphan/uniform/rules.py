# SPDX-License-Identifier: LGPL-3.0-or-later
"""The numbers that the uniformity module is measured by, read from `rules.toml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from optimage_phantoms.tables import fill, read_tables

SCHEMA = 1
FILE = Path(__file__).with_name("rules.toml")


class SectionRules(NamedTuple):
    """Which slices show the module, and how much of each is homogeneous."""

    half_mm: float
    area_radius_mm: float
    most_slices: int
    most_candidates: int
    level_hu: float
    level_step_hu: float
    structure_block_mm: float
    structure_ratio: float


class NoiseRules(NamedTuple):
    """The disc that the noise is measured in, and the blocks that show how uncertain that is."""

    diameter_mm: float
    block_mm: float


class ProfileRules(NamedTuple):
    """Width of the strips, steps along them and outwards, and how far they reach."""

    strip_mm: float
    step_mm: float
    reach_mm: float


class PowerRules(NamedTuple):
    """Side of the squares, and the radius that all of each must lie within."""

    side_mm: float
    area_radius_mm: float


class Rules(NamedTuple):
    """Everything in the file; `search_mm` are the models whose module has to be searched for, and how far."""

    section: SectionRules
    search_mm: Mapping[str, float]
    noise: NoiseRules
    profiles: ProfileRules
    power: PowerRules


@cache
def load_rules() -> Rules:
    """Read the data file; ValueError where it has another schema than this code."""
    _, tables = read_tables(FILE, schema=SCHEMA)
    return Rules(
        fill(SectionRules, tables["section"]),
        tables["search"]["half_mm"],
        fill(NoiseRules, tables["noise"]),
        fill(ProfileRules, tables["profiles"]),
        fill(PowerRules, tables["power"]),
    )
