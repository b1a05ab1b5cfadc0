# SPDX-License-Identifier: LGPL-3.0-or-later
"""Slow trends across a region: two-dimensional polynomials, fitted and taken away."""

import numpy as np

from optimage.model.images import FloatArray


def polynomial_terms(x: FloatArray, y: FloatArray, order: int) -> FloatArray:
    """Return the columns `x^i y^j` with `i + j <= order`, shape (n, terms); x and y are scaled to about ±1."""
    x, y = _scaled(x), _scaled(y)
    return np.stack([x**i * y**j for i in range(order + 1) for j in range(order + 1 - i)], axis=1)


def number_of_terms(order: int) -> int:
    """Return how many terms a polynomial of `order` in two variables has."""
    return (order + 1) * (order + 2) // 2


def residuals(values: FloatArray, x: FloatArray, y: FloatArray, *, order: int) -> FloatArray:
    """Return `values`, shape (n,), less their least-squares polynomial of `order` in x and y."""
    design = polynomial_terms(x, y, order)
    # normal equations: terms are few and scaled, so they are well conditioned and far quicker than an SVD
    coefficients = np.linalg.solve(design.T @ design, design.T @ values)
    return np.asarray(values - design @ coefficients)


def _scaled(values: FloatArray) -> FloatArray:
    middle = float(values.mean())
    reach = float(np.abs(values - middle).max()) or 1.0
    return (values - middle) / reach
