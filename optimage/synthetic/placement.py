# SPDX-License-Identifier: LGPL-3.0-or-later
"""How a straight phantom lies in a stack of CT slices: roll, mirroring, tilt, shift, scale."""

from dataclasses import dataclass
from math import cos, radians, sin, sqrt, tan

import numpy as np

from optimage.model.images import FloatArray

Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a phantom lies.

    Phantom coordinates are x to the right and y downwards on the screen as
    long as nothing is rolled or mirrored, and z along the axis, all in mm.

    Attributes
    ----------
    origin_mm : float
        Position along the slice normal of z = 0.
    direction : int
        +1 where z grows with the position along the slice normal, else -1.
    mirrored : bool
        Whether x is reversed on the screen, before rolling. A real phantom,
        whose image nobody has flipped, turns both at once when it is hung
        the other way round.
    roll_deg : float
        Rotation, clockwise on the screen.
    tilt_deg : (float, float)
        Angles by which the axis leans to the right and down with growing position.
    offset_mm : (float, float)
        The axis at z = 0, right and down of the middle of the image.
    scale : float
        Millimetres across in the image per millimetre of the phantom.
    """

    origin_mm: float = 0.0
    direction: int = 1
    mirrored: bool = False
    roll_deg: float = 0.0
    tilt_deg: Pair = (0.0, 0.0)
    offset_mm: Pair = (0.0, 0.0)
    scale: float = 1.0

    def at(self, position_mm: float) -> "Section":
        """Return the section of the phantom by the plane at `position_mm` along the slice normal."""
        turn = _rotation(*(tan(radians(angle)) for angle in self.tilt_deg))
        inverse = _unroll(self) @ turn.T[:2]
        along = position_mm - self.origin_mm
        shift = inverse @ (-self.offset_mm[0], -self.offset_mm[1], along)
        lean = self.direction * turn[:, 2]
        height = float(lean @ (-self.offset_mm[0], -self.offset_mm[1], along))
        return Section(
            (float(inverse[0, 0]), float(inverse[0, 1]), float(inverse[1, 0]), float(inverse[1, 1])),
            (float(shift[0]), float(shift[1])),
            (float(lean[0]), float(lean[1])),
            height,
            self.scale,
        )

    def positions_of(self, low_mm: float, high_mm: float) -> Pair:
        """Return the positions along the slice normal, low before high, of a stretch of the axis."""
        ends = sorted(self.origin_mm + self.direction * z for z in (low_mm, high_mm))
        return ends[0], ends[1]


@dataclass(frozen=True, slots=True)
class Section:
    """A phantom cut by one plane: an affine map between image and phantom, both in mm.

    Equal sections show equal outlines of everything that is straight along
    the axis, whatever their `z_mm`, unless the phantom is tilted.

    Attributes
    ----------
    matrix : (float, float, float, float)
        Phantom x and y per image x and y, row by row.
    shift_mm : (float, float)
        Phantom x and y at the middle of the image.
    lean : (float, float)
        Phantom z per image x and y; both 0 without tilt.
    z_mm : float
        Phantom z at the middle of the image.
    """

    matrix: tuple[float, float, float, float]
    shift_mm: Pair
    lean: Pair
    z_mm: float
    scale: float

    @property
    def outline_key(self) -> tuple[object, ...]:
        """Return what the outlines of straight things depend on."""
        return self.matrix, self.shift_mm

    @property
    def tilted(self) -> bool:
        """Return whether different places of the image lie at different z."""
        return self.lean != (0.0, 0.0)

    def to_phantom(self, x_mm: FloatArray, y_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return phantom coordinates of image points."""
        a, b, c, d = self.matrix
        return a * x_mm + b * y_mm + self.shift_mm[0], c * x_mm + d * y_mm + self.shift_mm[1]

    def to_image(self, x_mm: float, y_mm: float) -> Pair:
        """Return the image point of a straight line along the axis at `x_mm`, `y_mm` of the phantom."""
        a, b, c, d = self.matrix
        x, y = x_mm - self.shift_mm[0], y_mm - self.shift_mm[1]
        determinant = a * d - b * c
        return (d * x - b * y) / determinant, (a * y - c * x) / determinant

    def height_mm(self, x_mm: FloatArray, y_mm: FloatArray) -> FloatArray:
        """Return phantom z of image points."""
        return np.asarray(self.z_mm + self.lean[0] * x_mm + self.lean[1] * y_mm, dtype=np.float64)


def _unroll(place: Placement) -> FloatArray:
    turn, sign = radians(place.roll_deg), -1.0 if place.mirrored else 1.0
    rows = [[sign * cos(turn), sign * sin(turn)], [-sin(turn), cos(turn)]]
    return np.array(rows) / place.scale


def _rotation(right: float, down: float) -> FloatArray:
    """Return the smallest rotation that turns the slice normal to (right, down, 1), shape (3, 3)."""
    length = sqrt(right**2 + down**2 + 1.0)
    u, v, w = right / length, down / length, 1.0 / length
    k = 1.0 / (1.0 + w)
    return np.array([[1 - k * u * u, -k * u * v, u], [-k * u * v, 1 - k * v * v, v], [-u, -v, w]])
