# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a digital CATPHAN is made of: blocks, rods, wires, bars and beads as plain numbers.

Coordinates are mm from the axis, x to the right and y downwards as the
phantom shows itself when it hangs the usual way, z from the middle of the
sensitometry module towards the uniformity module. Angles run clockwise on
the screen from 3 o'clock.
"""

from dataclasses import dataclass
from math import cos, radians, sin

from optimage.synthetic.ellipsoids import Ellipsoid

Pair = tuple[float, float]
INSERT, PIN, ROD, FITTING = "insert", "pin", "rod", "fitting"
AIR_HU = -1000.0
STEEL_HU = 8000.0
MOUNT_DIAMETER_MM = 60.0


@dataclass(frozen=True, slots=True)
class Block:
    """A disc of one material, `z_mm` from low to high; `key` tells which module it is."""

    key: str
    z_mm: Pair
    hu: float


@dataclass(frozen=True, slots=True)
class Cylinder:
    """Something round along the axis.

    Attributes
    ----------
    key, kind : str
        What a measurement calls it, and `insert`, `pin`, `rod` or `fitting`.
    at_mm : (float, float)
        Its centre.
    hu, above_hu : float
        Its CT number; the same less what surrounds it.
    """

    key: str
    kind: str
    at_mm: Pair
    diameter_mm: float
    z_mm: Pair
    hu: float
    above_hu: float


@dataclass(frozen=True, slots=True)
class Wire:
    """A thin wire climbing across a module.

    Attributes
    ----------
    side_deg, radius_mm : float
        Direction and length of the perpendicular from the axis to the wire.
    climb_deg : float
        Its angle to the plane of the slice; positive where it climbs in z
        in the sense in which angles grow.
    strength_hu_mm2 : float
        Its CT number over the surroundings, integrated along z and across.
    width_mm : float
        Its width across.
    """

    side_deg: float
    radius_mm: float
    climb_deg: float
    z_mm: Pair
    strength_hu_mm2: float
    width_mm: float


@dataclass(frozen=True, slots=True)
class BarGroup:
    """Straight, parallel bars of `line_pairs_per_cm` about a place on a circle, as wide as the gaps between them."""

    line_pairs_per_cm: int
    bars: int
    angle_deg: float
    radius_mm: float
    length_mm: float
    z_mm: Pair
    above_hu: float

    @property
    def at_mm(self) -> Pair:
        """Return the middle of the group."""
        return polar(self.radius_mm, self.angle_deg)

    @property
    def bar_mm(self) -> float:
        """Return the width of a bar, and of a gap."""
        return 5.0 / self.line_pairs_per_cm

    def bar_centres_mm(self) -> tuple[float, ...]:
        """Return where the bars lie, along the tangent from the middle of the group."""
        return tuple((number - (self.bars - 1) / 2) * 2 * self.bar_mm for number in range(self.bars))


@dataclass(frozen=True, slots=True)
class Bead:
    """A small sphere; `above_hu` over its surroundings."""

    at_mm: Pair
    z_mm: float
    diameter_mm: float
    above_hu: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A phantom: blocks of `block_radius_mm` in a housing, what is in them, and ellipsoids below all of it."""

    id: str
    blocks: tuple[Block, ...]
    housing_radius_mm: float = 100.0
    block_radius_mm: float = 75.0
    housing_hu: float = 45.0
    cylinders: tuple[Cylinder, ...] = ()
    wires: tuple[Wire, ...] = ()
    bars: tuple[BarGroup, ...] = ()
    beads: tuple[Bead, ...] = ()
    ellipsoids: tuple[Ellipsoid, ...] = ()

    @property
    def z_mm(self) -> Pair:
        """Return both ends of the phantom."""
        ends = [end for block in self.blocks for end in block.z_mm]
        ends += [one.centre_mm[2] + sign * one.half_mm[2] for one in self.ellipsoids for sign in (-1, 1)]
        return min(ends), max(ends)

    def hu_at(self, z_mm: float) -> float:
        """Return the CT number of the block at `z_mm`, of the upper one between two; ValueError outside of all."""
        found = [block.hu for block in self.blocks if block.z_mm[0] <= z_mm <= block.z_mm[1]]
        if not found:
            raise ValueError(f"nothing of the {self.id} lies at {z_mm} mm")
        return found[-1]

    def block(self, key: str) -> Block:
        """Return the block of a module; KeyError where there is none."""
        for block in self.blocks:
            if block.key == key:
                return block
        raise KeyError(key)


def polar(radius_mm: float, angle_deg: float) -> Pair:
    """Return x and y of a place `radius_mm` from the axis."""
    angle = radians(angle_deg)
    return radius_mm * cos(angle), radius_mm * sin(angle)


def mount(layout: Layout, length_mm: float) -> Cylinder:
    """Return a steel mount, `length_mm` long, beyond the lower end of `layout`."""
    low = layout.z_mm[0]
    return Cylinder(
        "mount", FITTING, (0.0, 0.0), MOUNT_DIAMETER_MM, (low - length_mm, low), STEEL_HU, STEEL_HU - AIR_HU
    )
