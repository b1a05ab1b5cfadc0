# SPDX-License-Identifier: LGPL-3.0-or-later
"""Squares that overlap by half in a homogeneous region, and the noise power spectrum they give."""

import numpy as np

from optimage.imaging.noise_power import NoisePower
from optimage.model.images import FloatArray
from optimage.model.shapes import Disc

TREND_ORDER = 2
_FACTORS = (2, 3, 5)
Corners = list[tuple[int, int]]


def square_side(side_mm: float, pitch_mm: float) -> int:
    """Return the even number of pixels near `side_mm`, not smaller, whose Fourier transform is quick."""
    n = max(2 * round(side_mm / pitch_mm / 2), 4)
    while not _is_smooth(n):
        n += 2
    return n


def _is_smooth(n: int) -> bool:
    for factor in _FACTORS:
        while n % factor == 0:
            n //= factor
    return n == 1


def squares_in_disc(area: Disc, shape: tuple[int, int]) -> Corners:
    """Return first row and column of squares of `shape` pixels that overlap by half and lie wholly in `area`."""
    (down, across), (rows, columns) = area.spacing_mm, shape
    steps = rows // 2, columns // 2
    count = int(area.radius_mm / min(steps[0] * down, steps[1] * across)) + 1
    found = []
    for i in range(-count, count + 1):
        for k in range(-count, count + 1):
            top, left = round(area.row - (rows - 1) / 2) + i * steps[0], round(area.column - (columns - 1) / 2)
            left += k * steps[1]
            y = max(abs(top - area.row), abs(top + rows - 1 - area.row)) * down
            x = max(abs(left - area.column), abs(left + columns - 1 - area.column)) * across
            if y**2 + x**2 <= area.radius_mm**2:
                found.append((top, left))
    return found


def noise_power(
    stack: FloatArray,
    corners: Corners,
    shape: tuple[int, int],
    spacing_mm: tuple[float, float],
    *,
    slices: float,
) -> NoisePower:
    """Return the noise power spectrum of squares cut out of `stack`.

    Parameters
    ----------
    stack : ndarray of shape (S, M, N)
        Slices.
    corners : list of (row, column)
        First pixel of each square, the same in every slice; they must lie inside.
    shape : (int, int)
        Rows and columns of a square.
    spacing_mm : (float, float)
        Distance of row centres, then of column centres.
    slices : float
        How many independent slices `stack` is worth.

    Returns
    -------
    NoisePower
        `Δx Δy / (K Nx Ny) Σ |DFT(I - Î)|²` over the K squares, Î the quadratic surface of each. That
        takes 6 degrees of freedom, so white noise of N × N pixels reads 6/N² too low.

    Raises
    ------
    ValueError
        No square holds data everywhere.
    """
    total, used = np.zeros((shape[0], shape[1] // 2 + 1)), 0
    covered = np.zeros(stack.shape[1:], dtype=bool)
    for values in stack:
        cut = [values[top : top + shape[0], left : left + shape[1]] for top, left in corners]
        whole = [k for k, one in enumerate(cut) if np.isfinite(one).all()]
        if not whole:
            continue
        spectra = np.fft.rfft2(without_quadratic(np.stack([cut[k] for k in whole])))
        total += (spectra.real**2 + spectra.imag**2).sum(axis=0)
        used += len(whole)
        for top, left in (corners[k] for k in whole):
            covered[top : top + shape[0], left : left + shape[1]] = True
    if not used:
        raise ValueError("no square holds data everywhere")
    pixels = shape[0] * shape[1]
    plane = total * (spacing_mm[0] * spacing_mm[1] / (used * pixels))
    return NoisePower(plane, used, float(covered.sum()) / pixels * slices, spacing_mm, shape)


def without_quadratic(squares: FloatArray) -> FloatArray:
    """Return each of `squares`, shape (K, M, N), less its least-squares polynomial of the second order."""
    rows, columns = (_legendre(n) for n in squares.shape[1:])
    terms = rows @ squares @ columns.T
    powers = np.arange(TREND_ORDER + 1)
    terms[:, powers[:, None] + powers > TREND_ORDER] = 0.0
    return np.asarray(squares - rows.T @ terms @ columns)


def _legendre(count: int) -> FloatArray:
    """Return orthonormal polynomials of order 0 to 2 over `count` places, shape (3, count)."""
    design = np.linspace(-1.0, 1.0, count)[:, None] ** np.arange(TREND_ORDER + 1)
    return np.ascontiguousarray(np.linalg.qr(design)[0].T)
