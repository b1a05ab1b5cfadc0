# SPDX-License-Identifier: LGPL-3.0-or-later
"""Discs and rectangles of known size, drawn by covered area in a field that varies by 30 %."""

from math import cos, sin

import numpy as np

SUBSAMPLES = 6
LEVEL = 1000.0
SNR = 20.0


def grid(shape, centre, spacing, factor):
    rows = (np.arange(shape[0] * factor) + 0.5) / factor - 0.5
    columns = (np.arange(shape[1] * factor) + 0.5) / factor - 0.5
    return (rows - centre[0])[:, None] * spacing[0], (columns - centre[1])[None, :] * spacing[1]


def draw(shape, centre, spacing, inside, *, random=None):
    """Draw what `inside(y, x)` (mm from `centre`) says; with `random` as a noisy magnitude image."""
    y, x = grid(shape, centre, spacing, SUBSAMPLES)
    covered = inside(y, x).reshape(shape[0], SUBSAMPLES, shape[1], SUBSAMPLES).mean(axis=(1, 3))
    y, x = grid(shape, centre, spacing, 1)
    image = LEVEL * covered * (1.0 + 0.15 * x / 95.0 + 0.15 * y / 95.0)
    if random is None:
        return image
    real, imaginary = random.normal(0.0, LEVEL / SNR, (2, *shape))
    return np.hypot(image + real, imaginary)


def ellipse(half_across, half_down, angle=0.0, *, flat=np.inf):
    """Return an ellipse turned by `angle`, with everything higher than `flat` above its centre cut away."""

    def inside(y, x):
        u, v = cos(angle) * x + sin(angle) * y, cos(angle) * y - sin(angle) * x
        return ((u / half_across) ** 2 + (v / half_down) ** 2 <= 1.0) & (y >= -flat)

    return inside


def rectangle(width, height, angle=0.0, *, bulge=0.0):
    """Return a turned rectangle whose width is greater by `bulge` in the middle than at ±30 % of its height."""

    def inside(y, x):
        u, v = cos(angle) * x + sin(angle) * y, cos(angle) * y - sin(angle) * x
        bent = bulge * (1.0 / 3.0 - (v / (0.3 * height)) ** 2)
        return (np.abs(u) <= (width + bent) / 2) & (np.abs(v) <= height / 2)

    return inside
