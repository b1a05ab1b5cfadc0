# SPDX-License-Identifier: LGPL-3.0-or-later
"""The numbers this module measures by, read from `method.toml`."""

from dataclasses import dataclass
from pathlib import Path

from optimage_phantoms.tables import fill, read_tables

SCHEMA = 1
FILE = Path(__file__).with_name("method.toml")


@dataclass(frozen=True, slots=True)
class MatrixRules:
    """Width of the pixels of the analysis matrix."""

    target_mm: float
    smallest_mm: float
    largest_mm: float


@dataclass(frozen=True, slots=True)
class FieldRules:
    """Which pixels belong to the useful and to the central field of view."""

    cfov_share: float
    edge_share: float


@dataclass(frozen=True, slots=True)
class EstimateRules:
    """The first estimate of the field, where its size is not given."""

    high_percentile: float
    background_share: float
    median_share: float


@dataclass(frozen=True, slots=True)
class NmqcRules:
    """Shares of the variant `nmqc`."""

    background_share: float
    threshold_share: float
    ufov_share: float
    cfov_share: float


@dataclass(frozen=True, slots=True)
class CountRules:
    """How many counts a pixel needs, for a good and for any measurement; how many fields away the source must be."""

    fewest_per_pixel: float
    least_per_pixel: float
    source_distance_fields: float


@dataclass(frozen=True, slots=True)
class FloodRules:
    """What is no flood: repeating patterns, an empty middle, a spot."""

    trend_mm: float
    central_share: float
    pixel_mm: float
    middle_share: float
    fewest_pixels: int


@dataclass(frozen=True, slots=True)
class NoiseRules:
    """How many independent values smoothed noise is worth; below which share of the floor a camera smooths."""

    independence_range: float
    independence_runs: float
    smoothed_share: float


@dataclass(frozen=True, slots=True)
class TubeRules:
    """Periods at which photomultipliers show."""

    shortest_period_mm: float
    longest_period_mm: float
    row_share: float
    margin: float

    def periods_mm(self, pitch_mm: float) -> tuple[float, float]:
        """Return shortest and longest period for tubes `pitch_mm` apart; 0 for any tubes."""
        if not pitch_mm:
            return self.shortest_period_mm, self.longest_period_mm
        return (1.0 - self.margin) * self.row_share * pitch_mm, (1.0 + self.margin) * pitch_mm


@dataclass(frozen=True, slots=True)
class Method:
    """Everything in the file, and the file's hash."""

    sha256: str
    matrix: MatrixRules
    field: FieldRules
    estimate: EstimateRules
    nmqc: NmqcRules
    counts: CountRules
    flood: FloodRules
    noise: NoiseRules
    tubes: TubeRules
    sop_classes: frozenset[str]
    image_types: frozenset[str]


def load_method(path: Path = FILE) -> Method:
    """Read the data file.

    Raises
    ------
    ValueError
        The file has another schema than this code.
    """
    digest, tables = read_tables(path, schema=SCHEMA)
    return Method(
        digest,
        fill(MatrixRules, tables["matrix"]),
        fill(FieldRules, tables["field"]),
        fill(EstimateRules, tables["estimate"]),
        fill(NmqcRules, tables["nmqc"]),
        fill(CountRules, tables["counts"]),
        fill(FloodRules, tables["flood"]),
        fill(NoiseRules, tables["noise"]),
        fill(TubeRules, tables["tubes"]),
        frozenset(tables["objects"]["sop_classes"]),
        frozenset(tables["objects"]["image_types"]),
    )
