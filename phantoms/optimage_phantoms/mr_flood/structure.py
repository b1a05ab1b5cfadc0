# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whether the phantom is homogeneous: inserts, plates and heads bend the signal more sharply than any coil's field."""

from dataclasses import dataclass
from math import pi, sqrt

import numpy as np
from scipy import ndimage

from optimage.api import N_, AnalysisError, FloatArray
from optimage.imaging.rois import BoolArray
from optimage_phantoms.mr_flood.method import HomogeneityRules

NORMAL_MEDIAN = 0.6745  # median of |x| over the standard deviation, normal values
LEAST_WEIGHT = 0.02


@dataclass(frozen=True, slots=True)
class Structure:
    """How much of the signal is structure, and how much noise would explain."""

    share: float
    limit: float

    def refusal(self) -> AnalysisError:
        """Return the error `not_homogeneous`."""
        return AnalysisError(
            "not_homogeneous",
            N_("not homogeneous: structure of {share:.0f} % of the signal, a flood shows {limit:.0f} % at most"),
            advice=N_("use a phantom or slice without inserts, and for the slice width that of the plates"),
            share=100.0 * self.share,
            limit=100.0 * self.limit,
        )


def find_structure(
    values: FloatArray, mask: BoolArray, region: BoolArray, *, spacing_mm: tuple[float, float], rules: HomogeneityRules
) -> Structure:
    """Measure what a wide and a narrow moving mean leave between them, over the wide one.

    Parameters
    ----------
    values : ndarray of shape (M, N)
        Signal above the background.
    mask, region : ndarray of shape (M, N)
        The phantom, and the part of it that is looked at.

    Returns
    -------
    Structure
        The share that 1 of 20 pixels exceeds. Noise raises the limit: white
        noise of SD s leaves about 2 s / √n of it after a mean over n pixels,
        correlated noise up to twice that.
    """
    diameter = 2 * sqrt(float(mask.sum()) * spacing_mm[0] * spacing_mm[1] / pi)
    coarse_mm = min(rules.coarse_mm, rules.coarse_share * diameter)
    sizes = [_odd(rules.fine_share * coarse_mm / pitch) for pitch in spacing_mm]
    fine = _masked_mean(values, mask, sizes)
    coarse = _masked_mean(values, mask, [_odd(coarse_mm / pitch) for pitch in spacing_mm])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.abs((fine - coarse) / coarse)[region]
    share = share[np.isfinite(share)]
    if not share.size:
        return Structure(0.0, rules.limit)
    noise = _relative_noise(values, region) / sqrt(sizes[0] * sizes[1])
    limit = max(rules.limit, rules.noise_factor * noise)
    return Structure(float(np.percentile(share, rules.percentile)), limit)


def _odd(width_px: float) -> int:
    return 2 * int(width_px / 2) + 1


def _masked_mean(values: FloatArray, mask: BoolArray, size: list[int]) -> FloatArray:
    total = ndimage.uniform_filter(np.where(mask, values, 0.0), size, mode="constant")
    weight = ndimage.uniform_filter(mask.astype(np.float64), size, mode="constant")
    return np.asarray(np.divide(total, weight, out=np.full(values.shape, np.nan), where=weight > LEAST_WEIGHT))


def _relative_noise(values: FloatArray, region: BoolArray) -> float:
    """Return the SD of pixels over their median, from neighbours in a row (which misses what they share)."""
    steps = np.abs(np.diff(values, axis=1))[region[:, 1:] & region[:, :-1]]
    level = float(np.median(values[region]))
    return float(np.median(steps)) / NORMAL_MEDIAN / sqrt(2.0) / abs(level) if steps.size and level else 0.0
