# SPDX-License-Identifier: LGPL-3.0-or-later
"""The numbers that the low-contrast module is measured by, read from `rules.toml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from optimage_phantoms.tables import fill, read_tables

SCHEMA = 1
FILE = Path(__file__).with_name("rules.toml")


class SectionRules(NamedTuple):
    """Which part of the length of the rods slices are taken from, and how much of each is looked at."""

    length_share: float
    radius_mm: float


class BackgroundRules(NamedTuple):
    """Discs beside a rod: their radius, and their distance from the axis over that of the rod."""

    radius_mm: float
    shares: tuple[float, ...]
    harmonics: int


class RegistrationRules(NamedTuple):
    """How the rods are looked for round their circle, and when they lie elsewhere than the model says."""

    step_deg: float
    band_mm: float
    near_deg: float
    free_radius_mm: float
    free_deg: float
    least_match: float
    turned_match: float
    turned_lead: float


class DetectabilityRules(NamedTuple):
    """Contrast that is seen, in standard deviations of disc means, and how many discs tell them."""

    factor: float
    fewest_discs: int
    most_discs: int


class Rules(NamedTuple):
    """Everything in the file; `regions_mm` is by diameter of the rod the radius it is measured in."""

    section: SectionRules
    regions_mm: Mapping[float, float]
    background: BackgroundRules
    registration: RegistrationRules
    detectability: DetectabilityRules


@cache
def load_rules() -> Rules:
    """Read the data file; ValueError where it has another schema than this code."""
    _, tables = read_tables(FILE, schema=SCHEMA)
    background = tables["background"]
    return Rules(
        fill(SectionRules, tables["section"]),
        dict(tables["rods"]["regions"]),
        fill(BackgroundRules, {**background, "shares": tuple(background["shares"])}),
        fill(RegistrationRules, tables["registration"]),
        fill(DetectabilityRules, tables["detectability"]),
    )
