# SPDX-License-Identifier: LGPL-3.0-or-later
"""Drawing with known truth: covered pixel fractions, noise, and stored integers."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimage.model.images import FloatArray

SUBSAMPLES = 8  # per axis in pixels that an outline crosses: coverage is known to about 1/100

TEXTURES = ("white", "ramp", "soft")
RAMP_CUTOFF_PER_MM = 0.45  # e-folding of the ramp-filtered spectrum, typical of a standard body kernel
SOFT_SIGMA_MM = 0.8  # width of the blur that gives noise with positive correlation only


@dataclass(frozen=True, slots=True)
class Grid:
    """Pixel centres in mm from the middle of the image: x to the right, y downwards."""

    shape: tuple[int, int]
    spacing_mm: tuple[float, float]

    @property
    def x_mm(self) -> FloatArray:
        """Positions of the columns, shape (1, N)."""
        return _centred(self.shape[1], self.spacing_mm[1])[None, :]

    @property
    def y_mm(self) -> FloatArray:
        """Positions of the rows, shape (M, 1)."""
        return _centred(self.shape[0], self.spacing_mm[0])[:, None]

    def distance_mm(self, centre_mm: tuple[float, float]) -> FloatArray:
        """Return the distance of every pixel centre from `centre_mm` (x, y), shape (M, N)."""
        distance: FloatArray = np.hypot(self.x_mm - centre_mm[0], self.y_mm - centre_mm[1])
        return distance


def _centred(count: int, pitch_mm: float) -> FloatArray:
    return (np.arange(count, dtype=np.float64) - (count - 1) / 2) * pitch_mm


def disc_coverage(grid: Grid, centre_mm: tuple[float, float], radius_mm: float) -> FloatArray:
    """Return the fraction of each pixel that a disc covers, shape (M, N), values 0 to 1."""
    distance = grid.distance_mm(centre_mm)
    coverage = (distance <= radius_mm).astype(np.float64)
    half_diagonal = float(np.hypot(*grid.spacing_mm)) / 2
    rows, columns = np.nonzero(np.abs(distance - radius_mm) <= half_diagonal)
    offsets = (np.arange(SUBSAMPLES) + 0.5) / SUBSAMPLES - 0.5
    y = grid.y_mm[rows, 0, None] + offsets * grid.spacing_mm[0] - centre_mm[1]
    x = grid.x_mm[0, columns, None] + offsets * grid.spacing_mm[1] - centre_mm[0]
    inside = y[:, :, None] ** 2 + x[:, None, :] ** 2 <= radius_mm**2
    coverage[rows, columns] = inside.mean(axis=(1, 2))
    return coverage


def interval_coverage(positions_mm: FloatArray, pitch_mm: float, low_mm: float, high_mm: float) -> FloatArray:
    """Return how much of each pixel, `pitch_mm` wide, lies between `low_mm` and `high_mm`."""
    low = np.maximum(positions_mm - pitch_mm / 2, low_mm)
    high = np.minimum(positions_mm + pitch_mm / 2, high_mm)
    return np.clip((high - low) / pitch_mm, 0.0, 1.0)


def noise(grid: Grid, texture: str, rng: np.random.Generator) -> FloatArray:
    """Return noise of zero mean and unit standard deviation, shape (M, N).

    The `texture` `white` is independent from pixel to pixel; `ramp` has the
    band-pass spectrum of filtered back-projection, `f·exp(-(f/f0)²)`; `soft`
    is white noise blurred by a Gaussian. The expected standard deviation is 1
    in each. `rng` is drawn from once per pixel.
    """
    white = rng.standard_normal(grid.shape)
    if texture == "white":
        return white
    amplitude = _amplitude(grid, texture)
    spectrum = np.fft.rfft2(white) * amplitude
    filtered: FloatArray = np.fft.irfft2(spectrum, s=grid.shape)
    return filtered / _gain(amplitude, grid.shape[1])


def _amplitude(grid: Grid, texture: str) -> FloatArray:
    fy = np.fft.fftfreq(grid.shape[0], grid.spacing_mm[0])[:, None]
    fx = np.fft.rfftfreq(grid.shape[1], grid.spacing_mm[1])[None, :]
    return _response(texture, fy**2 + fx**2)


def _response(texture: str, f2: FloatArray) -> FloatArray:
    """Return the amplitude at squared frequencies in 1/mm²."""
    if texture == "ramp":
        return np.sqrt(np.sqrt(f2)) * np.exp(-f2 / (2 * RAMP_CUTOFF_PER_MM**2))
    soft: FloatArray = np.exp(-2 * (np.pi * SOFT_SIGMA_MM) ** 2 * f2)
    return soft


def radial_noise_power(grid: Grid, texture: str, frequency_per_mm: FloatArray) -> FloatArray:
    """Return the expected power of `noise` of a `texture`, in mm², below half of the sampling frequency."""
    pixel = grid.spacing_mm[0] * grid.spacing_mm[1]
    if texture == "white":
        return np.full(np.shape(frequency_per_mm), pixel)
    gain = _gain(_amplitude(grid, texture), grid.shape[1])
    return np.asarray(pixel * (_response(texture, frequency_per_mm**2) / gain) ** 2)


def _gain(amplitude: FloatArray, columns: int) -> float:
    """Return the root mean square of a half spectrum, mirrored columns counted twice."""
    weights = np.full(amplitude.shape[1], 2.0)
    weights[0] = 1.0
    if columns % 2 == 0:
        weights[-1] = 1.0
    return float(np.sqrt((amplitude**2 * weights).sum() / (weights.sum() * amplitude.shape[0])))


@dataclass(frozen=True, slots=True)
class Storage:
    """How values become stored integers: `value = slope · stored + intercept`."""

    slope: float = 1.0
    intercept: float = -1024.0
    bits: int = 16
    signed: bool = True

    @property
    def limits(self) -> tuple[int, int]:
        """Smallest and largest stored integer."""
        if self.signed:
            return -(1 << self.bits - 1), (1 << self.bits - 1) - 1
        return 0, (1 << self.bits) - 1

    def store(self, values: FloatArray) -> npt.NDArray[np.generic]:
        """Round `values` to stored integers and clip them to what the bits can hold."""
        stored = np.rint((values - self.intercept) / self.slope)
        return np.clip(stored, *self.limits).astype(np.int16 if self.signed else np.uint16)
