# SPDX-License-Identifier: LGPL-3.0-or-later
"""How a CATPHAN lies in the images: from places in the phantom to pixels, and back."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import cos, radians, sin

from optimage.api import Disc, Image, Localisation

FIGURES = ("origin_mm", "direction", "mirrored", "row", "column", "row_per_mm", "column_per_mm")


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the phantom is.

    Phantom coordinates are millimetres from the axis, x to the right and y
    down as a CATPHAN 504 hung the usual way shows itself on the screen; z
    counts from the middle of the sensitometry module towards the uniformity
    module. Angles run clockwise from 3 o'clock.

    Attributes
    ----------
    origin_mm : float
        Position along the slice normal of the middle of the sensitometry module.
    direction : int
        +1 where z grows with the position along the slice normal, else -1.
    roll_deg : float
        Rotation, clockwise on the screen, after mirroring.
    mirrored : bool
        Whether x is reversed on the screen.
    row, column : float
        The axis in pixels at z = 0.
    row_per_mm, column_per_mm : float
        How the axis moves with the position along the slice normal (tilt), in pixels per mm.
    scale : float
        Millimetres in the image, by its pixel spacing, per millimetre of the phantom.
    """

    origin_mm: float
    direction: int
    roll_deg: float
    mirrored: bool
    row: float
    column: float
    row_per_mm: float = 0.0
    column_per_mm: float = 0.0
    scale: float = 1.0

    def z_mm(self, image: Image) -> float:
        """Return where `image` lies in the phantom."""
        return self.direction * (image.slice_position_mm - self.origin_mm)

    def on(self, image: Image) -> "View":
        """Return the phantom as `image` shows it."""
        along = image.slice_position_mm - self.origin_mm
        return View(
            image,
            self.z_mm(image),
            self.row + along * self.row_per_mm,
            self.column + along * self.column_per_mm,
            self.roll_deg,
            self.mirrored,
            self.scale,
        )

    @classmethod
    def of(cls, found: Localisation) -> "Pose":
        """Read a pose from the figures of a localisation; KeyError where one is missing."""
        figures: Mapping[str, float] = found.figures
        return cls(
            figures["origin_mm"],
            1 if figures["direction"] >= 0 else -1,
            found.rotation_deg,
            bool(figures["mirrored"]),
            figures["row"],
            figures["column"],
            figures["row_per_mm"],
            figures["column_per_mm"],
            found.magnification,
        )

    def figures(self) -> dict[str, float]:
        """Return what `of` reads, but for roll and scale, which a localisation has fields for."""
        return {name: float(getattr(self, name)) for name in FIGURES}


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One slice and how the phantom lies on it."""

    image: Image
    z_mm: float
    row: float
    column: float
    roll_deg: float
    mirrored: bool
    scale: float

    def image_angle_deg(self, angle_deg: float) -> float:
        """Return the angle on the screen of an angle in the phantom."""
        return self.roll_deg + (180.0 - angle_deg if self.mirrored else angle_deg)

    def phantom_angle_deg(self, image_angle_deg: float) -> float:
        """Return the angle in the phantom of an angle on the screen."""
        turned = image_angle_deg - self.roll_deg
        return 180.0 - turned if self.mirrored else turned

    def offset_mm(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """Return how far right and down of the axis, in millimetres on the screen, a place in the phantom lies."""
        x, y = (-x_mm if self.mirrored else x_mm) * self.scale, y_mm * self.scale
        turn = radians(self.roll_deg)
        return x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn)

    def point(self, x_mm: float, y_mm: float) -> tuple[float, float]:
        """Return row and column of a place in the phantom."""
        right, down = self.offset_mm(x_mm, y_mm)
        spacing = self.image.required_spacing_mm
        return self.row + down / spacing[0], self.column + right / spacing[1]

    def disc(self, x_mm: float, y_mm: float, radius_mm: float) -> Disc:
        """Return a disc of the phantom as it lies on the image."""
        row, column = self.point(x_mm, y_mm)
        return Disc(row, column, radius_mm * self.scale, self.image.required_spacing_mm)

    def polar_disc(self, radius_mm: float, angle_deg: float, disc_radius_mm: float) -> Disc:
        """Return a disc whose centre lies `radius_mm` from the axis at `angle_deg` of the phantom."""
        angle = radians(angle_deg)
        return self.disc(radius_mm * cos(angle), radius_mm * sin(angle), disc_radius_mm)


def difference_deg(a_deg: float, b_deg: float) -> float:
    """Return the angle from `b_deg` to `a_deg`, -180 up to 180."""
    return (a_deg - b_deg + 180.0) % 360.0 - 180.0
