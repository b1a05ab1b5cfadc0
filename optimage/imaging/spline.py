# SPDX-License-Identifier: LGPL-3.0-or-later
"""Values between pixel centres by splines, which keep fine structure that linear interpolation blurs."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from optimage.model.images import Box, FloatArray

IMAGES = 4  # repetitions of the spectrum on either side that a spline of order 3 or more leaves anything of


@dataclass(frozen=True, slots=True, eq=False)
class SplinePatch:
    """A part of an image made ready for sampling.

    `coefficients` are those of the spline through the values of `box`.
    """

    box: Box
    coefficients: FloatArray
    order: int

    @classmethod
    def of(cls, values: FloatArray, box: Box, order: int) -> "SplinePatch":
        """Prepare `values`, the shape of `box`; what is NaN counts as their median."""
        bad = np.isnan(values)
        if bad.any():
            values = np.where(bad, np.nanmedian(values), values)
        filtered = ndimage.spline_filter(values, order=order) if order > 1 else values
        return cls(box, np.asarray(filtered), order)

    def at(self, rows: FloatArray, columns: FloatArray) -> FloatArray:
        """Return the values at `rows` and `columns` of the image, of equal shape; NaN outside the box."""
        at = rows - self.box.row, columns - self.box.column
        return np.asarray(
            ndimage.map_coordinates(
                self.coefficients, at, order=self.order, mode="constant", cval=np.nan, prefilter=False
            )
        )


def spline_response(cycles_per_px: float, order: int) -> float:
    """Return by how much interpolation with a spline of `order` lowers a wave of `cycles_per_px` along one axis.

    The transfer function of the cardinal B-spline (IEEE Signal Processing
    Magazine 16 (1999) 22): `sinc(f)^(n+1)` over the sum of its repetitions.
    """
    shifts = np.arange(-IMAGES, IMAGES + 1)
    terms = np.sinc(cycles_per_px - shifts) ** (order + 1)
    return float(terms[IMAGES] / terms.sum())
