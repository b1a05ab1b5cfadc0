# SPDX-License-Identifier: LGPL-3.0-or-later
"""The sensitivity of a CT slice along its normal, as a probability density of unit area."""

from dataclasses import dataclass
from math import log, pi, sqrt

import numpy as np
import numpy.typing as npt
from scipy import special

from optimage.model.images import FloatArray

FWHM_PER_SIGMA = 2 * sqrt(2 * log(2))
RECTANGULAR, GAUSSIAN = "rectangular", "gaussian"
TAIL_SIGMAS = 5.0  # beyond, less than 1e-6 of a Gaussian is left


@dataclass(frozen=True, slots=True)
class SliceProfile:
    """A profile of full width at half maximum `fwhm_mm`; `shape` is `rectangular` or `gaussian`."""

    fwhm_mm: float
    shape: str = RECTANGULAR

    def __post_init__(self) -> None:
        if self.shape not in (RECTANGULAR, GAUSSIAN):
            raise ValueError(f"no slice profile {self.shape}, but {RECTANGULAR}, {GAUSSIAN}")

    @property
    def reach_mm(self) -> float:
        """Return how far from its middle a slice sees anything."""
        if self.shape == RECTANGULAR:
            return self.fwhm_mm / 2
        return TAIL_SIGMAS * self.fwhm_mm / FWHM_PER_SIGMA

    def below(self, z_mm: npt.ArrayLike) -> FloatArray:
        """Return which part of the profile lies below `z_mm`, counted from the middle of the slice."""
        z = np.asarray(z_mm, dtype=np.float64)
        if self.shape == RECTANGULAR:
            return np.clip(z / self.fwhm_mm + 0.5, 0.0, 1.0)
        return np.asarray(special.ndtr(z * FWHM_PER_SIGMA / self.fwhm_mm), dtype=np.float64)

    def between(self, low_mm: npt.ArrayLike, high_mm: npt.ArrayLike) -> FloatArray:
        """Return which part of the profile lies between two heights over the middle of the slice."""
        return np.asarray(self.below(high_mm) - self.below(low_mm), dtype=np.float64)

    def density(self, z_mm: npt.ArrayLike, blur_mm: float = 0.0) -> FloatArray:
        """Return the profile in 1/mm at `z_mm` from its middle, blurred by a Gaussian of the deviation `blur_mm`."""
        z = np.asarray(z_mm, dtype=np.float64)
        half = self.fwhm_mm / 2
        if self.shape == GAUSSIAN:
            sigma = sqrt((self.fwhm_mm / FWHM_PER_SIGMA) ** 2 + blur_mm**2)
            return np.asarray(np.exp(-((z / sigma) ** 2) / 2) / (sigma * sqrt(2 * pi)))
        if not blur_mm:
            return np.where(np.abs(z) <= half, 1.0 / self.fwhm_mm, 0.0)
        edges: FloatArray = special.ndtr((z + half) / blur_mm) - special.ndtr((z - half) / blur_mm)
        return edges / self.fwhm_mm
