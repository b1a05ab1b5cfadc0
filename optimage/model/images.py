# SPDX-License-Identifier: LGPL-3.0-or-later
"""Images as modules see them: stored integers, rescaled on demand, headers resolved per frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from optimage.errors import AnalysisError
from optimage.messages import N_

FloatArray = npt.NDArray[np.float64]
Scalar = str | int | float
HeaderValue = Scalar | tuple[Scalar, ...]
Header = Mapping[str, HeaderValue]
"""DICOM keyword to value. A missing attribute has no key; an empty one is `""`."""

Vector = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """One frame's resolved header, without pixels."""

    uid: str
    frame: int
    header: Header


@dataclass(frozen=True, slots=True)
class Box:
    """Whole pixels from `row`, `column` on; `rows` × `columns` of them."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def slices(self) -> tuple[slice, slice]:
        """Index that cuts the box out of an image array."""
        return slice(self.row, self.row + self.rows), slice(self.column, self.column + self.columns)


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """One frame.

    Attributes
    ----------
    pixels : ndarray of shape (M, N)
        Stored values in their stored integer type.
    slope, intercept : float
        Rescaling of stored values to `values` (PS3.3 C.11.1).
    padding : (int, int) or None
        Inclusive range of stored values that mean "no data".
    spacing_mm : (float, float) or None
        Distance of row centres, then of column centres (PS3.3 10.7.1.3).
    position_mm, orientation : tuples or None
        `ImagePositionPatient` and `ImageOrientationPatient`.
    header : mapping
        DICOM keyword to value, functional groups already resolved for this frame.
    uid : str
        `SOPInstanceUID`.
    frame : int
        0-based index inside a multi-frame object.
    """

    pixels: npt.NDArray[np.generic]
    uid: str
    header: Header = field(default_factory=dict)
    frame: int = 0
    slope: float = 1.0
    intercept: float = 0.0
    padding: tuple[int, int] | None = None
    spacing_mm: tuple[float, float] | None = None
    position_mm: Vector | None = None
    orientation: tuple[float, float, float, float, float, float] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.pixels.shape[0], self.pixels.shape[1]

    def values(self, box: Box | None = None) -> FloatArray:
        """Return rescaled values of `box` (default: all) as float64; padding becomes NaN."""
        stored = self.pixels if box is None else self.pixels[box.slices]
        values = stored.astype(np.float64)
        values *= self.slope
        values += self.intercept
        if self.padding is not None:
            low, high = self.padding
            values[(stored >= low) & (stored <= high)] = np.nan  # type: ignore[operator]
        return values

    @property
    def smallest_value(self) -> float:
        """Smallest value the stored integers can represent, after rescaling."""
        return min(self._representable())

    @property
    def largest_value(self) -> float:
        """Largest value the stored integers can represent, after rescaling."""
        return max(self._representable())

    def _representable(self) -> tuple[float, float]:
        bits = int(self.number("BitsStored", 8 * self.pixels.dtype.itemsize))
        low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if self.pixels.dtype.kind == "i" else (0, (1 << bits) - 1)
        return low * self.slope + self.intercept, high * self.slope + self.intercept

    @property
    def required_spacing_mm(self) -> tuple[float, float]:
        """`spacing_mm`, or the error `missing_attribute`."""
        if self.spacing_mm is None:
            raise missing_attribute("PixelSpacing")
        return self.spacing_mm

    @property
    def slice_position_mm(self) -> float:
        """Position along the slice normal (row × column direction); 0 where unknown."""
        if self.position_mm is None or self.orientation is None:
            return 0.0
        rx, ry, rz, cx, cy, cz = self.orientation
        x, y, z = self.position_mm
        return (ry * cz - rz * cy) * x + (rz * cx - rx * cz) * y + (rx * cy - ry * cx) * z

    def number(self, keyword: str, default: float) -> float:
        """Return a numeric attribute, or `default` where it is absent, empty or no number."""
        value = self.header.get(keyword)
        return float(value) if isinstance(value, (int, float)) else default

    def text(self, keyword: str) -> str:
        """Return an attribute as text, components joined by a backslash; empty where absent."""
        value = self.header.get(keyword, "")
        return "\\".join(map(str, value)) if isinstance(value, tuple) else str(value)


@dataclass(frozen=True, slots=True, eq=False)
class ImageSet:
    """The images one measurement needs, by role."""

    roles: Mapping[str, tuple[Image, ...]]

    def images(self, role: str) -> tuple[Image, ...]:
        """Return the images of `role` in the order they came; empty if there are none."""
        return self.roles.get(role, ())

    def stack(self, role: str) -> tuple[Image, ...]:
        """Return the slices of `role` sorted along the slice normal."""
        return tuple(sorted(self.images(role), key=lambda image: (image.slice_position_mm, image.frame)))

    def middle(self, role: str) -> Image:
        """Return the middle slice of `role` (the lower one of an even number)."""
        stack = self.stack(role)
        if not stack:
            raise AnalysisError(
                "missing_images", N_("no image for the input {role}"), advice=N_("send the missing images"), role=role
            )
        return stack[(len(stack) - 1) // 2]

    def all(self) -> tuple[Image, ...]:
        """Return every image of every role."""
        return tuple(image for images in self.roles.values() for image in images)


def missing_attribute(keyword: str) -> AnalysisError:
    """Create the error for a DICOM attribute that a method needs and does not find."""
    return AnalysisError(
        "missing_attribute",
        N_("the DICOM attribute {keyword} is absent or empty"),
        advice=N_("export the image from the scanner again, with its full header"),
        keyword=keyword,
    )
