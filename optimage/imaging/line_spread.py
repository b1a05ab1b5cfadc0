# SPDX-License-Identifier: LGPL-3.0-or-later
"""From a line spread function to its width and its modulation transfer function."""

from math import exp, log, nan, sqrt

import numpy as np

from optimage.model.images import FloatArray

LENGTH = 1024  # samples after zero padding: steps of the MTF are fine against its structure
UPSAMPLED = 8
WELL_SAMPLED = 2.5  # samples in the width from which folded frequencies no longer matter (0.3 %)


def hann_tapered(lsf: FloatArray, share: float) -> FloatArray:
    """Return `lsf`, shape (n,), brought to 0 over the outer `share` of its length at either end (Hann window)."""
    n = len(lsf)
    edge = max(round(share * n), 1)
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(edge) + 0.5) / edge)
    window = np.ones(n)
    window[:edge], window[n - edge :] = ramp, ramp[::-1]
    return lsf * window


def lsf_mtf(lsf: FloatArray, pitch_mm: float, *, length: int = LENGTH) -> tuple[FloatArray, FloatArray]:
    """Return frequencies in 1/mm up to the Nyquist frequency and the MTF there.

    Parameters
    ----------
    lsf : ndarray of shape (n,)
        Evenly spaced samples without background, the whole of the function.
    pitch_mm : float
        Their distance.
    length : int
        Samples after zero padding, at least n.

    Returns
    -------
    frequencies, mtf : ndarray of shape (length // 2 + 1,)
        Magnitude of the Fourier transform over its value at 0; NaN where
        the function has no area.
    """
    magnitude = np.abs(np.fft.rfft(lsf, length))
    area = abs(float(lsf.sum()))
    mtf = magnitude / area if area > 0 else np.full(magnitude.shape, np.nan)
    return _frequencies(length, pitch_mm), np.asarray(mtf, dtype=np.float64)


def sphere_transfer(frequencies: FloatArray, diameter_mm: float) -> FloatArray:
    """Return the MTF of a homogeneous sphere seen from any side: `3 (sin u - u cos u) / u³`, u = π d f.

    Shape of `frequencies`, which are in 1/mm.
    """
    u = np.pi * diameter_mm * np.asarray(frequencies, dtype=np.float64)
    small = u < 1e-3
    safe = np.where(small, 1.0, u)
    return np.where(small, 1.0 - u**2 / 10, 3.0 * (np.sin(safe) - safe * np.cos(safe)) / safe**3)


def without_sphere(lsf: FloatArray, pitch_mm: float, diameter_mm: float) -> FloatArray:
    """Return `lsf`, shape (n,), as a point would have given it in place of a sphere of `diameter_mm`.

    The sphere must be small against the samples: its transfer function is
    divided out up to the Nyquist frequency.
    """
    spectrum = np.fft.rfft(lsf) / sphere_transfer(_frequencies(len(lsf), pitch_mm), diameter_mm)
    return np.asarray(np.fft.irfft(spectrum, len(lsf)))


def _frequencies(length: int, pitch_mm: float) -> FloatArray:
    return np.asarray(np.fft.rfftfreq(length, pitch_mm), dtype=np.float64)


def full_width_half_maximum(lsf: FloatArray, pitch_mm: float) -> float:
    """Return the full width at half maximum in mm.

    Maximum and half-way points lie on parabolas through the logarithms of
    three neighbouring samples each, which is exact for a Gaussian however
    coarse the samples are. From 2.5 samples on, band-limited interpolation
    comes first, which is right for any shape.

    Parameters
    ----------
    lsf : ndarray of shape (n,)
        Evenly spaced samples without background, falling to 0 at both ends.
    pitch_mm : float
        Their distance.

    Returns
    -------
    float
        NaN where the maximum lies at an end or is not above 0, where a side
        does not fall to half of it, or where the peak is narrower than two samples.
    """
    width = _samples_at_half(lsf)
    if width >= WELL_SAMPLED:
        width = _samples_at_half(_upsampled(lsf)) / UPSAMPLED
    return width * pitch_mm


def _upsampled(lsf: FloatArray) -> FloatArray:
    n = len(lsf)
    spectrum = np.fft.rfft(lsf)
    if n % 2 == 0:
        spectrum[-1] /= 2
    return np.asarray(np.fft.irfft(spectrum, n * UPSAMPLED) * UPSAMPLED)


def _samples_at_half(lsf: FloatArray) -> float:
    top = int(np.argmax(lsf))
    if not 2 <= top < len(lsf) - 2 or not (lsf[top - 1 : top + 2] > 0).all():
        return nan
    a, b, c = _parabola(np.log(lsf[top - 1 : top + 2]))
    if a >= 0:
        return nan
    level = c - b * b / (4 * a) - log(2)
    return sum(_steps_to(side, level) for side in (lsf[top::-1], lsf[top:]))


def _steps_to(side: FloatArray, level: float) -> float:
    """Return how many samples from the first a side falls to the logarithm `level`; NaN where it does not."""
    below = np.flatnonzero(side <= exp(level))
    if not below.size or below[0] == 0:
        return nan
    after = int(below[0])
    # of the three samples one lies beyond the level; at the top, where one is missing, the next beyond is taken
    first = max(after - 2, 0)
    values = side[first : first + 3]
    if len(values) < 3 or not (values > 0).all():
        low, high = float(side[after]), float(side[after - 1])
        return after - 1 + (high - exp(level)) / (high - low)
    a, b, c = _parabola(np.log(values))
    return first + 1 + _falling_root(a, b, c - level, after - first - 1.5)


def _parabola(y: FloatArray) -> tuple[float, float, float]:
    """Return a, b, c of `a t² + b t + c` through `y` at t = -1, 0, 1."""
    return float(y[0] - 2 * y[1] + y[2]) / 2, float(y[2] - y[0]) / 2, float(y[1])


def _falling_root(a: float, b: float, c: float, near: float) -> float:
    """Return the root of `a t² + b t + c` nearest to `near`."""
    if abs(a) < 1e-12:
        return -c / b
    root = sqrt(max(b * b - 4 * a * c, 0.0))
    return min(((-b + sign * root) / (2 * a) for sign in (1, -1)), key=lambda t: abs(t - near))
