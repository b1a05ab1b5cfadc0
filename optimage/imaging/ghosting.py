# SPDX-License-Identifier: LGPL-3.0-or-later
"""Percent signal ghosting after the ACR large phantom guidance: four ellipses in the air around a phantom.

Where this differs from published code (hazen): gaps are taken between the
edges of pixels, for rows and columns apart; an ellipse made narrower keeps
its area; one that would leave the image along its long axis is shifted; and
where there is no room the result is refused instead of measured on the
phantom. On clean images the value is a difference of noise means: compare it
absolutely, never in percent of itself.
"""

from dataclasses import dataclass
from math import nan, pi, sqrt

import numpy as np

from optimage.errors import AnalysisError
from optimage.imaging.ellipse import Ellipse
from optimage.imaging.masks import bounding_box
from optimage.imaging.rois import BoolArray, statistics
from optimage.messages import N_
from optimage.model.images import FloatArray
from optimage.model.shapes import RoiStatistics

AREA_MM2 = 1000.0
ELONGATION = 4.0  # long axis over short axis
CLEARANCE_PX = 5.0  # from the phantom and from the edge of the image
NARROWEST_PX = 3.0  # short axis
SIDES = ("top", "bottom", "left", "right")


@dataclass(frozen=True, slots=True)
class GhostRegion:
    """An ellipse beside the phantom, and what it holds (NaN left out)."""

    side: str
    ellipse: Ellipse
    statistics: RoiStatistics


@dataclass(frozen=True, slots=True)
class SignalGhosting:
    """Percent signal ghosting.

    Attributes
    ----------
    percent : float
        `100 · |(top + bottom) - (left + right)| / (2 · signal)`.
    signed_percent : float
        The same without the absolute value: positive where more lies above
        and below the phantom, negative where more lies beside it.
    along : str
        Where more lies, in the words of InPlanePhaseEncodingDirection:
        `COL` above and below, `ROW` left and right. Ghosts lie there if it is
        the phase direction.
    uncertainty : float
        Standard uncertainty (k = 1) from the SD of each region over the root
        of its number of pixels, in percentage points. Structure counts as
        noise; correlation between pixels is not known.
    signal : float
        Mean of the phantom.
    zero_share : float
        Share of pixels that are exactly 0: a masked background has no ghosts to show.
    regions : tuple of GhostRegion
        Top, bottom, left, right.
    """

    percent: float
    signed_percent: float
    along: str
    uncertainty: float
    signal: float
    zero_share: float
    regions: tuple[GhostRegion, ...]


def percent_signal_ghosting(
    values: FloatArray,
    phantom: BoolArray,
    signal: BoolArray,
    spacing_mm: tuple[float, float],
    *,
    area_mm2: float = AREA_MM2,
    clearance_px: float = CLEARANCE_PX,
) -> SignalGhosting:
    """Measure percent signal ghosting of `values`, shape (M, N).

    Parameters
    ----------
    values : ndarray of shape (M, N)
        Rescaled values: an intercept other than 0 would change the ratio.
        NaN is left out.
    phantom : ndarray of shape (M, N)
        All of the phantom; its upright bounding box is its edge.
    signal : ndarray of shape (M, N)
        The region whose mean is the signal, such as a disc of 200 cm².
    spacing_mm : (float, float)
        Distance of row centres, then of column centres.
    area_mm2 : float
        Area of each ellipse; 4:1 unless the gap is too narrow for it.
    clearance_px : float
        Least distance from the phantom and from the edge of the image.

    Returns
    -------
    SignalGhosting
        NaN where the signal is not positive or a region holds no data.

    Raises
    ------
    AnalysisError
        `no_room_for_ghost_regions` where an ellipse does not fit.
    """
    ellipses = ghost_ellipses(phantom, spacing_mm, area_mm2=area_mm2, clearance_px=clearance_px)
    inside = [values[ellipse.mask(phantom.shape)] for ellipse in ellipses]
    found = [statistics(one, spacing_mm[0] * spacing_mm[1]) for one in inside]
    regions = tuple(GhostRegion(*one) for one in zip(SIDES, ellipses, found, strict=True))
    held = values[signal & np.isfinite(values)]
    mean = float(held.mean()) if held.size else nan
    top, bottom, left, right = (one.mean for one in found)
    scale = 100.0 / (2.0 * mean) if mean > 0 else nan
    signed = scale * ((top + bottom) - (left + right))
    spread = scale * sqrt(sum(one.sd**2 / one.n if one.n else nan for one in found))
    zeros = float(np.mean(np.concatenate(inside) == 0.0))
    return SignalGhosting(abs(signed), signed, "ROW" if signed < 0 else "COL", spread, mean, zeros, regions)


def ghost_ellipses(
    phantom: BoolArray,
    spacing_mm: tuple[float, float],
    *,
    area_mm2: float = AREA_MM2,
    clearance_px: float = CLEARANCE_PX,
) -> tuple[Ellipse, Ellipse, Ellipse, Ellipse]:
    """Return the ellipses above, below, left and right of `phantom`, shape (M, N), midway to the edge of the image.

    Raises
    ------
    AnalysisError
        `no_room_for_ghost_regions`.
    """
    rows, columns = phantom.shape
    top, bottom, left, right = bounding_box(phantom) if phantom.any() else (0, rows - 1, 0, columns - 1)
    dy, dx = spacing_mm
    above, below = (
        _fit(_Gap(first, after, (left + right) / 2, columns, (dy, dx)), area_mm2, clearance_px)
        for first, after in ((0, top), (bottom + 1, rows))
    )
    before, behind = (
        _fit(_Gap(first, after, (top + bottom) / 2, rows, (dx, dy)), area_mm2, clearance_px)
        for first, after in ((0, left), (right + 1, columns))
    )
    return above, below, _turned(before), _turned(behind)


@dataclass(frozen=True, slots=True)
class _Gap:
    """The pixels from `first` up to but without `after` beside a phantom.

    Along the gap, `length` pixels long, the phantom has its middle at
    `along`. `pitch_mm` is the spacing across and along.
    """

    first: int
    after: int
    along: float
    length: int
    pitch_mm: tuple[float, float]


def _fit(gap: _Gap, area_mm2: float, clearance_px: float) -> Ellipse:
    """Fit an ellipse into a horizontal gap, its short axis along rows."""
    width = gap.after - gap.first
    short = min(sqrt(area_mm2 / (pi * ELONGATION)) / gap.pitch_mm[0], width / 2 - clearance_px)
    long = area_mm2 / (pi * max(short, 1e-9) * gap.pitch_mm[0] * gap.pitch_mm[1])
    slack = gap.length / 2 - clearance_px - long
    if 2 * short < NARROWEST_PX or slack < 0:
        raise AnalysisError(
            "no_room_for_ghost_regions",
            N_(
                "the strip of {gap:.0f} pixels between phantom and image edge leaves no room "
                "for a region of {area:.0f} mm²"
            ),
            advice=N_("use a larger field of view or a smaller phantom"),
            gap=width,
            area=area_mm2,
        )
    middle = (gap.length - 1) / 2
    along = min(max(gap.along, middle - slack), middle + slack)
    return Ellipse((gap.first + gap.after - 1) / 2, along, short, long)


def _turned(ellipse: Ellipse) -> Ellipse:
    return Ellipse(ellipse.column, ellipse.row, ellipse.half_columns, ellipse.half_rows)
