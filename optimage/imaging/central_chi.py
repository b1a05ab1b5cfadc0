# SPDX-License-Identifier: LGPL-3.0-or-later
"""Noise without signal in magnitude images: the root of the sum of squares of n channels (central chi distribution).

One channel gives the Rayleigh distribution. Source: Constantinides and others,
Magnetic Resonance in Medicine 38 (1997) 852. `sigma` is the SD of the real part of
one channel; channels are taken as independent and equally noisy.
"""

from math import exp, inf, isfinite, lgamma, nan, sqrt

MOST_CHANNELS = 1024.0
STEPS = 60


def mean_over_sigma(channels: float) -> float:
    """Return the mean over sigma of `channels` channels, `√2 · Γ(n + 1/2) / Γ(n)`; a fraction is allowed."""
    _check(channels)
    return sqrt(2.0) * exp(lgamma(channels + 0.5) - lgamma(channels))


def sd_over_sigma(channels: float) -> float:
    """Return the SD over sigma of `channels` channels, `√(2n - (mean/sigma)²)`; a fraction is allowed."""
    return sqrt(2.0 * channels - mean_over_sigma(channels) ** 2)


def mean_over_sd(channels: float) -> float:
    """Return the mean over the SD of `channels` channels; it grows with their number."""
    return mean_over_sigma(channels) / sd_over_sigma(channels)


def fitting_channels(ratio: float) -> float:
    """Return how many channels, as a fraction, have the mean over SD `ratio`.

    NaN for a ratio that no number of channels from 0.5 (1.32, half of a
    Gaussian) to 1024 (64) has: pixels set to 0, an offset or structure are
    then in the background.
    """
    low, high = 0.5, MOST_CHANNELS
    if not isfinite(ratio) or not mean_over_sd(low) <= ratio <= mean_over_sd(high):
        return nan
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if mean_over_sd(middle) < ratio else (low, middle)
    return (low + high) / 2


def _check(channels: float) -> None:
    if not 0.0 < channels < inf:
        raise ValueError(f"channels must be positive and finite, got {channels}")
