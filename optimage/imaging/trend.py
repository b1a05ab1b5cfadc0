# SPDX-License-Identifier: LGPL-3.0-or-later
"""Slow trends across a region: two-dimensional polynomials, fitted and taken away."""

from dataclasses import dataclass

import numpy as np

from optimage.model.images import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Surface:
    """The polynomial `Σ c_ij x^i y^j`, `i + j <= order`, with x and y scaled to about ±1."""

    coefficients: FloatArray
    order: int
    middle: tuple[float, float]
    reach: tuple[float, float]

    def at(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Return the height at `x` and `y`, which broadcast against each other."""
        x, y = (x - self.middle[0]) / self.reach[0], (y - self.middle[1]) / self.reach[1]
        terms = zip(self.coefficients, _powers(self.order), strict=True)
        return np.asarray(sum(c * (x**i * y**j) for c, (i, j) in terms))


def number_of_terms(order: int) -> int:
    """Return how many terms a polynomial of `order` in two variables has."""
    return (order + 1) * (order + 2) // 2


def fit_surface(values: FloatArray, x: FloatArray, y: FloatArray, *, order: int) -> Surface:
    """Fit a polynomial of `order` to `values` at `x` and `y`, each of shape (n,), by least squares."""
    middle = float(x.mean()), float(y.mean())
    reach = float(np.abs(x - middle[0]).max()) or 1.0, float(np.abs(y - middle[1]).max()) or 1.0
    u, v = (x - middle[0]) / reach[0], (y - middle[1]) / reach[1]
    design = _design(u, v, order)
    # normal equations: terms are few and scaled, so they are well conditioned and far quicker than an SVD
    coefficients = np.asarray(np.linalg.solve(design @ design.T, design @ values), dtype=np.float64)
    return Surface(coefficients, order, middle, reach)


def residuals(values: FloatArray, x: FloatArray, y: FloatArray, *, order: int) -> FloatArray:
    """Return `values` less their least-squares polynomial of `order` in `x` and `y`, each of shape (n,)."""
    return np.asarray(values - fit_surface(values, x, y, order=order).at(x, y))


def residuals_of_each(stack: FloatArray, x: FloatArray, y: FloatArray, *, order: int) -> FloatArray:
    """Return each row of `stack`, shape (k, n), less its own polynomial of `order` in `x` and `y`, each of shape (n,).

    NaN is left out of the fits and stays.
    """
    known = np.isfinite(stack)
    if known.all():
        design = _design(*_scaled(x, y), order)
        coefficients = np.linalg.solve(design @ design.T, design @ stack.T)
        return np.asarray(stack - coefficients.T @ design)
    found = np.full(stack.shape, np.nan)
    for values, part, left in zip(stack, known, found, strict=True):
        if part.sum() >= number_of_terms(order):
            left[part] = residuals(values[part], x[part], y[part], order=order)
    return found


def _scaled(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return places about their middle, up to 1 in size."""
    u, v = x - x.mean(), y - y.mean()
    return u / (np.abs(u).max() or 1.0), v / (np.abs(v).max() or 1.0)


def _design(u: FloatArray, v: FloatArray, order: int) -> FloatArray:
    """Return the terms at `u` and `v`, shape (terms, n); powers by multiplication, as those of numpy are slow."""
    powers_of_u, powers_of_v = [np.ones_like(u)], [np.ones_like(v)]
    for _ in range(order):
        powers_of_u.append(powers_of_u[-1] * u)
        powers_of_v.append(powers_of_v[-1] * v)
    return np.stack([powers_of_u[i] * powers_of_v[j] for i, j in _powers(order)])


def _powers(order: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(order + 1) for j in range(order + 1 - i)]
