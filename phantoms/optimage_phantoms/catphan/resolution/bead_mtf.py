# SPDX-License-Identifier: LGPL-3.0-or-later
"""MTF and widths from the line spread functions of beads, with the scatter that the noise round them makes."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import hypot, log, nan, sqrt

import numpy as np

from optimage.api import FloatArray
from optimage.imaging.crossing import falling_crossing
from optimage.imaging.line_spread import full_width_half_maximum, lsf_mtf, sphere_transfer, without_sphere
from optimage_phantoms.catphan.resolution.bead import Spread
from optimage_phantoms.parts import Value

FEWEST = 4  # pieces of noise for a standard deviation
POINTS = 256  # of the curves, up to the Nyquist frequency


@dataclass(frozen=True, eq=False)
class BeadMtf:
    """MTF along x and y up to the Nyquist frequency, mean of the beads and corrected for their size; levels, widths.

    `too_coarse` are the levels that the pixels are too large for.
    """

    frequencies: FloatArray
    x: FloatArray
    y: FloatArray
    levels: dict[float, Value]
    width_x: Value
    width_y: Value
    too_coarse: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class _Reading:
    """What the line spread functions give, with or without a piece of noise added."""

    x: FloatArray
    y: FloatArray
    width_x: float
    width_y: float


def measure_beads(
    spreads: Sequence[Spread], sphere_mm: float, levels: Sequence[float], largest_aliasing: float
) -> BeadMtf:
    """Return MTF, levels of the mean of both directions, and full widths at half maximum.

    A level is `too_coarse` where what lies beyond the Nyquist frequency may
    move it by more than `largest_aliasing`, the MTF continued as a Gaussian
    through that level; what it may move a measured level by is part of its
    uncertainty. The rest of each uncertainty is the scatter of the result
    with noise from eight places round the bead added.
    """
    nyquist = min(0.5 / max(one.pitch_x_mm, one.pitch_y_mm) for one in spreads)
    frequencies = np.linspace(0.0, nyquist, POINTS)
    plain = _read(spreads, sphere_mm, frequencies, None)
    copies = min(spread.noise_x.shape[0] for spread in spreads)
    noisy = [_read(spreads, sphere_mm, frequencies, copy) for copy in range(copies)]
    found: dict[float, Value] = {}
    coarse = []
    for level in levels:
        place = _fall(frequencies, plain, level)
        moved = aliasing(place, level, nyquist)
        if np.isnan(place) or moved > largest_aliasing:
            coarse.append(level)
            place = nan
        scatter = _sd([_fall(frequencies, one, level) for one in noisy])
        found[level] = place, hypot(scatter, moved * place / sqrt(3))
    return BeadMtf(
        frequencies,
        plain.x,
        plain.y,
        found,
        (plain.width_x, _sd([one.width_x for one in noisy])),
        (plain.width_y, _sd([one.width_y for one in noisy])),
        tuple(coarse),
    )


def aliasing(place: float, level: float, nyquist: float) -> float:
    """Return which share of `place` folded frequencies may move it by; a Gaussian MTF falls to `level` there."""
    if not place > 0:
        return 0.0
    folded: float = level ** (((2 * nyquist - place) / place) ** 2)
    return folded / level / (2 * log(1 / level))


def _fall(frequencies: FloatArray, reading: _Reading, level: float) -> float:
    return falling_crossing(frequencies, (reading.x + reading.y) / 2, level).x


def _read(spreads: Sequence[Spread], sphere_mm: float, frequencies: FloatArray, noise: int | None) -> _Reading:
    """Return the mean over the beads; `noise` says which piece of the noise round them is added."""
    sphere = sphere_transfer(frequencies, sphere_mm)
    curves: dict[str, list[FloatArray]] = {"x": [], "y": []}
    widths: dict[str, list[float]] = {"x": [], "y": []}
    for axis in ("x", "y"):
        for spread in spreads:
            lsf, pitch = _lsf(spread, axis, noise), float(getattr(spread, f"pitch_{axis}_mm"))
            curves[axis].append(np.interp(frequencies, *lsf_mtf(lsf, pitch)) / sphere)
            widths[axis].append(full_width_half_maximum(without_sphere(lsf, pitch, sphere_mm), pitch))
    x, y = (np.asarray(np.mean(curves[axis], axis=0)) for axis in ("x", "y"))
    return _Reading(x, y, float(np.mean(widths["x"])), float(np.mean(widths["y"])))


def _lsf(spread: Spread, axis: str, noise: int | None) -> FloatArray:
    lsf: FloatArray = getattr(spread, axis)
    return lsf if noise is None else np.asarray(lsf + getattr(spread, f"noise_{axis}")[noise])


def _sd(values: list[float]) -> float:
    finite = [value for value in values if np.isfinite(value)]
    return float(np.std(finite, ddof=1)) if len(finite) >= FEWEST else nan
