# SPDX-License-Identifier: LGPL-3.0-or-later
"""The analysis matrix: pixels of about 6.4 mm, made by adding whole pixels."""

from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
import numpy.typing as npt

from optimage.api import N_, AnalysisError, FloatArray, Image, Parameters
from optimage.imaging.dome import fit_distance_mm, squared_distance_mm2, without_dome
from optimage.imaging.masks import bounding_box
from optimage.imaging.rebin import Blocks, block_size, block_size_power_of_two, block_sum, centred_blocks
from optimage.imaging.rois import BoolArray
from optimage_phantoms.nm_flood.method import MatrixRules

NMQC = "nmqc"


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Counts by analysis pixel, their variances, and how the pixels lie in the image.

    `source_mm` is the distance of the source whose dome was taken away, 0
    where none was.
    """

    counts: FloatArray
    variance: FloatArray
    blocks: Blocks
    spacing_mm: tuple[float, float]
    source_mm: float = 0.0

    def to_image(self, row: float, column: float) -> tuple[float, float]:
        """Return where a place of the matrix lies in the image; whole numbers are pixel centres in both."""
        blocks = self.blocks
        return (
            blocks.first_row + (row + 0.5) * blocks.rows - 0.5,
            blocks.first_column + (column + 0.5) * blocks.columns - 0.5,
        )

    def from_image(self, row: float, column: float) -> tuple[float, float]:
        """Return where a place of the image lies in the matrix."""
        blocks = self.blocks
        return (
            (row + 0.5 - blocks.first_row) / blocks.rows - 0.5,
            (column + 0.5 - blocks.first_column) / blocks.columns - 0.5,
        )


def stored_counts(image: Image) -> npt.NDArray[np.generic]:
    """Return the counts of `image`, shape (M, N): padding holds none; not rescaled where that changes nothing."""
    if image.padding is None and (image.slope, image.intercept) == (1.0, 0.0):
        return image.pixels
    return np.nan_to_num(image.values())


def analysis_matrix(image: Image, counts: npt.NDArray[np.generic], mode: str, *, rules: MatrixRules) -> Matrix:
    """Add whole pixels of `counts`, shape (M, N), as `mode` (`nema` or `nmqc`) prescribes.

    `nema` takes the sum nearest to 6.4 mm, axis by axis, and cuts the rest
    off on both sides; `nmqc` takes powers of two for both axes and fills
    the last block with zeros.
    """
    spacing = image.required_spacing_mm
    if mode == NMQC:
        size = block_size_power_of_two(spacing[0], smallest_mm=rules.smallest_mm)
        blocks = Blocks(size, size)
        padded = np.pad(counts, [(0, -length % size) for length in counts.shape])
        return _matrix(block_sum(padded, blocks), blocks, spacing)
    rows, columns = (
        block_size(pitch, target_mm=rules.target_mm, smallest_mm=rules.smallest_mm, largest_mm=rules.largest_mm)
        for pitch in spacing
    )
    blocks = centred_blocks(image.shape, rows, columns)
    return _matrix(block_sum(counts, blocks), blocks, spacing)


def flattened(matrix: Matrix, inner: BoolArray, parameters: Parameters) -> Matrix:
    """Return `matrix` without the dome of a near source; the axis is the middle of the mask `inner`.

    Raises
    ------
    AnalysisError
        `missing_parameter` where the distance is to be given and is not.
    """
    choice, distance = str(parameters["dome_correction"]), float(parameters["source_distance_mm"])
    if choice == "none" or not inner.any():
        return matrix
    top, bottom, left, right = bounding_box(inner)
    squared = squared_distance_mm2(matrix.counts.shape, matrix.spacing_mm, ((top + bottom) / 2, (left + right) / 2))
    if choice == "fit":
        distance = fit_distance_mm(matrix.counts, squared, inner)
    elif not distance:
        raise AnalysisError(
            "missing_parameter",
            N_("the dome cannot be corrected: the distance of the source is not given"),
            advice=N_("give the parameter source_distance_mm, or choose the dome correction fit"),
        )
    if not isfinite(distance):
        return matrix
    counts = without_dome(matrix.counts, squared, distance)
    factor = np.divide(counts, matrix.counts, out=np.ones_like(counts), where=matrix.counts > 0)
    return replace(matrix, counts=counts, variance=matrix.variance * factor**2, source_mm=distance)


def _matrix(counts: FloatArray, blocks: Blocks, spacing_mm: tuple[float, float]) -> Matrix:
    return Matrix(counts, counts, blocks, (spacing_mm[0] * blocks.rows, spacing_mm[1] * blocks.columns))
