# SPDX-License-Identifier: LGPL-3.0-or-later
"""Shapes in an image: what is measured, and what is drawn so that a person can check it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from optimage.model.images import Image


@dataclass(frozen=True, slots=True)
class Disc:
    """A circle in millimetres: an ellipse in pixels where row and column spacing differ.

    Attributes
    ----------
    row, column : float
        Centre in pixels; whole numbers are pixel centres.
    radius_mm : float
        Radius.
    spacing_mm : (float, float)
        Row and column spacing of the image it lies in.
    """

    kind: ClassVar[str] = "disc"
    row: float
    column: float
    radius_mm: float
    spacing_mm: tuple[float, float]

    @property
    def radii_px(self) -> tuple[float, float]:
        """Half axes along rows and along columns, in pixels."""
        return self.radius_mm / self.spacing_mm[0], self.radius_mm / self.spacing_mm[1]

    def scaled(self, factor: float) -> "Disc":
        """Return the disc with its radius times `factor`."""
        return replace(self, radius_mm=self.radius_mm * factor)

    def with_radius(self, radius_mm: float) -> "Disc":
        """Return the disc with another radius."""
        return replace(self, radius_mm=radius_mm)

    def moved(self, *, right_mm: float = 0.0, down_mm: float = 0.0) -> "Disc":
        """Return the disc shifted on the screen: right is +column, down is +row."""
        row = self.row + down_mm / self.spacing_mm[0]
        return replace(self, row=row, column=self.column + right_mm / self.spacing_mm[1])


@dataclass(frozen=True, slots=True)
class Rectangle:
    """An upright rectangle; its edges lie `rows / 2` and `columns / 2` pixels from the centre."""

    kind: ClassVar[str] = "rectangle"
    row: float
    column: float
    rows: float
    columns: float


@dataclass(frozen=True, slots=True)
class Polyline:
    """Straight lines through `points` (row, column), closed or open."""

    kind: ClassVar[str] = "polyline"
    points: tuple[tuple[float, float], ...]
    closed: bool = False


Shape = Disc | Rectangle | Polyline


@dataclass(frozen=True, slots=True)
class RoiStatistics:
    """What a region holds: `n` pixels (NaN left out), SD with one degree of freedom."""

    mean: float
    sd: float
    median: float
    minimum: float
    maximum: float
    n: int
    area_mm2: float


@dataclass(frozen=True, slots=True)
class Overlay:
    """A shape on one image, named, with what was measured inside.

    `keys` are the measurements that this region explains.
    """

    name: str
    shape: Shape
    uid: str
    frame: int = 0
    keys: tuple[str, ...] = ()
    statistics: RoiStatistics | None = None


@dataclass(frozen=True, slots=True)
class Localisation:
    """Where the phantom is. Can be shown, edited, stored and replayed.

    Attributes
    ----------
    shapes : tuple of Overlay
        Outlines found, by `name` and image.
    slices : tuple of (uid, frame)
        Chosen slices, in order.
    rotation_deg, magnification : float
        In-plane rotation clockwise on the screen; scale against the nominal size.
    model : str
        Phantom model recognised or given; empty where there is only one.
    confidence : float
        0 to 1.
    reasons : tuple of str
        What supports or weakens the confidence, as codes.
    figures : mapping
        Numbers found on the way, by name with unit suffix (`shell_thickness_mm`).
    automatic : bool
        False once a person has edited it.
    """

    shapes: tuple[Overlay, ...] = ()
    slices: tuple[tuple[str, int], ...] = ()
    rotation_deg: float = 0.0
    magnification: float = 1.0
    model: str = ""
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    automatic: bool = True

    @classmethod
    def of_disc(cls, name: str, image: "Image", disc: Disc) -> "Localisation":
        """Return the localisation that is one disc on one image."""
        overlay = Overlay(name, disc, image.uid, image.frame)
        return cls(shapes=(overlay,), slices=((image.uid, image.frame),))

    def disc(self, name: str, uid: str | None = None, frame: int = 0) -> Disc:
        """Return the disc `name`, of one image where `uid` is given; KeyError if there is none."""
        for overlay in self.shapes:
            same_image = uid is None or (overlay.uid, overlay.frame) == (uid, frame)
            if overlay.name == name and same_image and isinstance(overlay.shape, Disc):
                return overlay.shape
        raise KeyError(name)
