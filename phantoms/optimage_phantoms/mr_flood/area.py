# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where the phantom is: the bright area, and the circle or rectangle that its outline is."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from optimage.api import N_, AnalysisError, Disc, FloatArray, Image
from optimage.imaging.circle import fit_circle
from optimage.imaging.masks import bounding_box, filled
from optimage.imaging.rois import BoolArray
from optimage.imaging.segment import otsu_threshold
from optimage_phantoms.mr_flood.method import AreaRules

HALF_PX = 0.5
NORMAL_SD = 1.4826  # standard deviation over the median absolute deviation, normal values
RIM_POINTS = 240  # as many as a circle needs
Spacing = tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """The phantom on one image.

    Attributes
    ----------
    mask : ndarray of shape (M, N)
        Its pixels, holes filled.
    background : float
        Level of the frame of the image: 0 for magnitudes, the zero of the scale for real images.
    circle : Disc or None
        The circle that most of the outline lies on; None for another shape.
    rectangle : bool
        Whether the outline is a rectangle, upright or turned.
    others : float
        Area of the second largest object over that of this one.
    """

    mask: BoolArray
    background: float
    circle: Disc | None
    rectangle: bool
    others: float


def find_area(values: FloatArray, spacing_mm: Spacing, rules: AreaRules) -> Area:
    """Find the phantom in `values`, shape (M, N), NaN where there is no data.

    Of several objects of similar size the one nearest to the middle of the
    image is taken.

    Raises
    ------
    AnalysisError
        `phantom_not_found` where nothing bright enough is large enough.
    """
    known = np.where(np.isfinite(values), values, np.nanmin(values) if np.isfinite(values).any() else 0.0)
    smooth = _despeckled(known)
    frame = _frame(known, rules.frame_px)
    background = float(np.median(frame))
    scatter = NORMAL_SD * float(np.median(np.abs(frame - background)))  # of most of it: a phantom may reach the frame
    bright = smooth[smooth > otsu_threshold(smooth)] if float(np.ptp(smooth)) > 0 else smooth[:0]
    high = float(np.percentile(bright, rules.high_percentile)) if bright.size else background
    step = rules.level_share * (high - background)
    if not high - background > rules.contrast_sigma * scatter or step <= 0:
        raise _not_found(0.0, rules)
    labels, count = ndimage.label(_opened(filled(smooth > background + step), rules.opening_px))
    areas = ndimage.sum_labels(np.ones_like(smooth), labels, np.arange(1, count + 1)) * spacing_mm[0] * spacing_mm[1]
    smallest = np.pi / 4 * rules.smallest_diameter_mm**2
    if not count or float(areas.max()) < smallest:
        raise _not_found(float(areas.max()) if count else 0.0, rules)
    chosen = _most_central(labels, areas, rules)
    mask: BoolArray = labels == chosen
    rest = np.delete(areas, chosen - 1)
    rectangle = _fills_a_rectangle(mask, spacing_mm) >= rules.rectangle_share
    circle = None if rectangle else _circle(mask, spacing_mm, rules)
    others = float(rest.max()) / float(areas[chosen - 1]) if rest.size else 0.0
    return Area(mask, background, circle, rectangle, others)


def background_of(image: Image, rules: AreaRules) -> float:
    """Return the level of the frame of `image`, NaN left out."""
    frame = _frame(image.values(), rules.frame_px)
    return float(np.nanmedian(frame)) if np.isfinite(frame).any() else 0.0


def touches_border(mask: BoolArray, border_px: int) -> bool:
    """Return whether `mask` comes within `border_px` of the edge of the image."""
    top, bottom, left, right = bounding_box(mask)
    rows, columns = mask.shape
    return min(top, left) < border_px or bottom >= rows - border_px or right >= columns - border_px


def _frame(values: FloatArray, width: int) -> FloatArray:
    width = min(width, max(1, min(values.shape) // 8))
    inner = np.zeros(values.shape, dtype=bool)
    inner[width:-width, width:-width] = True
    return values[~inner]


def _despeckled(values: FloatArray) -> FloatArray:
    """Return the median of three along rows, then along columns; the outermost pixels as they are."""
    for axis in (0, 1):
        along = np.moveaxis(values, axis, 0)
        before, here, after = along[:-2], along[1:-1], along[2:]
        middle = np.maximum(np.minimum(before, here), np.minimum(np.maximum(before, here), after))
        values = np.moveaxis(np.concatenate((along[:1], middle, along[-1:])), 0, axis)
    return values


def _opened(mask: BoolArray, radius_px: int) -> BoolArray:
    """Take away what a disc of `radius_px` does not fit into; the border of the image is no edge."""
    at = np.arange(-radius_px, radius_px + 1)
    disc = at[:, None] ** 2 + at**2 <= (radius_px + HALF_PX) ** 2
    padded = np.pad(mask, 2 * radius_px, mode="edge")
    opened = ndimage.binary_opening(padded, disc)
    inner = slice(2 * radius_px, -2 * radius_px)
    return np.asarray(opened[inner, inner])


def _most_central(labels: npt.NDArray[np.intp], areas: FloatArray, rules: AreaRules) -> int:
    large = 1 + np.flatnonzero(areas >= rules.second_area * areas.max())
    centres = np.array(ndimage.center_of_mass(labels > 0, labels, large))
    middle = (np.array(labels.shape) - 1) / 2
    return int(large[int(np.hypot(*(centres - middle).T).argmin())])


def _circle(mask: BoolArray, spacing_mm: Spacing, rules: AreaRules) -> Disc | None:
    """Fit a circle to the rim of `mask`, the border of the image left out."""
    rim = mask & ~ndimage.binary_erosion(mask, border_value=1)
    rim[[0, -1]] = False
    rim[:, [0, -1]] = False
    points = np.argwhere(rim).astype(np.float64)
    points = points[_by_angle(points)][:: max(1, len(points) // RIM_POINTS)]
    fit = fit_circle(points, spacing_mm) if len(points) else None
    if fit is None or fit.accepted.mean() < rules.outline_share:
        return None
    if fit.rms_mm > rules.outline_rms_px * min(spacing_mm):
        return None
    pixel = min(spacing_mm)  # rim pixels lie half a pixel inside the edge
    return fit.disc.with_radius(fit.disc.radius_mm + pixel / 2)


def _by_angle(points: FloatArray) -> npt.NDArray[np.intp]:
    """Return the order of `points` around their middle, as the circle's consensus search wants them."""
    row, column = points.mean(axis=0)
    return np.argsort(np.arctan2(points[:, 0] - row, points[:, 1] - column), kind="stable")


def _fills_a_rectangle(mask: BoolArray, spacing_mm: Spacing) -> float:
    """Return which share of the smallest rectangle around `mask`, of any rotation, it fills."""
    rim = mask & ~ndimage.binary_erosion(mask)
    points = np.argwhere(rim) * np.array(spacing_mm)
    angles = np.radians(np.arange(0.0, 90.0, 1.0))
    cosines, sines = np.cos(angles)[:, None], np.sin(angles)[:, None]
    along = cosines * points[:, 1] + sines * points[:, 0]
    across = -sines * points[:, 1] + cosines * points[:, 0]
    sizes = (np.ptp(along, axis=1) + spacing_mm[1]) * (np.ptp(across, axis=1) + spacing_mm[0])
    return float(mask.sum()) * spacing_mm[0] * spacing_mm[1] / float(sizes.min())


def _not_found(area_mm2: float, rules: AreaRules) -> AnalysisError:
    return AnalysisError(
        "phantom_not_found",
        N_("no phantom found: the largest bright object covers {area:.0f} mm², at least {needed:.0f} mm² are expected"),
        advice=N_("check that the phantom was imaged and fills more of the field of view"),
        area=area_mm2,
        needed=np.pi / 4 * rules.smallest_diameter_mm**2,
    )
