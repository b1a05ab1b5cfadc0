# SPDX-License-Identifier: LGPL-3.0-or-later
"""The noise-free image of a digital MR bottle."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from optimage.model.images import FloatArray
from optimage.synthetic.mr_phantom import MrFlood
from optimage.synthetic.rendering import Grid

BoolArray = npt.NDArray[np.bool_]

# A Fibonacci lattice: as many levels along either axis as points, so that straight edges are not rounded to eighths
_POINTS, _STEP = 89, 55


def draw_mr_flood(spec: MrFlood) -> FloatArray:
    """Return one slice without noise as acquired, shape `spec.acquired_matrix`, its ghost included.

    Pixels that an outline crosses are averaged over 89 points; elsewhere the value is that of the centre.
    Inserts narrower than a pixel may be lost.
    """
    object_ = draw_object(spec)
    if not spec.ghost:
        return object_
    axis = 0 if spec.scan.phase_direction == "COL" else 1
    ghost: FloatArray = np.roll(object_, object_.shape[axis] // 2, axis)
    return object_ + spec.ghost * ghost


def draw_object(spec: MrFlood) -> FloatArray:
    """Return what `draw_mr_flood` does, without the ghost."""
    grid = Grid(spec.acquired_matrix, spec.acquired_spacing_mm)
    values = _relative(spec, grid.x_mm, grid.y_mm)
    rows, columns = np.nonzero(_mixed(spec, grid))
    right, down = _points()
    y = grid.y_mm[rows, 0, None] + down * grid.spacing_mm[0]
    x = grid.x_mm[0, columns, None] + right * grid.spacing_mm[1]
    values[rows, columns] = _relative(spec, x, y).mean(axis=1)
    return spec.signal * values


def object_mask(spec: MrFlood) -> BoolArray:
    """Return which pixels, shape `spec.matrix`, the object or its inserts touch with any signal."""
    return np.asarray(draw_object(replace(spec, zero_filled=False, signal=1.0)) > 0)


def to_phantom(spec: MrFlood, x_mm: FloatArray, y_mm: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the coordinates, in mm along the phantom's own axes, of points in the image (mm from its middle)."""
    x, y = (x_mm - spec.offset_mm[0]) / spec.stretch[0], (y_mm - spec.offset_mm[1]) / spec.stretch[1]
    angle = np.deg2rad(spec.rotation_deg)
    return np.cos(angle) * x + np.sin(angle) * y, np.cos(angle) * y - np.sin(angle) * x


def coil_field(spec: MrFlood, u: FloatArray, v: FloatArray) -> FloatArray:
    """Return the coil field at `u`, `v`, coordinates in units of half the phantom's width and height."""
    a, b, c, d = spec.bias
    return np.maximum(1.0 + a * u + b * v + c * u**2 + d * v**2, 0.0)


def top_mm(spec: MrFlood) -> float:
    """Return y (mm from the middle of the image, downwards) of the highest point of the outline."""
    half_width, half_height = spec.size_mm[0] / 2, spec.size_mm[1] / 2
    sine, cosine = (abs(f(np.deg2rad(spec.rotation_deg))) for f in (np.sin, np.cos))
    if spec.shape == "rectangle":
        r = spec.corner_mm
        reach = (half_width - r) * sine + (half_height - r) * cosine + r
    else:
        reach = np.hypot(half_width * sine, half_height * cosine)
    return float(spec.offset_mm[1] - spec.stretch[1] * reach)


def _points() -> tuple[FloatArray, FloatArray]:
    """Return points, right and down of a pixel's centre, in units of its width and height."""
    index = np.arange(_POINTS)
    return (index + 0.5) / _POINTS - 0.5, (index * _STEP % _POINTS + 0.5) / _POINTS - 0.5


def _relative(spec: MrFlood, x: FloatArray, y: FloatArray) -> FloatArray:
    u, v = to_phantom(spec, x, y)
    field = coil_field(spec, 2 * u / spec.size_mm[0], 2 * v / spec.size_mm[1])
    return _factor(spec, x, y) * field


def _factor(spec: MrFlood, x: FloatArray, y: FloatArray) -> FloatArray:
    u, v = to_phantom(spec, x, y)
    liquid = _inside(spec.shape, u, v, spec.size_mm, spec.corner_mm)
    if spec.air_mm:
        liquid &= y >= top_mm(spec) + spec.air_mm
    factor = liquid.astype(np.float64)
    for insert in spec.inserts:
        within = _inside(insert.shape, u - insert.at_mm[0], v - insert.at_mm[1], insert.size_mm, 0.0)
        factor[within] = insert.factor
    return factor


def _inside(shape: str, u: FloatArray, v: FloatArray, size_mm: tuple[float, float], corner_mm: float) -> BoolArray:
    half_width, half_height = size_mm[0] / 2, size_mm[1] / 2
    if shape != "rectangle":
        return np.asarray((u / half_width) ** 2 + (v / half_height) ** 2 <= 1.0)
    du = np.maximum(np.abs(u) - (half_width - corner_mm), 0.0)
    dv = np.maximum(np.abs(v) - (half_height - corner_mm), 0.0)
    return np.asarray(du**2 + dv**2 <= corner_mm**2)


def _mixed(spec: MrFlood, grid: Grid) -> BoolArray:
    """Return where a pixel or one of its eight neighbours has corners of unequal kind, shape of `grid`."""
    from scipy.ndimage import maximum_filter

    dy, dx = grid.spacing_mm
    x = np.append(grid.x_mm[0] - dx / 2, grid.x_mm[0, -1] + dx / 2)[None, :]
    y = np.append(grid.y_mm[:, 0] - dy / 2, grid.y_mm[-1, 0] + dy / 2)[:, None]
    corners = _factor(spec, x, y)
    four = np.stack([corners[:-1, :-1], corners[:-1, 1:], corners[1:, :-1], corners[1:, 1:]])
    mixed: BoolArray = maximum_filter(np.ptp(four, axis=0) > 0, size=3)
    return mixed
