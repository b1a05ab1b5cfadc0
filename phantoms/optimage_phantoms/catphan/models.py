# SPDX-License-Identifier: LGPL-3.0-or-later
"""The CATPHAN models as data: which module lies where, and what each holds."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from optimage_phantoms.tables import fill, read_tables

SCHEMA = 1
FOLDER = Path(__file__).parent
SENSITOMETRY, LINE_PAIRS, LINE_PAIR_BLOCKS = "sensitometry", "line_pairs", "line_pairs_blocks"
LOW_CONTRAST, UNIFORMITY = "low_contrast", "uniformity"


class Material(NamedTuple):
    """What an insert is made of, with the CT number expected near 120 kV."""

    key: str
    title: str
    hu: float
    lowest_hu: float
    highest_hu: float
    electron_density: float | None = None


class Insert(NamedTuple):
    """One insert; a vial may hold any of several `materials`."""

    key: str
    angle_deg: float
    radius_mm: float
    materials: tuple[Material, ...]


class Ramps(NamedTuple):
    """Wire ramps on `sides`, climbing `angle_deg` from the plane of the slice."""

    radius_mm: float
    radius_tolerance_mm: float
    angle_deg: float
    sides: tuple[str, ...]


class Sensitometry(NamedTuple):
    """Inserts, pins and ramps of the section that all others are placed from."""

    title: str
    inserts: tuple[Insert, ...]
    insert_diameter_mm: float
    insert_radius_tolerance_mm: float
    square_mm: float
    pin_diameter_mm: float
    ramps: Ramps


class LinePairs(NamedTuple):
    """Groups of bars round a circle: group f holds f line pairs per cm.

    `start_deg` is where group 1 begins, `ends_deg` are the ends of the groups from there,
    in the sense `clockwise` tells; all as a phantom hung the usual way shows them.
    """

    title: str
    radius_mm: float
    radius_tolerance_mm: float
    first_bar_deg: float
    bar_pitch_deg: float
    bars: tuple[int, ...]
    ends_deg: tuple[float, ...]
    start_deg: float
    clockwise: bool


class Beads(NamedTuple):
    """Point sources on the vertical axis, `z_mm` from the line pairs away from the sensitometry module."""

    diameter_mm: float
    radius_mm: float
    z_mm: tuple[float, ...]


class Rod(NamedTuple):
    """A low-contrast rod at an angle from the first rod of its group."""

    diameter_mm: float
    angle_deg: float


class RodGroup(NamedTuple):
    """Rods of one nominal contrast, from `angle_deg` on."""

    percent: float
    angle_deg: float


class LowContrast(NamedTuple):
    """Low-contrast rods round a circle, from large to small in the sense `clockwise` tells."""

    title: str
    radius_mm: float
    length_mm: float
    rods: tuple[Rod, ...]
    groups: tuple[RodGroup, ...]
    start_deg: float
    clockwise: bool


class Uniformity(NamedTuple):
    """Five discs in homogeneous material."""

    title: str
    disc_radius_mm: float
    ring_radius_mm: float
    lowest_hu: float
    highest_hu: float


class Model(NamedTuple):
    """One CATPHAN.

    `z_mm` tells by kind of module where it lies, from the sensitometry module
    towards the uniformity module; a kind that is not there has no entry. A
    module of which too little is known to measure is `None` although it has a place.
    """

    id: str
    title: str
    proven: str
    verified: bool
    outline_radius_mm: float
    z_mm: Mapping[str, float]
    sensitometry: Sensitometry
    line_pairs: LinePairs | None
    beads: Beads | None
    low_contrast: LowContrast | None
    uniformity: Uniformity


Family = Mapping[str, Model]
"""All models by id."""


@cache
def load_family() -> Family:
    """Return all models.

    Raises
    ------
    ValueError
        A file has another schema than this code.
    """
    _, tables = read_tables(FOLDER / "models.toml", schema=SCHEMA)
    _, entries = read_tables(FOLDER / "materials.toml", schema=SCHEMA)
    materials = {key: _material(key, entry) for key, entry in entries.items() if isinstance(entry, dict)}
    paths = sorted((FOLDER / "modules").glob("*.toml"))
    modules = {path.stem: read_tables(path, schema=SCHEMA)[1] for path in paths}
    return {entry["id"]: _model(entry, tables, modules, materials) for entry in tables["models"]}


def _material(key: str, entry: Mapping[str, Any]) -> Material:
    return Material(
        key, entry["title"], entry["hu"], entry["lowest_hu"], entry["highest_hu"], entry.get("electron_density")
    )


def _model(
    entry: Mapping[str, Any],
    tables: Mapping[str, Any],
    modules: Mapping[str, Mapping[str, Any]],
    materials: Mapping[str, Material],
) -> Model:
    sections = {modules[one["module"]]["kind"]: {**modules[one["module"]], **one} for one in entry["sections"]}
    pairs, low = sections.get(LINE_PAIRS), sections.get(LOW_CONTRAST)
    return Model(
        entry["id"],
        entry["title"],
        entry["proven"],
        entry["verified"],
        entry.get("outline_radius_mm", tables["outline_radius_mm"]),
        {kind: section["z_mm"] for kind, section in sections.items()},
        _sensitometry(sections[SENSITOMETRY], materials),
        fill(LinePairs, _tuples(pairs)) if pairs else None,
        fill(Beads, _tuples(pairs["beads"])) if pairs and "beads" in pairs else None,
        _low_contrast(low) if low else None,
        fill(Uniformity, sections[UNIFORMITY]),
    )


def _sensitometry(section: Mapping[str, Any], materials: Mapping[str, Material]) -> Sensitometry:
    turn, radius = section.get("turn_deg", 0.0), section["insert_radius_mm"]
    inserts = tuple(
        Insert(
            one["key"],
            one["angle_deg"] + turn,
            one.get("radius_mm", radius),
            tuple(materials[name] for name in one.get("materials", (one["key"],))),
        )
        for one in section["inserts"]
    )
    pins = section["pins"]
    return Sensitometry(
        section["title"],
        inserts,
        section["insert_diameter_mm"],
        section["insert_radius_tolerance_mm"],
        pins["square_mm"],
        pins["diameter_mm"],
        fill(Ramps, _tuples(section["ramps"])),
    )


def _low_contrast(section: Mapping[str, Any]) -> LowContrast:
    rods = tuple(fill(Rod, one) for one in section["rods"])
    groups = tuple(fill(RodGroup, one) for one in section["groups"])
    return fill(LowContrast, {**section, "rods": rods, "groups": groups})


def _tuples(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
