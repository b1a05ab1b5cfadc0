# SPDX-License-Identifier: LGPL-3.0-or-later
"""The phantom's outline on every slice, from a few of the stored integers: all slices at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from optimage.api import FloatArray, Image
from optimage_phantoms.catphan.finding.rules import OutlineRules

BoolArray = npt.NDArray[np.bool_]
AIR_HU = -1000.0
FIT_ROUNDS = 5
REJECT_SIGMA = 2.5
MAD_TO_SIGMA = 1.4826
SMALLEST_REJECTION = 0.75  # of a coarse pixel
SECTOR_DEG = 10.0


@dataclass(frozen=True, eq=False)
class Coarse:
    """Every n-th pixel of all slices, shape (n, M, N), in HU; `known` is False where there is no data."""

    values: npt.NDArray[np.float32]
    known: BoolArray | None
    step: tuple[int, int]
    first: tuple[int, int]
    pitch_mm: tuple[float, float]

    def fine(self, rows: FloatArray, columns: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return rows and columns of the images for those of the coarse copy."""
        return rows * self.step[0] + self.first[0], columns * self.step[1] + self.first[1]


@dataclass(frozen=True, eq=False)
class Outlines:
    """A circle a slice, arrays of shape (n,): centre in pixels, radius in mm.

    `share` is the share of the circle whose edge is seen, 0 where there is no
    circle of plausible size.
    """

    row: FloatArray
    column: FloatArray
    radius_mm: FloatArray
    share: FloatArray


def coarse_copy(images: tuple[Image, ...], spacing_mm: tuple[float, float], pitch_mm: float) -> Coarse:
    """Take pixels about `pitch_mm` apart of all `images`, which have one matrix."""
    step = max(1, round(pitch_mm / spacing_mm[0])), max(1, round(pitch_mm / spacing_mm[1]))
    height, width = images[0].shape
    first = min(step[0] // 2, height - 1), min(step[1] // 2, width - 1)
    values: list[npt.NDArray[np.float32]] = []
    known: list[BoolArray | None] = []
    for image in images:
        stored = image.pixels[first[0] :: step[0], first[1] :: step[1]]
        rescaled = stored.astype(np.float32)
        rescaled *= np.float32(image.slope)
        rescaled += np.float32(image.intercept)
        if image.padding is not None:
            missing = (stored >= image.padding[0]) & (stored <= image.padding[1])  # type: ignore[operator]
            rescaled[missing] = AIR_HU
            known.append(~missing)
        else:
            known.append(None)
        values.append(rescaled)
    pitch = step[0] * spacing_mm[0], step[1] * spacing_mm[1]
    everywhere = np.broadcast_to(True, values[0].shape)
    there = None if all(one is None for one in known) else np.stack([everywhere if k is None else k for k in known])
    return Coarse(np.stack(values), there, step, first, pitch)


def find_outlines(coarse: Coarse, rules: OutlineRules) -> Outlines:
    """Return the outline on every slice: the circle through the outermost pixels of its largest object.

    Thin things, such as the plates of a couch, are taken away first; points
    at the border of the image or of its data are no edge.
    """
    solid = _opened(coarse.values > rules.level_hu, coarse.pitch_mm, rules.opening_mm)
    solid = _largest(solid)
    points, seen = _outermost(solid, coarse)
    x0, y0, radius, share = _circles(points, seen, max(coarse.pitch_mm))
    plausible = (radius >= rules.smallest_radius_mm) & (radius <= rules.largest_radius_mm)
    row, column = coarse.fine(y0 / coarse.pitch_mm[0], x0 / coarse.pitch_mm[1])
    return Outlines(row, column, radius, np.where(plausible, share, 0.0))


def _opened(solid: BoolArray, pitch_mm: tuple[float, float], size_mm: float) -> BoolArray:
    """Keep what a square of `size_mm` fits into; beyond the border of the image everything counts as solid."""
    half = [max(1, round(size_mm / 2 / pitch)) for pitch in pitch_mm]
    padded = np.pad(solid, ((0, 0), (half[0],) * 2, (half[1],) * 2), mode="edge")
    core = _window(_window(padded, half[0], 1, np.logical_and), half[1], 2, np.logical_and)
    grown = np.pad(core, ((0, 0), (half[0],) * 2, (half[1],) * 2))
    grown = _window(_window(grown, half[0], 1, np.logical_or), half[1], 2, np.logical_or)
    opened: BoolArray = grown & solid
    return opened


def _window(mask: BoolArray, half: int, axis: int, combine: np.ufunc) -> BoolArray:
    """Combine 2·half + 1 neighbours along `axis`; the result is shorter by 2·half."""
    length = mask.shape[axis] - 2 * half
    combined = _shifted(mask, 0, length, axis).copy()
    for k in range(1, 2 * half + 1):
        combine(combined, _shifted(mask, k, length, axis), out=combined)
    return combined


def _shifted(mask: BoolArray, first: int, length: int, axis: int) -> BoolArray:
    return mask[:, first : first + length] if axis == 1 else mask[:, :, first : first + length]


def _largest(solid: BoolArray) -> BoolArray:
    """Keep the largest object of every slice."""
    count, height, width = solid.shape
    apart = np.zeros((count, height + 1, width), dtype=bool)  # a row of air below each slice, so that no two touch
    apart[:, :height] = solid
    flat, found = ndimage.label(apart.reshape(-1, width))
    if found <= np.count_nonzero(solid.any(axis=(1, 2))):
        return solid  # one object a slice
    sizes = np.bincount(flat.ravel())[1:]
    lies_on = np.array([rows.start // (height + 1) for rows, _ in ndimage.find_objects(flat)])
    best = np.zeros(count, dtype=flat.dtype)
    for index in np.argsort(sizes, kind="stable"):
        best[lies_on[index]] = index + 1
    return np.asarray((flat.reshape(apart.shape)[:, :height] == best[:, None, None]) & solid)


def _outermost(solid: BoolArray, coarse: Coarse) -> tuple[FloatArray, BoolArray]:
    """Return the ends of every row and column as (x, y) in mm, shape (n, points, 2), and which count."""
    count, known = len(solid), coarse.known
    all_points, all_seen = [], []
    for axis in (2, 1):
        there = solid.any(axis=axis)
        length = solid.shape[axis]
        along = np.broadcast_to(np.arange(there.shape[1]), there.shape)
        for backwards in (False, True):
            turned = solid[:, :, ::-1] if axis == 2 else solid[:, ::-1]
            index = np.argmax(turned if backwards else solid, axis)
            index = length - 1 - index if backwards else index
            beyond = index + (1 if backwards else -1)
            inside = there & (beyond >= 0) & (beyond < length)
            at = np.clip(beyond, 0, length - 1)
            if known is not None:
                slices = np.arange(count)[:, None]
                inside &= known[slices, along, at] if axis == 2 else known[slices, at, along]
            edge = index + (0.5 if backwards else -0.5)
            x, y = (edge, along) if axis == 2 else (along, edge)
            all_points.append(np.stack((x * coarse.pitch_mm[1], y * coarse.pitch_mm[0]), axis=2))
            all_seen.append(inside)
    return np.concatenate(all_points, axis=1).astype(np.float64), np.concatenate(all_seen, axis=1)


def _circles(
    points: FloatArray, seen: BoolArray, pixel_mm: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Fit a circle to the points of every slice, leaving out round by round what lies far from it."""
    x, y = points[:, :, 0], points[:, :, 1]
    weights = seen.astype(np.float64)
    for _ in range(FIT_ROUNDS):
        x0, y0, radius = algebraic_circles(x, y, weights)
        misses = np.abs(np.sqrt((x - x0[:, None]) ** 2 + (y - y0[:, None]) ** 2) - radius[:, None])
        masked = np.where(weights > 0, misses, np.nan)
        with np.errstate(all="ignore"):
            spread = MAD_TO_SIGMA * _median(masked)
        limit = np.maximum(REJECT_SIGMA * spread, SMALLEST_REJECTION * pixel_mm)
        kept = (seen & (misses <= limit[:, None])).astype(np.float64)
        if (kept == weights).all():
            break
        weights = kept
    return x0, y0, radius, _share_seen(x - x0[:, None], y - y0[:, None], weights)


def algebraic_circles(x: FloatArray, y: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Fit circles to points, shape (n, points), by Kåsa's algebraic method; NaN where there are too few points."""
    total = weights.sum(axis=1)
    safe = np.maximum(total, 1.0)[:, None]
    mx, my = (weights * x).sum(axis=1, keepdims=True) / safe, (weights * y).sum(axis=1, keepdims=True) / safe
    u, v = x - mx, y - my
    square = u**2 + v**2
    suu, svv, suv = (weights * u**2).sum(1), (weights * v**2).sum(1), (weights * u * v).sum(1)
    su, sv = (weights * u * square).sum(1) / 2, (weights * v * square).sum(1) / 2
    determinant = suu * svv - suv**2
    good = (total >= 6) & (determinant > 1e-9 * (suu + svv) ** 2)
    with np.errstate(all="ignore"):
        a = np.where(good, (su * svv - sv * suv) / determinant, np.nan)
        b = np.where(good, (sv * suu - su * suv) / determinant, np.nan)
        radius = np.sqrt(a**2 + b**2 + (suu + svv) / safe[:, 0])
    return a + mx[:, 0], b + my[:, 0], radius


def _median(values: FloatArray) -> FloatArray:
    """Return the median of every row without NaN; NaN for rows of NaN alone."""
    ordered = np.sort(values, axis=1)
    counts = np.isfinite(values).sum(axis=1)
    middle = np.maximum(counts - 1, 0) // 2
    return np.asarray(ordered[np.arange(len(values)), middle])


def _share_seen(dx: FloatArray, dy: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the share of the circle, in sectors of 10°, in which points lie."""
    seen = weights > 0
    sectors = np.floor(np.degrees(np.arctan2(dy, dx, where=seen, out=np.zeros_like(dx))) / SECTOR_DEG).astype(np.intp)
    count = round(360.0 / SECTOR_DEG)
    hit = np.zeros((len(dx), count), dtype=bool)
    slices = np.broadcast_to(np.arange(len(dx))[:, None], dx.shape)
    hit[slices[seen], sectors[seen] % count] = True
    return np.asarray(hit.mean(axis=1))
