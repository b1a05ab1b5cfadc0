# SPDX-License-Identifier: LGPL-3.0-or-later
"""The CATPHAN models as layouts of digital phantoms."""

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise

from optimage.synthetic.catphan_layout import (
    INSERT,
    PIN,
    ROD,
    BarGroup,
    Bead,
    Block,
    Cylinder,
    Layout,
    Pair,
    Wire,
    polar,
)
from optimage_phantoms.catphan.method import FOLDER
from optimage_phantoms.catphan.models import LINE_PAIR_BLOCKS, Model, load_family
from optimage_phantoms.tables import read_tables

SENSITOMETRY_MM = 25.0  # along the axis; in a real CATPHAN 504 the inserts are as long
MODULE_HALF_MM = 20.0
BLOCK_HU = {"sensitometry": 95.0, "line_pairs": 95.0, LINE_PAIR_BLOCKS: 95.0, "low_contrast": 45.0, "uniformity": 10.0}
PIN_HU = {"air": -1000.0, "teflon": 1000.0}
WIRE_STRENGTH_HU_MM2, WIRE_WIDTH_MM = 1000.0, 0.3
BAR_LENGTH_MM, BAR_HU = 5.0, 2000.0
BEAD_HU = 300_000.0
FINER_GROUPS_DEG = (180.1, 195.0, 210.0, 224.7, 238.0, 252.0, 265.8, 278.7, 291.0, 303.5, 316.0, 328.5, 341.0)
"""Middles of the groups of 9 to 21 line pairs per cm, from where group 1 begins, as a real CATPHAN 504 shows them."""
BARS_OF_FINER_GROUPS = 5


@cache
def layout(
    model: str = "504", *, vial: str = "air", turn_deg: float = 0.0, bars_mm: float = 2.0, teflon_pin: int = 1
) -> Layout:
    """Return the layout of a model by its id; see `layout_of`."""
    return layout_of(load_family()[model], vial=vial, turn_deg=turn_deg, bars_mm=bars_mm, teflon_pin=teflon_pin)


def layout_of(
    model: Model, *, vial: str = "air", turn_deg: float = 0.0, bars_mm: float = 2.0, teflon_pin: int = 1
) -> Layout:
    """Return what `model` describes as plain numbers.

    Parameters
    ----------
    vial : str
        Which of its materials a vial holds.
    turn_deg : float
        By which the line pairs and the low-contrast rods are screwed on too far.
    bars_mm : float
        Depth of the line pairs along the axis.
    teflon_pin : int
        Which pin is of Teflon: 0 upper left, 1 upper right, 2 lower left, 3 lower right; other numbers for none.
    """
    blocks = _blocks(model)
    by_key = {block.key: block for block in blocks}
    cylinders = [*_inserts(model, by_key["sensitometry"], vial), *_pins(model, by_key["sensitometry"], teflon_pin)]
    if model.low_contrast is not None:
        cylinders += _rods(model, by_key["low_contrast"], turn_deg)
    return Layout(
        model.id,
        blocks,
        model.outline_radius_mm,
        cylinders=tuple(cylinders),
        wires=tuple(_wires(model, by_key["sensitometry"])),
        bars=tuple(_bars(model, turn_deg, bars_mm)),
        beads=tuple(_beads(model)),
    )


def _blocks(model: Model) -> tuple[Block, ...]:
    """Return the modules, 40 mm long where a neighbour leaves them the room, and spacers between them."""
    places = sorted((z, key) for key, z in model.z_mm.items())
    edges = {key: [z - MODULE_HALF_MM, z + MODULE_HALF_MM] for z, key in places}
    low, high = -SENSITOMETRY_MM / 2, SENSITOMETRY_MM / 2
    edges["sensitometry"] = [low, high]
    blocks: list[Block] = []
    for z, key in places:
        start, end = edges[key]
        if z < 0:
            end = min(end, low)
        if z > 0:
            start = max(start, blocks[-1].z_mm[1])
        if blocks and start > blocks[-1].z_mm[1]:
            blocks.append(Block("spacer", (blocks[-1].z_mm[1], start), BLOCK_HU["sensitometry"]))
        blocks.append(Block(key, (start, end), BLOCK_HU[key]))
    return tuple(blocks)


def _inserts(model: Model, block: Block, vial: str) -> Iterable[Cylinder]:
    part = model.sensitometry
    for insert in part.inserts:
        hu = {material.key: material.hu for material in insert.materials}
        value = hu[vial] if len(hu) > 1 else next(iter(hu.values()))
        at = polar(insert.radius_mm, insert.angle_deg)
        yield Cylinder(insert.key, INSERT, at, part.insert_diameter_mm, block.z_mm, value, value - block.hu)


def _pins(model: Model, block: Block, teflon: int) -> Iterable[Cylinder]:
    half = model.sensitometry.square_mm / 2
    for number, at in enumerate(((-half, -half), (half, -half), (-half, half), (half, half))):
        hu = PIN_HU["teflon" if number == teflon else "air"]
        diameter = model.sensitometry.pin_diameter_mm
        yield Cylinder(f"pin_{number}", PIN, at, diameter, block.z_mm, hu, hu - block.hu)


def _wires(model: Model, block: Block) -> Iterable[Wire]:
    """Return the ramps; in a real CATPHAN 504 they climb in z against the sense of the angles."""
    ramps = model.sensitometry.ramps
    sides = {"right": 0.0, "bottom": 90.0, "left": 180.0, "top": -90.0}
    for side in ramps.sides:
        yield Wire(sides[side], ramps.radius_mm, -ramps.angle_deg, block.z_mm, WIRE_STRENGTH_HU_MM2, WIRE_WIDTH_MM)


def _bars(model: Model, turn_deg: float, depth_mm: float) -> Iterable[BarGroup]:
    pairs = model.line_pairs
    if pairs is None:
        return
    z = model.z_mm["line_pairs"]
    sense = 1.0 if pairs.clockwise else -1.0
    for number, (bars, middle) in enumerate(zip(*group_places(model), strict=True), start=1):
        yield BarGroup(
            number,
            bars,
            pairs.start_deg + sense * middle + turn_deg,
            pairs.radius_mm,
            BAR_LENGTH_MM,
            (z - depth_mm / 2, z + depth_mm / 2),
            BAR_HU,
        )


def group_places(model: Model) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Return bars and middle, in degrees from where group 1 begins, of the groups of 1 to 21 line pairs per cm.

    Group 1 lies by its first bar, groups 2 to 8 between the ends of their neighbours.
    """
    pairs = model.line_pairs
    assert pairs is not None
    ends = pairs.ends_deg
    between = ((low + high) / 2 for low, high in pairwise(ends))
    first = pairs.first_bar_deg + pairs.bar_pitch_deg / 2
    middles = (first, *between, *(one + ends[-1] - 172.4 for one in FINER_GROUPS_DEG))
    return (*pairs.bars, *(BARS_OF_FINER_GROUPS for _ in FINER_GROUPS_DEG)), middles


def _beads(model: Model) -> Iterable[Bead]:
    beads = model.beads
    if beads is None:
        return
    place = model.z_mm["line_pairs"]
    away = 1.0 if place > 0 else -1.0
    for z, y in zip(beads.z_mm, (-beads.radius_mm, beads.radius_mm), strict=True):
        yield Bead((0.0, y), place + away * z, beads.diameter_mm, BEAD_HU)


def _rods(model: Model, block: Block, turn_deg: float) -> Iterable[Cylinder]:
    low = model.low_contrast
    assert low is not None
    start, sense = low.start_deg + turn_deg, 1.0 if low.clockwise else -1.0
    for group in low.groups:
        for rod in low.rods:
            angle = start + sense * (group.angle_deg + rod.angle_deg)
            key = f"rod_{rod.diameter_mm:g}mm_{group.percent:g}"
            at, contrast = polar(low.radius_mm, angle), 10.0 * group.percent
            yield Cylinder(key, ROD, at, rod.diameter_mm, block.z_mm, block.hu + contrast, contrast)
    yield from _short_rods(_sub_slice(low.title), (model.z_mm["low_contrast"], block.hu), (start, sense))


def _sub_slice(title: str) -> Mapping[str, object] | None:
    _, tables = read_tables(FOLDER / "modules" / f"{title.lower()}.toml", schema=1)
    return tables.get("sub_slice")


def _short_rods(table, place: Pair, turn: Pair) -> Iterable[Cylinder]:
    for group in table["lengths"] if table else ():
        for rod in table["rods"]:
            length, diameter = group["length_mm"], rod["diameter_mm"]
            at = polar(table["radius_mm"], turn[0] + turn[1] * (group["angle_deg"] + rod["angle_deg"]))
            z = place[0] - length / 2, place[0] + length / 2
            yield Cylinder(f"short_{length:g}mm_{diameter:g}mm", ROD, at, diameter, z, place[1] + 10.0, 10.0)
