# SPDX-License-Identifier: LGPL-3.0-or-later
"""Noise power spectra of homogeneous regions: two-dimensional, radial, and the figures that sum them up.

Definitions of ICRU Report 87 and AAPM TG-233: squares that overlap by half, a quadratic surface
taken away from each, the squared Fourier transforms averaged.
"""

from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
import numpy.typing as npt

from optimage.model.images import FloatArray

UNRELIABLE_BINS = 2  # the surface that is taken away takes their noise with it
LOW_RINGS = 3
TERMS = 6  # of a quadratic surface
PEAK_SHARE = 0.7  # of the highest smoothed value: what lies above it belongs to the peak
SMOOTHING = np.array([1.0, 4.0, 6.0, 4.0, 1.0]) / 16


@dataclass(frozen=True, eq=False)
class NoisePower:
    """A spectrum in HU² mm² (or value² mm²) and what it was made of.

    Attributes
    ----------
    plane : ndarray of shape (M, N // 2 + 1)
        Half of the plane: frequencies of the rows as `numpy.fft.fftfreq`, of the columns as `rfftfreq`.
    squares : int
        How many squares were averaged.
    independent : float
        How many squares without overlap hold as much noise.
    spacing_mm, shape : (float, float), (int, int)
        Of the pixels; rows and columns of a square.
    """

    plane: FloatArray
    squares: int
    independent: float
    spacing_mm: tuple[float, float]
    shape: tuple[int, int]

    @cached_property
    def step_per_mm(self) -> float:
        """Width of a radial bin."""
        return 1.0 / min(n * d for n, d in zip(self.shape, self.spacing_mm, strict=True))

    @cached_property
    def twice(self) -> FloatArray:
        """2 for frequencies whose mirror image is not in the half of the plane, else 1; shape of `plane`."""
        twice = np.full(self.plane.shape, 2.0)
        twice[:, 0] = 1.0
        if self.shape[1] % 2 == 0:
            twice[:, -1] = 1.0
        return twice

    @cached_property
    def _cell(self) -> float:
        """Area of one frequency of the plane, in 1/mm²."""
        return 1.0 / (self.shape[0] * self.spacing_mm[0] * self.shape[1] * self.spacing_mm[1])

    @cached_property
    def integral(self) -> float:
        """The power over the whole plane: by Parseval's theorem the mean variance of the detrended squares."""
        return float((self.plane * self.twice).sum() * self._cell)

    @cached_property
    def integral_uncertainty(self) -> float:
        """Standard uncertainty of `integral` for stationary Gaussian noise: `sqrt(2 ∫NPS² / A)`, A the area seen."""
        squared = float((self.plane**2 * self.twice).sum() * self._cell)
        return sqrt(2 * squared * self._cell / self.independent)

    @cached_property
    def distance_per_mm(self) -> FloatArray:
        """Lengths of the frequencies of the plane, shape of `plane`."""
        rows = np.fft.fftfreq(self.shape[0], self.spacing_mm[0])[:, None]
        columns = np.fft.rfftfreq(self.shape[1], self.spacing_mm[1])[None, :]
        distance: FloatArray = np.hypot(rows, columns)
        return distance

    @cached_property
    def _rings(self) -> tuple[FloatArray, FloatArray]:
        ring = np.rint(self.distance_per_mm / self.step_per_mm).astype(np.intp).ravel()
        last = int(0.5 / max(self.spacing_mm) / self.step_per_mm + 1e-9)
        weights = self.twice.ravel()
        counts = np.bincount(ring, weights, minlength=last + 1)[: last + 1]
        sums = np.bincount(ring, weights * self.plane.ravel(), minlength=last + 1)[: last + 1]
        return sums / counts, counts.astype(np.float64)

    def low_power(self, frequency_per_mm: float) -> float:
        """Return the power at a frequency of the two rings that are too low, from the next three.

        The line goes through their squares: it leads to 0 where the power
        falls to 0 with the frequency, as after filtered back-projection, and is as good as any where it does not.
        """
        part = slice(UNRELIABLE_BINS, UNRELIABLE_BINS + LOW_RINGS)
        f, squares = self.frequencies_per_mm[part], self.radial[part] ** 2
        if f.size < LOW_RINGS:
            return 0.0
        away = f - f.mean()
        slope = float((away * squares).sum() / (away**2).sum())
        return sqrt(max(float(squares.mean()) + slope * (frequency_per_mm - float(f.mean())), 0.0))

    @property
    def variance(self) -> float:
        """The variance of the noise before a surface was taken from each square.

        Each of its terms takes the power of one frequency near one over the side of the square.
        """
        return self.integral + TERMS * self.low_power(self.step_per_mm) * self._cell

    @property
    def radial(self) -> FloatArray:
        """Mean power in rings of one step width from 0 to the Nyquist frequency; the first two are too low."""
        return self._rings[0]

    @cached_property
    def frequencies_per_mm(self) -> FloatArray:
        """Middles of the rings."""
        return np.arange(self.radial.size, dtype=np.float64) * self.step_per_mm

    @cached_property
    def mean_frequency(self) -> tuple[float, float]:
        """`Σ f NPS / Σ NPS` over the rings from the first on, and its standard uncertainty, in 1/mm."""
        f, power, counts = self.frequencies_per_mm[1:], self.radial[1:], self._rings[1][1:]
        total = float(power.sum())
        if total <= 0:
            return float("nan"), float("nan")
        mean = float((f * power).sum()) / total
        scatter = power / np.sqrt(counts / 2 * self.independent)
        return mean, float(np.sqrt((((f - mean) / total * scatter) ** 2).sum()))

    @cached_property
    def peak_frequency(self) -> float:
        """Frequency of the highest power in 1/mm: the vertex of a parabola through what lies near it.

        The first two rings are left out. Where the highest power lies at
        either end of the rest, or nowhere (no noise), it is that end or NaN.
        """
        f, power = self.frequencies_per_mm[UNRELIABLE_BINS:], self.radial[UNRELIABLE_BINS:]
        if not power.size or power.max() <= 0:
            return float("nan")
        half = SMOOTHING.size // 2
        smooth = np.convolve(np.pad(power, half, mode="edge"), SMOOTHING, mode="valid")
        top = int(smooth.argmax())
        low, high = _run(smooth >= PEAK_SHARE * smooth[top], top)
        if high - low < SMOOTHING.size - 1 or top in (0, smooth.size - 1):
            return float(f[top])
        bend, slope, _ = np.polyfit(f[low : high + 1] - f[top], power[low : high + 1], 2)
        shift = -slope / (2 * bend) if bend < 0 else 0.0
        reach = min(top - low, high - top) * self.step_per_mm
        return float(f[top] + np.clip(shift, -reach, reach))


def _run(mask: npt.NDArray[np.bool_], at: int) -> tuple[int, int]:
    """Return the first and last of the neighbours of `at` for which `mask` holds without a gap."""
    low = high = at
    while low > 0 and mask[low - 1]:
        low -= 1
    while high < mask.size - 1 and mask[high + 1]:
        high += 1
    return low, high
