# SPDX-License-Identifier: LGPL-3.0-or-later
"""Profiles of the uniformity module: across, down, and outwards from the axis."""

from collections.abc import Mapping

import numpy as np

from optimage.api import N_, Curve, FloatArray
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.uniform.section import UniformSection, uniform_section
from optimage_phantoms.parts import Part, Value


def of_mean(case: CatphanCase, _: Mapping[str, Value]) -> Part:
    """Draw the mean of the section's slices along three lines; they give no values of their own."""
    section = uniform_section(case)
    x, y = offsets_mm(section)
    values = section.stack.mean.image.values()
    strip, step = section.rules.profiles.strip_mm / 2, section.rules.profiles.step_mm
    radius = np.hypot(x, y)
    everywhere = np.full(values.shape, fill_value=True)
    across, down = np.broadcast_to(x, values.shape), np.broadcast_to(y, values.shape)
    reach = section.rules.profiles.reach_mm
    lines = (
        ("uniformity_across", across, np.abs(down) <= strip, N_("to the right of the axis")),
        ("uniformity_down", down, np.abs(across) <= strip, N_("below the axis")),
        ("uniformity_radial", radius, everywhere, N_("distance from the axis")),
    )
    known = (radius <= reach) & np.isfinite(values)
    curves = [
        _curve(name, label, place[part & known], values[part & known], step) for name, place, part, label in lines
    ]
    return Part(curves=tuple(curve for curve in curves if curve.x))


def offsets_mm(section: UniformSection) -> tuple[FloatArray, FloatArray]:
    """Return how far right and down of the axis the pixels of a cut lie, shapes (1, N) and (M, 1)."""
    axis, shape = section.stack.axis, section.stack.values.shape
    x = (np.arange(shape[2], dtype=np.float64) - axis.column) * axis.spacing_mm[1]
    y = (np.arange(shape[1], dtype=np.float64) - axis.row) * axis.spacing_mm[0]
    return x[None, :], y[:, None]


def _curve(name: str, label: str, place: FloatArray, values: FloatArray, step: float) -> Curve:
    """Return the means of `values`, shape (n,), over steps of their `place`."""
    number = np.rint(place / step).astype(np.intp)
    first = int(number.min()) if number.size else 0
    counts = np.bincount(number - first)
    sums = np.bincount(number - first, values)
    seen = np.flatnonzero(counts)
    x, y = (seen + first) * step, sums[seen] / counts[seen]
    return Curve(name, tuple(map(float, x)), tuple(map(float, y)), label, N_("CT number"), "mm", "HU")
