# SPDX-License-Identifier: LGPL-3.0-or-later
"""Finding bright objects on a coarse copy of an image: where they are, how large, how round."""

from dataclasses import dataclass
from math import inf, pi

import numpy as np
from scipy import ndimage

from optimage.imaging.rois import BoolArray
from optimage.model.images import FloatArray

OTSU_BINS = 256


@dataclass(frozen=True, slots=True, eq=False)
class Coarse:
    """Every n-th pixel of an image, slightly smoothed, for finding things quickly.

    `values` has no NaN: missing pixels hold the smallest value. `step` and
    `spacing_mm` are those along rows and columns.
    """

    values: FloatArray
    step: tuple[int, int]
    spacing_mm: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """A connected bright area; `mask` is its coarse mask with holes filled."""

    mask: BoolArray
    area_mm2: float
    circularity: float
    touches_border: bool


@dataclass(frozen=True, slots=True, eq=False)
class Segmentation:
    """Objects above Otsu's threshold, largest first, and the mean levels on either side of it."""

    coarse: Coarse
    components: tuple[Component, ...]
    low: float
    high: float

    @property
    def threshold(self) -> float:
        """Half way between the two levels: the 50 % edge of an object."""
        return (self.low + self.high) / 2


def coarsen(values: FloatArray, spacing_mm: tuple[float, float], *, pitch_mm: float, lowest: float = -inf) -> Coarse:
    """Take pixels of `values`, shape (M, N), about `pitch_mm` apart and smooth them by one coarse pixel.

    Smaller values than `lowest` are raised to it first: what scanners write
    outside their field of view must not outweigh the phantom.
    """
    step = max(1, round(pitch_mm / spacing_mm[0])), max(1, round(pitch_mm / spacing_mm[1]))
    taken = np.maximum(values[step[0] // 2 :: step[0], step[1] // 2 :: step[1]], lowest)
    finite = np.isfinite(taken)
    lowest = float(taken[finite].min()) if finite.any() else 0.0
    smooth: FloatArray = ndimage.gaussian_filter(np.where(finite, taken, lowest), 1.0, mode="nearest")
    return Coarse(smooth, step, (step[0] * spacing_mm[0], step[1] * spacing_mm[1]))


def otsu_threshold(values: FloatArray) -> float:
    """Return the threshold that separates `values` into two classes best (Otsu, IEEE Trans SMC 1979)."""
    counts, edges = np.histogram(values, OTSU_BINS)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1].astype(np.float64)
    above = values.size - below
    total = np.cumsum(counts * centres)
    with np.errstate(divide="ignore", invalid="ignore"):
        separation = below * above * (total[:-1] / below - (total[-1] - total[:-1]) / above) ** 2
    return float(edges[1:-1][int(np.nanargmax(separation))])


def segment(
    values: FloatArray, spacing_mm: tuple[float, float], *, pitch_mm: float, opening_mm: float, lowest: float = -inf
) -> Segmentation:
    """Find bright objects in `values`, shape (M, N), NaN where there is no data.

    Parameters
    ----------
    pitch_mm : float
        Distance of the pixels that are looked at.
    opening_mm : float
        Radius of the disc that must fit into an object: thinner parts,
        such as the plates of a couch, are taken away.
    lowest : float
        Smaller values count as this one.
    """
    coarse = coarsen(values, spacing_mm, pitch_mm=pitch_mm, lowest=lowest)
    if float(np.ptp(coarse.values)) == 0.0:
        level = float(coarse.values.flat[0])
        return Segmentation(coarse, (), level, level)
    bright = coarse.values > otsu_threshold(coarse.values)
    low, high = float(coarse.values[~bright].mean()), float(coarse.values[bright].mean())
    opened = ndimage.binary_fill_holes(_opened(bright, coarse.spacing_mm, opening_mm))
    return Segmentation(coarse, _components(opened, coarse.spacing_mm), low, high)


def _opened(mask: BoolArray, spacing_mm: tuple[float, float], radius_mm: float) -> BoolArray:
    """Open `mask` by a disc; outside the image counts as object, so that nothing is cut at the border."""
    margin = [int(np.ceil(radius_mm / d)) + 1 for d in spacing_mm]
    padded = np.pad(mask, [(m, m) for m in margin], mode="edge")
    core = ndimage.distance_transform_edt(padded, sampling=spacing_mm) > radius_mm
    if not core.any():
        return np.zeros_like(mask)
    grown = ndimage.distance_transform_edt(~core, sampling=spacing_mm) <= radius_mm
    opened: BoolArray = grown[margin[0] : -margin[0], margin[1] : -margin[1]] & mask
    return opened


def _components(mask: BoolArray, spacing_mm: tuple[float, float]) -> tuple[Component, ...]:
    labels, _ = ndimage.label(mask)
    found = []
    for number, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1):
        own: BoolArray = labels == number
        edges = (rows.start == 0, columns.start == 0, rows.stop == mask.shape[0], columns.stop == mask.shape[1])
        area = float(own.sum()) * spacing_mm[0] * spacing_mm[1]
        found.append(Component(own, area, circularity(own, spacing_mm), any(edges)))
    return tuple(sorted(found, key=lambda component: -component.area_mm2))


def circularity(mask: BoolArray, spacing_mm: tuple[float, float]) -> float:
    """Return `4πA/P²` of the area `mask`, 1 for a disc; the perimeter by Crofton's formula in four directions."""
    padded = np.pad(mask, 1)
    dy, dx = spacing_mm
    diagonal = dy * dx / float(np.hypot(dy, dx))
    lengths = (
        dy * np.count_nonzero(padded[:, 1:] != padded[:, :-1]),
        dx * np.count_nonzero(padded[1:] != padded[:-1]),
        diagonal * np.count_nonzero(padded[1:, 1:] != padded[:-1, :-1]),
        diagonal * np.count_nonzero(padded[1:, :-1] != padded[:-1, 1:]),
    )
    perimeter = pi / 8 * float(sum(lengths))
    return 4 * pi * float(mask.sum()) * dy * dx / perimeter**2 if perimeter else 0.0
