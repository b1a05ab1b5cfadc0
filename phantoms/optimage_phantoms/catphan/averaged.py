# SPDX-License-Identifier: LGPL-3.0-or-later
"""Several slices of one section, cut out about the axis, and their mean as an image of its own."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from optimage.api import Box, Disc, FloatArray, Image
from optimage.imaging.rois import box_of, clipped
from optimage_phantoms.catphan.pose import View


@dataclass(frozen=True, eq=False)
class Stack:
    """Equal cuts out of neighbouring slices, each about the axis to the nearest pixel.

    Attributes
    ----------
    views : tuple of View
        The whole slices, in the order of the stack.
    middle : View
        The slice whose place is nearest to the middle of the section.
    values : ndarray of shape (S, M, N)
        The cuts in HU; NaN outside of the images and where they hold no data.
    axis : Disc
        Of the radius asked for, about the axis, in pixels of the cuts.
    """

    views: tuple[View, ...]
    middle: View
    values: FloatArray
    axis: Disc

    @cached_property
    def mean(self) -> View:
        """The mean of the slices, and how the phantom lies on it."""
        return replace(
            self.middle, image=self.image(self.values.mean(axis=0)), row=self.axis.row, column=self.axis.column
        )

    def image(self, values: FloatArray) -> Image:
        """Return `values`, of the shape of a cut, as an image."""
        return Image(values, self.middle.image.uid, spacing_mm=self.axis.spacing_mm)

    @cached_property
    def independent(self) -> float:
        """How many slices that share nothing hold as much noise: slices that overlap count in part."""
        if len(self.views) < 2:
            return float(len(self.views))
        steps = np.abs(np.diff([view.z_mm for view in self.views]))
        thickness = self.middle.image.number("SliceThickness", 0.0)
        shares = np.minimum(steps / thickness, 1.0) if thickness > 0 else np.ones(steps.size)
        return 1.0 + float(shares.sum())

    def on_middle(self, disc: Disc) -> Disc:
        """Return a disc of the cuts as it lies on the middle slice."""
        down, across = self.middle.row - self.axis.row, self.middle.column - self.axis.column
        return replace(disc, row=disc.row + down, column=disc.column + across)


def cut_stack(views: tuple[View, ...], *, radius_mm: float, place_mm: float) -> Stack:
    """Cut a disc of `radius_mm` of the phantom out of `views`; `place_mm` is the middle of their section."""
    middle = min(views, key=lambda view: (abs(view.z_mm - place_mm), view.z_mm))
    whole = middle.disc(0.0, 0.0, radius_mm)
    base, box = (round(middle.row), round(middle.column)), box_of(whole)
    values = np.stack([_cut(view, box, base) for view in views])
    return Stack(views, middle, values, replace(whole, row=middle.row - box.row, column=middle.column - box.column))


def _cut(view: View, box: Box, base: tuple[int, int]) -> FloatArray:
    """Return `box` moved with the axis of the slice, NaN beyond the image."""
    box = replace(box, row=box.row + round(view.row) - base[0], column=box.column + round(view.column) - base[1])
    inside = clipped(box, view.image.shape)
    if inside == box:
        return view.image.values(box)
    values = np.full((box.rows, box.columns), np.nan)
    if inside.rows > 0 and inside.columns > 0:
        top, left = inside.row - box.row, inside.column - box.column
        values[top : top + inside.rows, left : left + inside.columns] = view.image.values(inside)
    return values


def spread(views: tuple[View, ...], most: int) -> tuple[View, ...]:
    """Return at most `most` of `views`, evenly spread, both ends among them."""
    if len(views) <= most:
        return views
    return tuple(views[round(k)] for k in np.linspace(0, len(views) - 1, most))
