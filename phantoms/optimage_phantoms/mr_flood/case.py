# SPDX-License-Identifier: LGPL-3.0-or-later
"""One scan with its regions: everything that the sub-tests need."""

from dataclasses import dataclass
from functools import cached_property
from math import nan, sqrt

import numpy as np
from scipy import ndimage

from optimage.api import (
    N_,
    AnalysisError,
    Disc,
    FloatArray,
    Image,
    Localisation,
    Overlay,
    Parameters,
    Polyline,
    Rectangle,
)
from optimage.imaging.masks import bounding_box, inside_polygons
from optimage.imaging.rois import BoolArray, box_of, clipped, mask_of, statistics
from optimage.imaging.smooth import moving_mean
from optimage_phantoms.mr_flood.area import background_of
from optimage_phantoms.mr_flood.difference import PairDifference, correlated_pixels, pair_difference
from optimage_phantoms.mr_flood.method import Method, RegionRules
from optimage_phantoms.mr_flood.objects import is_real
from optimage_phantoms.mr_flood.pairs import Scan

OUTLINE = "phantom"
CIRCLE = "circle"
ROD = "rod"
FLOOD, PLATES = "flood", "plates"
NOISE_KERNEL_PX = 9
SQUARES = ("centre", "upper_left", "upper_right", "lower_left", "lower_right")
DIAGONALS = ((0, 0), (-1, -1), (-1, 1), (1, -1), (1, 1))
Point = tuple[float, float]


@dataclass(frozen=True, eq=False)
class FloodCase:
    """One scan of a homogeneous phantom.

    Attributes
    ----------
    scan : Scan
        The image, and its repetition where there is one.
    outline : tuple of (row, column)
        Closed polygon around the phantom.
    circle : Disc or None
        The circle its outline lies on; None for other shapes.
    model : str
        `flood`, or `plates` where the slice shows the slice width plates.
    """

    scan: Scan
    outline: tuple[Point, ...]
    circle: Disc | None
    model: str
    parameters: Parameters
    method: Method

    @property
    def image(self) -> Image:
        """The image that is measured; of a pair the first."""
        return self.scan.first

    @cached_property
    def background(self) -> float:
        """Level of the frame of the image: 0 for magnitudes, the zero of the scale for real images."""
        return background_of(self.image, self.method.area)

    @cached_property
    def values(self) -> FloatArray:
        """Signal of the image, shape (M, N)."""
        return self.signal(self.image)

    def signal(self, image: Image) -> FloatArray:
        """Return the values of an image of this scan above the zero of its scale, shape (M, N)."""
        return image.values() - self.zero(image)

    def zero(self, image: Image) -> float:
        """Return the value that means no signal: 0, or the level of the frame where noise is signed."""
        return background_of(image, self.method.area) if self.is_real else 0.0

    @cached_property
    def is_real(self) -> bool:
        """Whether noise is signed in this image."""
        return is_real(self.image)

    @cached_property
    def mask(self) -> BoolArray:
        """The phantom, shape (M, N)."""
        return inside_polygons([self.outline], self.image.shape)

    @cached_property
    def eroded(self) -> BoolArray:
        """The phantom without the margin at its edge, where signal is partial."""
        return self.shrunk(self.method.region.margin_px)

    def shrunk(self, margin_px: float) -> BoolArray:
        """Return the pixels of the phantom further than `margin_px` from air; the border of the image counts as air."""
        return np.asarray(self._depth > margin_px)

    @cached_property
    def _depth(self) -> FloatArray:
        return np.asarray(ndimage.distance_transform_edt(np.pad(self.mask, 1))[1:-1, 1:-1])

    @cached_property
    def region(self) -> BoolArray:
        """The measuring region: at least 75 % of the phantom's area, concentric (NEMA MS 1)."""
        return inner_part(self.circle, self.outline, self.image.shape, self.method.region.area_share) & self.eroded

    @cached_property
    def pair(self) -> PairDifference:
        """The pair in one piece.

        Raises
        ------
        AnalysisError
            `no_second_image` or `not_a_pair` where there is none, and what
            `pair_difference` refuses.
        """
        if self.scan.second is None:
            raise self.scan.lonely or AnalysisError("no_second_image", N_("there is no second image"))
        second = self.signal(self.scan.second)
        return pair_difference(self.values, second, mask=self.mask, region=self.region, rules=self.method.pairs)

    @cached_property
    def noise(self) -> float:
        """SD of the noise of one pixel, from what a moving mean of 9 pixels leaves; NaN where there is no room."""
        inside = self.region & self.shrunk(NOISE_KERNEL_PX / 2 + 1)
        own = int(self.parameters["smoothing_kernel"]) == NOISE_KERNEL_PX
        left = (self.residual if own else self.values - moving_mean(self.values, NOISE_KERNEL_PX))[inside]
        return float(left.std(ddof=1)) / sqrt(1.0 - NOISE_KERNEL_PX**-2) if left.size > 1 else nan

    @cached_property
    def pair_worth(self) -> float:
        """How many pixels of the pair's difference make one independent pixel."""
        return correlated_pixels(self.pair.difference, self.region)

    @cached_property
    def residual(self) -> FloatArray:
        """The image less its moving mean over the kernel of the smoothing method, shape (M, N)."""
        return self.values - moving_mean(self.values, int(self.parameters["smoothing_kernel"]))

    @cached_property
    def centre(self) -> tuple[int, int]:
        """The pixel in the middle: of the circle, else of the phantom's extent."""
        if self.circle is not None:
            return round(self.circle.row), round(self.circle.column)
        top, bottom, left, right = bounding_box(self.mask)
        return (top + bottom + 1) // 2, (left + right + 1) // 2

    def squares(self) -> tuple[Rectangle, ...]:
        """Return the five squares: in the middle and on the diagonals.

        Raises
        ------
        AnalysisError
            `square_leaves_phantom` where one does not lie wholly inside.
        """
        found = tuple(_square(self, row, column) for row, column in DIAGONALS)
        missing = [name for name, one in zip(SQUARES, found, strict=True) if not self.holds(one)]
        if missing:
            raise AnalysisError(
                "square_leaves_phantom",
                N_("{count} of the five squares leave the phantom or the image"),
                advice=N_("set the parameter squares to five_mm for small phantoms, or centre the phantom"),
                count=len(missing),
            )
        return found

    def holds(self, square: Rectangle) -> bool:
        """Return whether every pixel of `square` lies in the phantom, its edge left out."""
        rows, columns = indices(square)
        height, width = self.image.shape
        if rows.start < 0 or columns.start < 0 or rows.stop > height or columns.stop > width:
            return False
        return bool(self.eroded[rows, columns].all())

    def region_overlay(self, name: str, keys: tuple[str, ...]) -> Overlay:
        """Return the measuring region as an overlay that explains `keys`."""
        factor = sqrt(self.method.region.area_share)
        shape = self.circle.scaled(factor) if self.circle else Polyline(_scaled(self.outline, factor), closed=True)
        pitch = self.image.required_spacing_mm
        found = statistics(self.values[self.region], pitch[0] * pitch[1])
        return Overlay(name, shape, self.image.uid, self.image.frame, keys, found)

    def check_region(self) -> None:
        """Refuse a measuring region that the edge of the image cuts: AnalysisError `roi_outside`."""
        if not self.region.any():
            share = 0.0
        elif self.circle is None:
            share = 1.0
        else:
            disc = self.circle.scaled(sqrt(self.method.region.area_share))
            share = _share_in_image(disc, self.image.shape)
        if share < self.method.region.least_share:
            raise AnalysisError(
                "roi_outside",
                N_("only {share:.0f} % of the measuring region lies inside the image, {needed:.0f} % are needed"),
                advice=N_("centre the phantom or use a larger field of view"),
                share=100.0 * share,
                needed=100.0 * self.method.region.least_share,
            )


def inner_part(circle: Disc | None, outline: tuple[Point, ...], shape: tuple[int, int], area_share: float) -> BoolArray:
    """Return the concentric part of a phantom with `area_share` of its area: a disc, or the outline made smaller."""
    factor = sqrt(area_share)
    if circle is None:
        return inside_polygons([_scaled(outline, factor)], shape)
    disc = circle.scaled(factor)
    box = clipped(box_of(disc), shape)
    inside = np.zeros(shape, dtype=bool)
    inside[box.slices] = mask_of(disc, box)
    return inside


def case_of(scan: Scan, localisation: Localisation, parameters: Parameters, method: Method) -> FloodCase | None:
    """Return the case for `scan` as `localisation` has it; None where it draws no outline on its image."""
    key = scan.first.uid, scan.first.frame
    shapes = [overlay for overlay in localisation.shapes if (overlay.uid, overlay.frame) == key]
    drawn = [one.shape for one in shapes if one.name == OUTLINE and isinstance(one.shape, Polyline)]
    circles = [one.shape for one in shapes if one.name == CIRCLE and isinstance(one.shape, Disc)]
    model = PLATES if any(one.name.startswith(ROD) for one in shapes) else FLOOD
    if not drawn:
        return None
    circle = circles[-1] if circles else None
    return FloodCase(scan, drawn[-1].points, circle, model, parameters, method)


def indices(square: Rectangle) -> tuple[slice, slice]:
    """Return the rows and columns of an upright rectangle: n pixels from centre - n/2 on."""
    top, left = round(square.row - square.rows / 2 + 0.5), round(square.column - square.columns / 2 + 0.5)
    return slice(top, top + round(square.rows)), slice(left, left + round(square.columns))


def _square(case: FloodCase, down: int, right: int) -> Rectangle:
    """Return one square; its drawn centre lies between pixels, so that it covers c - n/2 … c + n/2 - 1."""
    rules: RegionRules = case.method.region
    row, column = case.centre
    if case.parameters["squares"] == "five_px":
        side = float(rules.square_px)
        shift = float(rules.square_shift_px)
        return Rectangle(row + down * shift - 0.5, column + right * shift - 0.5, side, side)
    pitch = case.image.required_spacing_mm
    rows, columns = (float(max(2, round(rules.square_mm / step))) for step in pitch)
    reach = rules.square_shift_share * _radius_mm(case) / sqrt(2.0)
    at_row, at_column = round(row + down * reach / pitch[0]), round(column + right * reach / pitch[1])
    return Rectangle(at_row - (rows + 1) % 2 / 2, at_column - (columns + 1) % 2 / 2, rows, columns)


def _radius_mm(case: FloodCase) -> float:
    if case.circle is not None:
        return case.circle.radius_mm
    top, bottom, left, right = bounding_box(case.mask)
    pitch = case.image.required_spacing_mm
    return min((bottom - top + 1) * pitch[0], (right - left + 1) * pitch[1]) / 2


def _share_in_image(disc: Disc, shape: tuple[int, int]) -> float:
    box = box_of(disc)
    inside = mask_of(disc, box)
    rows = np.arange(box.row, box.row + box.rows)[:, None]
    columns = np.arange(box.column, box.column + box.columns)[None, :]
    there = (rows >= 0) & (rows < shape[0]) & (columns >= 0) & (columns < shape[1])
    return float((inside & there).sum()) / float(inside.sum())


def _scaled(polygon: tuple[Point, ...], factor: float) -> tuple[Point, ...]:
    """Return `polygon` scaled about its centre of gravity."""
    points = np.array(polygon)
    following = np.roll(points, -1, axis=0)
    cross = points[:, 0] * following[:, 1] - following[:, 0] * points[:, 1]
    area = float(cross.sum())
    middle = ((points + following) * cross[:, None]).sum(axis=0) / (3.0 * area) if area else points.mean(axis=0)
    return tuple((float(row), float(column)) for row, column in middle + factor * (points - middle))
