# SPDX-License-Identifier: LGPL-3.0-or-later
"""The numbers this module measures by, read from `method.toml`."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from optimage_phantoms.tables import fill, read_tables

SCHEMA = 1
FILE = Path(__file__).with_name("method.toml")
PLATES = Path(__file__).with_name("plates.toml")


@dataclass(frozen=True, slots=True)
class AreaRules:
    """How the phantom is told from air, and what shape its outline has."""

    frame_px: int
    level_share: float
    high_percentile: float
    opening_px: int
    smallest_diameter_mm: float
    second_area: float
    contrast_sigma: float
    outline_rms_px: float
    outline_share: float
    rectangle_share: float
    border_px: int
    cut_off_share: float


@dataclass(frozen=True, slots=True)
class RegionRules:
    """Where signal and noise are measured inside the phantom."""

    area_share: float
    margin_px: float
    square_px: int
    square_shift_px: int
    square_mm: float
    square_shift_share: float
    least_share: float


@dataclass(frozen=True, slots=True)
class HomogeneityRules:
    """What structure no homogeneous phantom shows."""

    coarse_mm: float
    coarse_share: float
    fine_share: float
    percentile: float
    limit: float
    noise_factor: float
    series_share: float


@dataclass(frozen=True, slots=True)
class PairRules:
    """When two images are one acquisition repeated, and how far they may have drifted apart."""

    within_min: float
    number_share: float
    position_mm: float
    direction: float
    means_share: float
    correlation: float
    shift_note_px: float
    shift_limit_px: float


@dataclass(frozen=True, slots=True)
class BackgroundRules:
    """Where noise is measured in air, and when it tells the noise of the coil."""

    square_px: int
    frame_px: int
    clearance_px: int
    fewest_squares: int
    ratio_share: float
    zero_share: float
    spread: float
    channels: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MapRules:
    """The map of local SNR and its weak spots."""

    kernel_px: int
    weak_share: float
    low_percentile: float


@dataclass(frozen=True, slots=True)
class FilterWords:
    """Words of ImageType that tell what was done to an image."""

    normalised: frozenset[str]
    smoothed: frozenset[str]
    undistorted: frozenset[str]


@dataclass(frozen=True, slots=True)
class Method:
    """Everything in the file, and the hash of this file and of that of the plates together."""

    sha256: str
    area: AreaRules
    region: RegionRules
    homogeneity: HomogeneityRules
    pairs: PairRules
    background: BackgroundRules
    map: MapRules
    filters: FilterWords
    bandwidth_khz: float
    ghost_box_share: float
    sop_classes: frozenset[str]
    image_types: frozenset[str]


def load_method(path: Path = FILE) -> Method:
    """Read the data file.

    Raises
    ------
    ValueError
        The file has another schema than this code.
    """
    _, tables = read_tables(path, schema=SCHEMA)
    digest = sha256(path.read_bytes() + PLATES.read_bytes()).hexdigest()
    background = {**tables["background"], "channels": tuple(tables["background"]["channels"])}
    filters = {name: frozenset(words) for name, words in tables["filters"].items() if isinstance(words, list)}
    return Method(
        digest,
        fill(AreaRules, tables["area"]),
        fill(RegionRules, tables["region"]),
        fill(HomogeneityRules, tables["homogeneity"]),
        fill(PairRules, tables["pairs"]),
        fill(BackgroundRules, background),
        fill(MapRules, tables["map"]),
        fill(FilterWords, filters),
        float(tables["normalisation"]["bandwidth_khz"]),
        float(tables["ghosts"]["box_share"]),
        frozenset(tables["objects"]["sop_classes"]),
        frozenset(tables["objects"]["image_types"]),
    )
