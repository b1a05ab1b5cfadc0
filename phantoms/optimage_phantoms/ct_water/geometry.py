# SPDX-License-Identifier: LGPL-3.0-or-later
"""The numbers this module measures by, read from `geometry.toml`."""

from dataclasses import dataclass
from pathlib import Path

from optimage.imaging.rules import DiscRules
from optimage.model.shapes import Disc
from optimage_phantoms.tables import fill, read_tables

SCHEMA = 1
FILE = Path(__file__).with_name("geometry.toml")


@dataclass(frozen=True, slots=True)
class RoiLayout:
    """Sizes and places of the regions; see the reference page."""

    centre_fraction: float
    noise_fraction: float
    edge_gap_mm: float
    fixed_area_mm2: float
    small_disc_diameter_mm: float
    void_hu: float
    void_sigma: float


@dataclass(frozen=True, slots=True)
class AirRules:
    """Where the air region may lie."""

    radius_mm: float
    clearance_mm: float
    sector_from_deg: float
    sector_to_deg: float
    angle_step_deg: float
    solid_hu: float
    corner_tolerance_hu: float
    least_air_mm2: float
    lowest_hu: float
    level_percentile: float
    spread_percentile: float
    level_tolerance_spread: float
    level_tolerance_hu: float
    quiet_ratio: float
    noise_margin_mm: float
    noise_sigma: float
    clipped_share: float


@dataclass(frozen=True, slots=True)
class HomogeneityRules:
    """When a slice is not homogeneous, and which share of a series must be."""

    smoothing_mm: float
    sd_ratio: float
    sd_hu: float
    area_sd_hu: float
    mean_hu: float
    series_share: float
    peak_ratio: float


@dataclass(frozen=True, slots=True)
class SeriesRules:
    """How alike the slices of a series must be."""

    diameter_tolerance_mm: float
    end_slice_hu: float
    alike_share: float


@dataclass(frozen=True, slots=True)
class Geometry:
    """Everything in the file, and the file's hash."""

    sha256: str
    rois: RoiLayout
    air: AirRules
    disc: DiscRules
    cut_off_share: float
    homogeneity: HomogeneityRules
    series: SeriesRules
    block_fraction: float
    sop_classes: frozenset[str]
    image_types: frozenset[str]

    def measuring_area(self, water: Disc) -> Disc:
        """Return the water without the gap at its edge: where all regions lie."""
        return water.with_radius(water.radius_mm - self.rois.edge_gap_mm)


def load_geometry(path: Path = FILE) -> Geometry:
    """Read the data file.

    Raises
    ------
    ValueError
        The file has another schema than this code.
    """
    digest, tables = read_tables(path, schema=SCHEMA)
    return Geometry(
        digest,
        fill(RoiLayout, tables["rois"]),
        fill(AirRules, tables["air"]),
        fill(DiscRules, tables["locate"]),
        float(tables["locate"]["cut_off_share"]),
        fill(HomogeneityRules, tables["homogeneity"]),
        fill(SeriesRules, tables["series"]),
        float(tables["noise"]["block_fraction"]),
        frozenset(tables["objects"]["sop_classes"]),
        frozenset(tables["objects"]["image_types"]),
    )
