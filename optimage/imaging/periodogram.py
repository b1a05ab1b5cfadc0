# SPDX-License-Identifier: LGPL-3.0-or-later
"""Two-dimensional periodograms, scaled so that white noise of unit variance expects 1 at every frequency."""

from dataclasses import dataclass

import numpy as np

from optimage.model.images import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Periodogram:
    """Power by frequency over half of the plane (the other half is its mirror image).

    Attributes
    ----------
    power : ndarray of shape (M, N // 2 + 1)
        1 is what white noise of unit variance expects.
    frequency_per_mm : ndarray of shape (M, N // 2 + 1)
        Length of the frequency vector.
    twice : ndarray of shape (N // 2 + 1,)
        2 for columns whose mirror image is not among them, else 1.
    """

    power: FloatArray
    frequency_per_mm: FloatArray
    twice: FloatArray

    def variance(self, low_per_mm: float, high_per_mm: float) -> float:
        """Return the weighted variance carried by frequencies from `low_per_mm` to `high_per_mm`."""
        band = (self.frequency_per_mm >= low_per_mm) & (self.frequency_per_mm <= high_per_mm)
        return float((self.power * self.twice)[band].sum()) / self._total

    def share(self, low_per_mm: float, high_per_mm: float) -> float:
        """Return the share of all frequencies that lie from `low_per_mm` to `high_per_mm`."""
        band = (self.frequency_per_mm >= low_per_mm) & (self.frequency_per_mm <= high_per_mm)
        return float(np.count_nonzero(band, axis=0) @ self.twice) / self._total

    @property
    def _total(self) -> float:
        return float(self.twice.sum()) * float(self.power.shape[0])


def periodogram(values: FloatArray, spacing_mm: tuple[float, float], *, weights: FloatArray) -> Periodogram:
    """Return the periodogram of `values`, shape (M, N), times `weights` of the same shape.

    The power is `|DFT(weights · values)|² / Σ weights²`.
    """
    power = np.abs(np.fft.rfft2(weights * values)) ** 2 / float((weights**2).sum())
    rows = np.fft.fftfreq(values.shape[0], spacing_mm[0])
    columns = np.fft.rfftfreq(values.shape[1], spacing_mm[1])
    twice = np.full(columns.size, 2.0)
    twice[0] = 1.0
    if values.shape[1] % 2 == 0:
        twice[-1] = 1.0
    return Periodogram(power, np.hypot(rows[:, None], columns[None, :]), twice)


def hann_window(shape: tuple[int, int]) -> FloatArray:
    """Return the product of two Hann windows for a matrix of `shape`, positive everywhere."""
    rows, columns = (np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2 for n in shape)
    return np.asarray(rows[:, None] * columns[None, :])
