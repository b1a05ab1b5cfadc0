# SPDX-License-Identifier: LGPL-3.0-or-later
"""The numbers that the slice width plates are found and measured by, read from `plates.toml`."""

from math import radians, sqrt, tan
from pathlib import Path
from typing import NamedTuple

from optimage_phantoms.tables import fill, read_tables

SCHEMA = 1
FILE = Path(__file__).with_name("plates.toml")


class Band(NamedTuple):
    """A strip along the plates in nominal mm: its middle across, its height, how far it reaches to either side."""

    across_mm: float
    height_mm: float
    reach_mm: float


class PlateObject(NamedTuple):
    """Nominal geometry: slope of the plates, outer distance of the rods, place and height of the bands."""

    plate_angle_deg: float
    rod_distance_mm: float
    band_height_mm: float
    band_offset_mm: float

    @property
    def slope(self) -> float:
        """Tangent of the angle between plate and slice."""
        return tan(radians(self.plate_angle_deg))


class AngleRules(NamedTuple):
    """Half width of the rectangular distribution of the angle of a plate."""

    tolerance_deg: float

    @property
    def uncertainty_deg(self) -> float:
        """Standard uncertainty of the angle of one plate."""
        return self.tolerance_deg / sqrt(3)


class RodRules(NamedTuple):
    """What counts as a rod: a dark spot on a bright ground."""

    pitch_mm: float
    smoothing_mm: float
    surroundings_mm: float
    dark_share: float
    smallest_mm: float
    largest_mm: float
    most: int
    reach_mm: float
    ring_mm: float
    least_deficit_mm2: float
    pixel_share: float


class GridRules(NamedTuple):
    """What counts as three by three rods."""

    scale_tolerance: float
    place_tolerance_mm: float
    fewest: int
    largest_residual_mm: float


class DirectionRules(NamedTuple):
    """Strips beside a plate, their distance from its middle and their height, and how far along it they reach."""

    strip_offset_mm: float
    strip_height_mm: float
    reach_mm: float


class ProfileRules(NamedTuple):
    """How far the profile reaches, and when a wedge is visible, complete and straight."""

    half_length_mm: float
    baseline_order: int
    free_end_mm: float
    farthest_mm: float
    least_depth: float
    significance: float
    largest_uncertainty: float
    largest_tilt_deg: float


class PlateRules(NamedTuple):
    """Everything in the file, and the file's hash."""

    sha256: str
    object: PlateObject
    angle: AngleRules
    rods: RodRules
    grid: GridRules
    direction: DirectionRules
    profile: ProfileRules

    @property
    def bands(self) -> tuple[Band, Band]:
        """Where the profiles of both plates lie, the upper or left one first."""
        plates = self.object
        upper, lower = (
            Band(across, plates.band_height_mm, self.profile.half_length_mm)
            for across in (-plates.band_offset_mm, plates.band_offset_mm)
        )
        return upper, lower


def load_plate_rules(path: Path = FILE) -> PlateRules:
    """Read the data file.

    Raises
    ------
    ValueError
        The file has another schema than this code.
    """
    sha256, tables = read_tables(path, schema=SCHEMA)
    return PlateRules(
        sha256,
        fill(PlateObject, tables["object"]),
        fill(AngleRules, tables["angle"]),
        fill(RodRules, {**tables["rods"], **tables["centres"]}),
        fill(GridRules, tables["grid"]),
        fill(DirectionRules, tables["direction"]),
        fill(ProfileRules, tables["profile"]),
    )
