# SPDX-License-Identifier: LGPL-3.0-or-later
"""The numbers this module measures by, read from `method.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

Rules = TypeVar("Rules")

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
    data = path.read_bytes()
    tables = tomllib.loads(data.decode())
    if tables["schema"] != SCHEMA:
        raise ValueError(f"{path.name}: schema {tables['schema']} is not {SCHEMA}")
    return Method(
        sha256(data).hexdigest(),
        _fill(MatrixRules, tables["matrix"]),
        _fill(FieldRules, tables["field"]),
        _fill(EstimateRules, tables["estimate"]),
        _fill(NmqcRules, tables["nmqc"]),
        _fill(CountRules, tables["counts"]),
        _fill(FloodRules, tables["flood"]),
        _fill(NoiseRules, tables["noise"]),
        _fill(TubeRules, tables["tubes"]),
        frozenset(tables["objects"]["sop_classes"]),
        frozenset(tables["objects"]["image_types"]),
    )


def _fill(kind: type[Rules], table: Mapping[str, Any]) -> Rules:
    return kind(**{name: table[name] for name in get_type_hints(kind)})
