# SPDX-License-Identifier: LGPL-3.0-or-later
"""Noise, and what it means for the uncertainty of means and standard deviations.

Noise in tomography is correlated, so the number of pixels does not tell how
uncertain a mean is. Blocks of the size of a region, laid over all of the
homogeneous area, show it: the scatter of their means about a smooth surface
is the standard uncertainty of such a mean, whatever the correlation.
"""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from optimage.imaging.rois import box_of, clipped, mask_of
from optimage.imaging.trend import fit_surface, number_of_terms, residuals
from optimage.model.images import Box, FloatArray, Image
from optimage.model.shapes import Disc

TREND_ORDER = 2
FEWEST_FREEDOM = 4
SMALLEST_BLOCK_PX = 2


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Rectangular blocks that lie wholly inside a disc: their centres, means and variances, shape (n,)."""

    rows: FloatArray
    columns: FloatArray
    means: FloatArray
    variances: FloatArray
    area_mm2: float


def cut_blocks(image: Image, disc: Disc, *, side_mm: float) -> Blocks:
    """Cut the inside of `disc` into blocks of about `side_mm`, at least 2 × 2 pixels.

    Blocks that leave the disc or the image, or hold padding, are left out.
    """
    box = clipped(box_of(disc), image.shape)
    return _cut(image.values(box), box, disc, side_mm)


def _cut(values: FloatArray, box: Box, disc: Disc, side_mm: float) -> Blocks:
    rows, columns = (max(SMALLEST_BLOCK_PX, round(side_mm / d)) for d in disc.spacing_mm)
    down, across = box.rows // rows, box.columns // columns
    top, left = (box.rows - down * rows) // 2, (box.columns - across * columns) // 2
    part = np.s_[top : top + down * rows, left : left + across * columns]
    whole = mask_of(disc, box)[part].reshape(down, rows, across, columns).all(axis=(1, 3))
    tiles = values[part].reshape(down, rows, across, columns)
    means = tiles.mean(axis=(1, 3))
    variances = tiles.var(axis=(1, 3), ddof=1)
    whole &= np.isfinite(means)
    at = np.argwhere(whole).astype(np.float64)
    return Blocks(
        box.row + top + (at[:, 0] + 0.5) * rows - 0.5,
        box.column + left + (at[:, 1] + 0.5) * columns - 0.5,
        means[whole],
        variances[whole],
        rows * columns * disc.spacing_mm[0] * disc.spacing_mm[1],
    )


def mean_scatter(image: Image, area: Disc, *, radius_mm: float) -> float:
    """Return how much the mean of a disc scatters, over the standard deviation of its pixels.

    Blocks with the area of a disc of `radius_mm` are laid over the
    homogeneous `area`. The standard uncertainty of a mean is this ratio times
    the standard deviation where the mean was taken, which may lie elsewhere
    as long as the noise has the same texture there. NaN where fewer than
    four degrees of freedom are left, 0 where there is no noise.
    """
    disc_area = np.pi * radius_mm**2
    blocks = cut_blocks(image, area, side_mm=sqrt(disc_area))
    typical = sqrt(float(blocks.variances.mean())) if blocks.variances.size else nan
    if typical == 0.0:
        return 0.0
    return scatter_about_trend(blocks.means, blocks) / typical * sqrt(blocks.area_mm2 / disc_area)


def sd_scatter(image: Image, area: Disc, *, radius_mm: float, side_mm: float) -> float:
    """Return how much the standard deviation in a disc of `radius_mm` scatters, over its own size.

    A variance is a mean of squared deviations, so it is as uncertain as the
    scatter of such means over blocks inside the homogeneous `area` says. The
    deviations are those from a quadratic surface over all of it, which keeps
    noise coarser than a block. The standard uncertainty of a standard
    deviation is this ratio times that deviation. NaN where fewer than four
    degrees of freedom are left, 0 where there is no noise.
    """
    box = clipped(box_of(area), image.shape)
    values = image.values(box)
    blocks = _cut(values, box, area, side_mm)
    if not _enough(blocks):
        return nan
    surface = fit_surface(blocks.means, blocks.columns, blocks.rows, order=TREND_ORDER)
    columns = np.arange(box.column, box.column + box.columns, dtype=np.float64)[None, :]
    rows = np.arange(box.row, box.row + box.rows, dtype=np.float64)[:, None]
    squares = _cut((values - surface.at(columns, rows)) ** 2, box, area, side_mm)
    typical = float(squares.means.mean())
    if typical == 0.0:
        return 0.0
    return scatter_about_trend(squares.means, squares) / (2 * typical) * sqrt(squares.area_mm2 / (np.pi * radius_mm**2))


def scatter_about_trend(quantity: FloatArray, blocks: Blocks) -> float:
    """Return the standard deviation of `quantity` about a quadratic surface over the blocks.

    The surface takes away what is no noise but shape (cupping, noise that
    falls towards the edge). NaN where fewer than four degrees of freedom
    are left.
    """
    if not _enough(blocks):
        return nan
    freedom = quantity.size - number_of_terms(TREND_ORDER)
    left = residuals(quantity, blocks.columns, blocks.rows, order=TREND_ORDER)
    return sqrt(float((left**2).sum()) / freedom)


def _enough(blocks: Blocks) -> bool:
    return blocks.means.size - number_of_terms(TREND_ORDER) >= FEWEST_FREEDOM


def detrended_sd(image: Image, roi: Disc, *, order: int) -> float:
    """Return the SD in `roi` after a polynomial of `order` in row and column is taken away.

    The degrees of freedom of the polynomial are counted. Padding is left out.
    """
    box = clipped(box_of(roi), image.shape)
    values = image.values(box)
    rows, columns = np.nonzero(mask_of(roi, box) & np.isfinite(values))
    inside = values[rows, columns]
    left = residuals(inside, columns.astype(np.float64), rows.astype(np.float64), order=order)
    return sqrt(float((left**2).sum()) / (inside.size - number_of_terms(order)))
