# SPDX-License-Identifier: LGPL-3.0-or-later
"""The modulation transfer function from patterns of bars as wide as the gaps between them."""

from math import pi, sqrt

import numpy as np

from optimage.model.images import FloatArray

HIGHEST_HARMONIC = 15
COLTMAN_SIGNS = {3: 1, 5: -1, 7: 1, 11: 1, 13: -1, 15: -1}
"""By odd harmonic: the sign with which the response there enters; 9 does not (Coltman 1954)."""


def square_wave_response(frequencies: FloatArray, mtf: FloatArray) -> FloatArray:
    """Return the modulation of an endless pattern of bars from the MTF, harmonics up to the end of the table.

    Parameters
    ----------
    frequencies, mtf : ndarray of shape (n,)
        Rising frequencies and the MTF there, taken as 0 beyond the last and 1 at frequency 0.

    Returns
    -------
    ndarray of shape (n,)
        `4/π · Σ (-1)^((k-1)/2) MTF(k f) / k` over odd k.
    """
    f, m = _from_zero(frequencies, mtf)
    top = float(f[-1]) / max(float(frequencies[0]), 1e-12)
    total = np.zeros_like(frequencies)
    for k in range(1, int(top) + 2, 2):
        total += (-1) ** ((k - 1) // 2) / k * np.interp(k * frequencies, f, m, right=0.0)
    return 4 / pi * total


def coltman_mtf(frequencies: FloatArray, response: FloatArray) -> FloatArray:
    """Return the MTF from the modulation of bar patterns.

    Parameters
    ----------
    frequencies, response : ndarray of shape (n,)
        Rising frequencies and the modulation there relative to that of very
        wide bars; between them it is interpolated linearly, beyond the last taken as 0.

    Returns
    -------
    ndarray of shape (n,)
        `π/4 · (C(f) + C(3f)/3 - C(5f)/5 + C(7f)/7 + C(11f)/11 - C(13f)/13 - C(15f)/15)`
        (Coltman, J Opt Soc Am 44, 1954).
    """
    total = response.astype(np.float64, copy=True)
    for k, sign in COLTMAN_SIGNS.items():
        total += sign / k * np.interp(k * frequencies, frequencies, response, right=0.0)
    return np.asarray(pi / 4 * total)


def droege_morin_mtf(
    frequencies: FloatArray, sd: FloatArray, noise_sd: FloatArray, half_step: FloatArray
) -> FloatArray:
    """Return the MTF from the standard deviation inside patterns of bars.

    Parameters
    ----------
    frequencies : ndarray of shape (n,)
        Rising.
    sd : ndarray of shape (n,)
        Standard deviation over a whole number of periods of each pattern.
    noise_sd : ndarray of shape (n,)
        Standard deviation of the noise in a uniform place, taken alike.
    half_step : ndarray of shape (n,)
        Half of the difference between wide bar and gap.

    Returns
    -------
    ndarray of shape (n,)
        `π√2/4 · √(sd² - noise²) / half_step` with what the odd harmonics add
        to the variance taken away: `MTF(k f)² / k²`, from the same table,
        from its end backwards, 0 beyond its end. Where 3 f lies beyond the
        end, what is left of the harmonics enlarges the result by at most
        `MTF(last)² / (18 MTF(f))`. Without harmonics (f above a third of the
        cut-off) this is the formula of Droege and Morin, Med Phys 9, 1982.
        Negative variances count as 0.
    """
    variance = np.maximum(sd**2 - noise_sd**2, 0.0)
    squared = (pi * sqrt(2) / 4 / half_step) ** 2 * variance
    mtf = np.sqrt(squared)
    for i in range(len(frequencies) - 1, -1, -1):
        harmonics = sum(
            (float(np.interp(k * frequencies[i], frequencies, mtf, right=0.0)) / k) ** 2
            for k in range(3, HIGHEST_HARMONIC + 1, 2)
        )
        mtf[i] = sqrt(max(float(squared[i]) - harmonics, 0.0))
    return mtf


def _from_zero(frequencies: FloatArray, mtf: FloatArray) -> tuple[FloatArray, FloatArray]:
    return (frequencies, mtf) if frequencies[0] == 0.0 else (np.append(0.0, frequencies), np.append(1.0, mtf))
