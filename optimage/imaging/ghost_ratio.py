# SPDX-License-Identifier: LGPL-3.0-or-later
"""Ghost ratio (IPEM report 112, MagNET): what lies beside a small bottle in phase direction, over the bottle.

`ghost_ratio` takes the mean of the whole band, as published code (hazen)
does; `ghost_ratio_max` the brightest 5 × 5 pixels. Both are signed: a
negative value says that the band is darker than the noise regions, so there
is no ghost; hazen prints the absolute value.

Where this differs from hazen: the intercept of rescaling counts, which
changes the ratio; noise regions that would meet the phantom are moved or
refused; the band lies on the wider side; rows and columns have their own
number and spacing. The band is cut as that code cuts it, two lines short
across and one along the phase direction: with a box at 40 % of the largest
value the two agree on real images to the last digit.
"""

from dataclasses import dataclass
from math import hypot, inf, nan, sqrt

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from optimage.errors import AnalysisError
from optimage.imaging.extremes import expected_maximum
from optimage.imaging.masks import bounding_box
from optimage.imaging.rois import BoolArray, clipped
from optimage.messages import N_
from optimage.model.images import Box, FloatArray
from optimage.model.shapes import Rectangle

SIDE_MM = 10.0  # of the squares in phantom and noise
BAND_CLEARANCE_PX = 30  # of the band from the phantom
CLEARANCE_PX = 5  # of noise regions and of the brightest square from phantom and image edge
NOISE_SQUARES = 4
LINES_SHORT = (2, 1)  # of the band, across and along the phase direction, as published code cuts it
BRIGHTEST_PX = 5
BRIGHTEST_INDEPENDENCE = 0.7  # independent values per mean, from simulated noise of either kind to 6 %
PHASE_AXES = {"ROW": 1, "COL": 0, "COLUMN": 0}


@dataclass(frozen=True, slots=True)
class GhostRatio:
    """`100 · (ghost - noise) / signal` in percent, signed.

    `ghost_mean`, `noise_mean` and `signal_mean` are means of the regions
    `ghost`, `noise` and `signal`. The standard uncertainty (k = 1) counts
    the SD in the noise regions over the root of the number of pixels, or the
    scatter of their means where that is larger. `zero_share` is the share
    of pixels of the noise regions that are exactly 0: in a masked
    background there is neither noise nor ghost. `noise_share` is what noise
    alone would show, in percentage points: 0 for a mean, more for the
    brightest of many squares.
    """

    percent: float
    uncertainty: float
    noise_share: float
    ghost_mean: float
    noise_mean: float
    noise_sd: float
    signal_mean: float
    zero_share: float
    ghost: Rectangle
    noise: tuple[Rectangle, ...]
    signal: Rectangle


def ghost_ratio(
    values: FloatArray,
    phantom: BoolArray,
    spacing_mm: tuple[float, float],
    phase: str,
    *,
    clearance_px: int = BAND_CLEARANCE_PX,
) -> GhostRatio:
    """Measure the mean ghost in the band beside `phantom` in phase direction, on its wider side.

    Parameters
    ----------
    values : ndarray of shape (M, N)
        Rescaled values; NaN is left out.
    phantom : ndarray of shape (M, N)
        All of the phantom and none of its ghosts; its upright bounding box is used.
    spacing_mm : (float, float)
        Distance of row centres, then of column centres.
    phase : str
        InPlanePhaseEncodingDirection: `ROW` (ghosts lie left and right) or `COL`, `COLUMN`.
    clearance_px : int
        Distance of the band from the phantom.

    Returns
    -------
    GhostRatio
        NaN where the signal is not positive or a region holds no data.

    Raises
    ------
    AnalysisError
        `no_room_for_ghost_regions` where band or noise regions do not fit.
    KeyError
        Another `phase`.
    """
    frame = _Frame.of(values, phantom, spacing_mm, phase)
    gap = max(frame.gaps(clearance_px, frame.half[1]), key=lambda gap: gap.columns)
    band = Box(gap.row, gap.column, gap.rows - LINES_SHORT[0], gap.columns - LINES_SHORT[1])
    if min(band.rows, band.columns) < BRIGHTEST_PX:
        raise _no_room_for_ghosts(frame)
    background = _background(frame)
    inside = frame.values[band.slices]
    inside = inside[np.isfinite(inside)]
    mean = float(inside.mean()) if inside.size else nan
    return _ratio(frame, background, _Ghost(band, mean, background.sd / sqrt(max(inside.size, 1)), 0.0))


def ghost_ratio_max(
    values: FloatArray,
    phantom: BoolArray,
    spacing_mm: tuple[float, float],
    phase: str,
    *,
    clearance_px: int = CLEARANCE_PX,
) -> GhostRatio:
    """Measure the brightest 5 × 5 pixels beside `phantom` in phase direction, on either side.

    Parameters
    ----------
    values : ndarray of shape (M, N)
        Rescaled values. Squares with a NaN do not count.
    phantom, spacing_mm, phase
        As for `ghost_ratio`.
    clearance_px : int
        Distance of the squares from the phantom.

    Returns
    -------
    GhostRatio
        `ghost` is the square; of equally bright ones the first, seen in an
        image whose phase direction is along rows. `noise_share` is what the
        brightest square of the same band would show without any ghost.

    Raises
    ------
    AnalysisError
        `no_room_for_ghost_regions`.
    KeyError
        Another `phase`.
    """
    frame = _Frame.of(values, phantom, spacing_mm, phase)
    gaps = [gap for gap in frame.gaps(clearance_px, CLEARANCE_PX) if min(gap.rows, gap.columns) >= BRIGHTEST_PX]
    if not gaps:
        raise _no_room_for_ghosts(frame)
    background = _background(frame)
    found = [_brightest(frame.values, gap) for gap in gaps]
    mean, square, _ = max(found, key=lambda one: one[0])
    spread, count = background.sd / BRIGHTEST_PX, sum(one[2] for one in found)
    alone = expected_maximum(np.zeros(count), np.full(count, spread), independence=BRIGHTEST_INDEPENDENCE).mean
    return _ratio(frame, background, _Ghost(square, mean if count else nan, spread, alone))


@dataclass(frozen=True, slots=True, eq=False)
class _Frame:
    """The image turned so that the phase direction runs along rows, and the box of the phantom in it."""

    values: FloatArray
    box: Box
    half: tuple[int, int]  # of the squares, along rows and columns
    turned: bool

    @classmethod
    def of(cls, values: FloatArray, phantom: BoolArray, spacing_mm: tuple[float, float], phase: str) -> "_Frame":
        turned = PHASE_AXES[phase] == 0
        half_rows, half_columns = (max(1, int(SIDE_MM / (2 * d))) for d in spacing_mm)
        top, bottom, left, right = (
            bounding_box(phantom) if phantom.any() else (0, values.shape[0] - 1, 0, values.shape[1] - 1)
        )
        box = Box(top, left, bottom - top + 1, right - left + 1)
        if turned:
            return cls(values.T, Box(box.column, box.row, box.columns, box.rows), (half_columns, half_rows), True)
        return cls(values, box, (half_rows, half_columns), False)

    def gaps(self, clearance_px: int, margin_px: int) -> tuple[Box, Box]:
        """Return what is free before and behind the phantom in phase direction."""
        box, behind = self.box, self.box.column + self.box.columns + clearance_px
        before = max(box.column - clearance_px - margin_px, 0)
        after = max(self.values.shape[1] - margin_px - behind, 0)
        return Box(box.row, margin_px, box.rows, before), Box(box.row, behind, box.rows, after)

    def square(self, row: int, column: int) -> Box:
        """Return the square of 10 mm from its half before to its half behind a pixel."""
        rows, columns = self.half
        return Box(row - rows, column - columns, 2 * rows, 2 * columns)

    def shape(self, box: Box) -> Rectangle:
        """Return `box` as a rectangle of the image as it came; it covers the same pixels."""
        row, column = box.row + (box.rows - 1) / 2, box.column + (box.columns - 1) / 2
        if self.turned:
            return Rectangle(column, row, box.columns, box.rows)
        return Rectangle(row, column, box.rows, box.columns)


@dataclass(frozen=True, slots=True)
class _Background:
    squares: tuple[Box, ...]
    mean: float
    sd: float
    uncertainty: float
    zero_share: float


@dataclass(frozen=True, slots=True)
class _Ghost:
    box: Box
    mean: float
    uncertainty: float
    noise: float


def _background(frame: _Frame) -> _Background:
    """Measure four squares of 10 mm in frequency direction.

    They lie at a quarter of the image, on the side away from the phantom,
    evenly from the middle of the phantom to the further end in phase
    direction. Where that comes too near to the phantom they lie in the
    middle of the gap instead.
    """
    squares = _noise_squares(frame)
    inside = [frame.values[square.slices] for square in squares]
    inside = [one[np.isfinite(one)] for one in inside]
    if min(one.size for one in inside) < 2:
        return _Background(squares, nan, nan, nan, nan)
    every = np.concatenate(inside)
    sd = sqrt(float(np.mean([one.var(ddof=1) for one in inside])))
    scatter = float(np.std([one.mean() for one in inside], ddof=1)) / sqrt(len(inside))
    return _Background(
        squares, float(every.mean()), sd, max(scatter, sd / sqrt(every.size)), float((every == 0.0).mean())
    )


def _noise_squares(frame: _Frame) -> tuple[Box, ...]:
    rows, columns = frame.values.shape
    box, half = frame.box, frame.half[0]
    middle, bottom = (2 * box.row + box.rows - 1) // 2, box.row + box.rows
    below = middle < rows / 2
    first, after = (bottom, rows) if below else (0, box.row)
    low, high = first + CLEARANCE_PX + half, after - CLEARANCE_PX - half
    if low > high or columns < 2 * NOISE_SQUARES * frame.half[1]:
        raise AnalysisError(
            "no_room_for_ghost_regions",
            N_("no room for noise beside the phantom: {gap} pixels are free across the phase direction"),
            advice=N_("use a larger field of view or a smaller phantom"),
            gap=after - first,
        )
    quarter = round(rows * (0.75 if below else 0.25))
    row = quarter if low <= quarter <= high else (low + high) // 2
    start = (2 * box.column + box.columns - 1) // 2
    step = -round(start / NOISE_SQUARES) if start >= columns / 2 else round((columns - start) / NOISE_SQUARES)
    return tuple(frame.square(row, start + i * step) for i in range(NOISE_SQUARES))


def _brightest(values: FloatArray, gap: Box) -> tuple[float, Box, int]:
    """Return the largest mean of 5 × 5 pixels in `gap`, where it lies, and how many squares there are."""
    means = sliding_window_view(values[gap.slices], (BRIGHTEST_PX, BRIGHTEST_PX)).mean(axis=(2, 3))
    there = np.isfinite(means)
    row, column = divmod(int(np.where(there, means, -np.inf).argmax()), means.shape[1])
    square = Box(gap.row + row, gap.column + column, BRIGHTEST_PX, BRIGHTEST_PX)
    return float(means[row, column]) if there.any() else -inf, square, int(there.sum())


def _ratio(frame: _Frame, background: _Background, ghost: _Ghost) -> GhostRatio:
    box = frame.box
    square = frame.square((2 * box.row + box.rows - 1) // 2, (2 * box.column + box.columns - 1) // 2)
    square = clipped(square, (frame.values.shape[0], frame.values.shape[1]))
    held = frame.values[square.slices]
    held = held[np.isfinite(held)]
    signal = float(held.mean()) if held.size else nan
    scale = 100.0 / signal if signal > 0 else nan
    return GhostRatio(
        percent=scale * (ghost.mean - background.mean),
        uncertainty=scale * hypot(ghost.uncertainty, background.uncertainty),
        noise_share=scale * ghost.noise,
        ghost_mean=ghost.mean,
        noise_mean=background.mean,
        noise_sd=background.sd,
        signal_mean=signal,
        zero_share=background.zero_share,
        ghost=frame.shape(ghost.box),
        noise=tuple(frame.shape(one) for one in background.squares),
        signal=frame.shape(square),
    )


def _no_room_for_ghosts(frame: _Frame) -> AnalysisError:
    box = frame.box
    return AnalysisError(
        "no_room_for_ghost_regions",
        N_("no room for a region of ghosts: {gap} pixels are free beside the phantom in phase direction"),
        advice=N_("place the phantom off-centre, or use a larger field of view or a smaller phantom"),
        gap=max(box.column, frame.values.shape[1] - box.column - box.columns),
    )
