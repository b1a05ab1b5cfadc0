# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a noise power spectrum says of the variance of means in discs: of a true disc, and of one made of pixels."""

import numpy as np
from scipy.special import j1

from optimage.imaging.disc_grid import disc_shares
from optimage.imaging.noise_power import NoisePower
from optimage.model.images import FloatArray


def disc_transfer(frequency_per_mm: FloatArray, *, radius_mm: float) -> FloatArray:
    """Return what a mean over a disc leaves of a wave: `2 J1(z) / z`, z = 2π r f; 1 at frequency 0."""
    z = 2 * np.pi * radius_mm * frequency_per_mm
    return np.where(z > 0, 2 * j1(z) / np.where(z > 0, z, 1.0), 1.0)


def true_over_pixels(power: NoisePower, *, radius_mm: float) -> float:
    """Return the variance of the mean in a disc over that in its pixels as `disc_shares` weighs them.

    Small discs are blurred by the pixels that their rim crosses; the noise
    power spectrum tells what that costs. 1 where there is no noise, or where
    the disc is larger than the squares the spectrum was made of.
    """
    rows, columns, shares = disc_shares(radius_mm, power.spacing_mm)
    if rows.max() - rows.min() >= power.shape[0] or columns.max() - columns.min() >= power.shape[1]:
        return 1.0
    kernel = np.zeros(power.shape)
    kernel[rows, columns] = shares
    pixels = np.abs(np.fft.rfft2(kernel)) ** 2
    true = disc_transfer(power.distance_per_mm, radius_mm=radius_mm) ** 2
    weights = power.plane * power.twice
    total = float((weights * pixels).sum())
    return float((weights * true).sum()) / total if total > 0 else 1.0
