# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the tests of floods share."""

from dataclasses import replace

import numpy as np

from optimage.api import Image, Polyline, default_parameters
from optimage.imaging.masks import inside_polygons
from optimage.synthetic.nm_flood import NmFlood, render_nm_flood
from optimage_phantoms.nm_level_a import NmLevelA
from tests.phantoms.conftest import as_series

MODULE = NmLevelA()
SMALL = NmFlood(matrix=(256, 256), spacing_mm=(2.4, 2.4), mean=2000.0)


def chosen(**parameters):
    return default_parameters(MODULE.info) | parameters


def located(images, **parameters):
    return MODULE.locate(as_series(images), chosen(**parameters))


def measured(images, **parameters):
    images = as_series(images)
    return MODULE.measure(images, MODULE.locate(images, chosen(**parameters)), chosen(**parameters))


def flood(counts, spacing_mm=(6.4, 6.4)) -> Image:
    """Return an image of these counts; no rebinning at 6.4 mm."""
    counts = np.asarray(counts)
    image = render_nm_flood(replace(SMALL, matrix=counts.shape, spacing_mm=spacing_mm))[0]
    return replace(image, pixels=counts.astype(np.uint16))


def mask_of(localisation, name, shape, blocks=(1, 1), first=(0, 0)):
    """Return the field `name` as (row, column) pairs of the analysis matrix of `shape`."""
    lines = [one.shape for one in localisation.shapes if one.name == name and isinstance(one.shape, Polyline)]
    polygons = [
        [
            tuple((at + 0.5 - f) / b - 0.5 for at, b, f in zip(point, blocks, first, strict=True))
            for point in line.points
        ]
        for line in lines
    ]
    return set(map(tuple, np.argwhere(inside_polygons(polygons, shape)).tolist()))
