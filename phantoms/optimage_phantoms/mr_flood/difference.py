# SPDX-License-Identifier: LGPL-3.0-or-later
"""The difference of a repeated pair, and whether the two really show the same."""

from dataclasses import dataclass
from math import hypot, nan, sqrt

import numpy as np
from scipy import ndimage

from optimage.api import N_, AnalysisError, FloatArray, Message, Note
from optimage.imaging.masks import bounding_box
from optimage.imaging.rois import BoolArray
from optimage.imaging.trend import residuals
from optimage_phantoms.mr_flood.method import PairRules

SIGMAS = 3.0  # a shift is told only where it is no chance
EDGE_PX = 3  # on either side of the outline, where a shift shows


@dataclass(frozen=True, slots=True, eq=False)
class PairDifference:
    """A pair in one piece.

    Attributes
    ----------
    mean, difference : ndarray of shape (M, N)
        (A + B) / 2 and A - B.
    notes : tuple of Note
        `drift` and `misaligned`, where the two differ in more than noise.
    """

    mean: FloatArray
    difference: FloatArray
    notes: tuple[Note, ...]


def pair_difference(
    first: FloatArray, second: FloatArray, *, mask: BoolArray, region: BoolArray, rules: PairRules
) -> PairDifference:
    """Subtract the second image of a pair from the first.

    Parameters
    ----------
    first, second : ndarray of shape (M, N)
        Signal.
    mask, region : ndarray of shape (M, N)
        The phantom, and where it is measured.

    Raises
    ------
    AnalysisError
        `identical_images` where the second is a copy, `means_differ` and
        `misaligned` where their difference says nothing of noise.
    """
    difference = first - second
    if not np.any(difference[region]):
        raise AnalysisError(
            "identical_images",
            N_("the two images hold the same values: one is a copy of the other"),
            advice=N_("send the two acquisitions, not one of them twice"),
        )
    _check_means(first, second, region, rules)
    notes = (*_shift_notes(first, difference, mask, rules), *_drift_notes(difference, first + second, region, rules))
    return PairDifference((first + second) / 2, difference, notes)


def detrended(difference: FloatArray, region: BoolArray, order: int) -> FloatArray:
    """Return the values of `difference` in `region`, row-major, without a polynomial of `order`; 0 leaves them."""
    inside = difference[region]
    if not order:
        return inside
    rows, columns = np.nonzero(region)
    return residuals(inside, columns.astype(np.float64), rows.astype(np.float64), order=order)


def correlated_pixels(noise: FloatArray, region: BoolArray, *, reach: int = 2) -> float:
    """Return how many pixels of correlated noise are worth one independent pixel, for a variance.

    The sum of the squared autocorrelation over lags up to `reach`: the
    variance of a sample variance is that many times as large as for white
    noise. 1 for white noise and where nothing can be told.
    """
    top, bottom, left, right = bounding_box(region)
    inside = np.pad(region[top : bottom + 1, left : right + 1], reach)
    cut = np.pad(noise[top : bottom + 1, left : right + 1], reach)
    centred = np.where(inside, cut - noise[region].mean(), 0.0).ravel()
    power, count, width = float((centred**2).sum()), float(np.count_nonzero(inside)), inside.shape[1]
    inside = inside.ravel()
    if power == 0.0:
        return 1.0
    total = 1.0
    for down in range(reach + 1):
        for across in range(-reach if down else 1, reach + 1):
            lag = down * width + across  # the margin keeps lines apart
            pairs = np.count_nonzero(inside[lag:] & inside[:-lag])
            if pairs:
                total += 2.0 * (float((centred[lag:] * centred[:-lag]).sum()) / pairs * count / power) ** 2
    return total


def _check_means(first: FloatArray, second: FloatArray, region: BoolArray, rules: PairRules) -> None:
    one, other = float(first[region].mean()), float(second[region].mean())
    differ = abs(one - other) / max(abs(one), abs(other))
    if differ > rules.means_share:
        raise AnalysisError(
            "means_differ",
            N_("the two images differ by {share:.1f} % in their mean signal, {limit:.0f} % at most are expected"),
            advice=N_("repeat the pair without a prescan in between; let the phantom rest first"),
            share=100.0 * differ,
            limit=100.0 * rules.means_share,
        )


def _shift_notes(first: FloatArray, difference: FloatArray, mask: BoolArray, rules: PairRules) -> tuple[Note, ...]:
    """Find the shift between the two from what their difference holds of the slope at the phantom's edge.

    For a small shift s the difference is s · gradient; least squares over
    the pixels near the edge gives both components and their uncertainty.
    """
    down, right, uncertainty = edge_shift_px(first, difference, mask)
    shift = hypot(down, right)
    if not shift > max(rules.shift_note_px, SIGMAS * uncertainty):
        return ()
    if shift > rules.shift_limit_px:
        raise AnalysisError(
            "misaligned",
            N_("the phantom lies {shift:.1f} pixels elsewhere on the second image"),
            advice=N_("repeat the pair; let the phantom and its liquid come to rest first"),
            shift=shift,
        )
    template = N_("the phantom lies {shift:.2f} pixels elsewhere on the second image")
    return (Note("misaligned", Message(template, {"shift": shift})),)


def edge_shift_px(first: FloatArray, difference: FloatArray, mask: BoolArray) -> tuple[float, float, float]:
    """Return how far the object in `mask` has moved from the first image to the second.

    Parameters
    ----------
    first, difference : ndarray of shape (M, N)
        First image, and first minus second.
    mask : ndarray of shape (M, N)
        The object; pixels within 3 of its edge are used.

    Returns
    -------
    down, right, uncertainty : float
        In pixels, the uncertainty that of either; NaN where the edge is not on the image.

    Notes
    -----
    The slope is a difference over two pixels, so that the shift of an edge
    sharper than that reads up to a fifth too large.
    """
    inside, size = mask.view(np.uint8), 2 * EDGE_PX + 1
    near = ndimage.maximum_filter(inside, size=size) != ndimage.minimum_filter(inside, size=size)
    rim = np.asarray(near)
    rim[[0, -1]] = False
    rim[:, [0, -1]] = False
    mean = first - difference / 2
    slopes = np.stack([np.asarray(np.gradient(mean, axis=axis))[rim] for axis in (0, 1)], axis=1)
    wanted = difference[rim]
    good = np.isfinite(wanted) & np.isfinite(slopes).all(axis=1)
    slopes, wanted = slopes[good], wanted[good]
    normal = slopes.T @ slopes
    if wanted.size < 10 or np.linalg.matrix_rank(normal) < 2:
        return nan, nan, nan
    down, right = (float(value) for value in np.linalg.solve(normal, slopes.T @ wanted))
    spread = float((wanted - slopes @ np.array((down, right))).std())
    return down, right, spread * sqrt(float(np.diag(np.linalg.inv(normal)).max()))


def _drift_notes(difference: FloatArray, total: FloatArray, region: BoolArray, rules: PairRules) -> tuple[Note, ...]:
    difference, total = difference[region], total[region]
    sd, offset = float(difference.std(ddof=1)), float(difference.mean())
    related = float(np.corrcoef(difference, total)[0, 1]) if sd > 0 and float(total.std()) > 0 else 0.0
    if abs(offset) <= sd and abs(related) <= rules.correlation:
        return ()
    template = N_(
        "the signal drifted between the two images: means {offset:+.2f} % apart, correlation of difference and sum "
        "{related:.2f}; the difference holds more than noise, see the parameter detrend"
    )
    values = {"offset": 100.0 * offset / float(total.mean() / 2), "related": related}
    return (Note("drift", Message(template, values)),)
