# SPDX-License-Identifier: LGPL-3.0-or-later
"""Air inside a phantom: the bubble under its wall."""

import numpy as np
from scipy import ndimage

from optimage.imaging.rois import BoolArray, mask_of
from optimage.model.images import Box, FloatArray
from optimage.model.shapes import Disc


def edge_voids(smooth: FloatArray, box: Box, area: Disc, *, level: float, reach_mm: float) -> BoolArray:
    """Return which pixels of `box` a void at the rim of `area` spoils.

    A void is where `smooth`, shape (rows, columns) of `box`, lies below
    `level`, up to `reach_mm` outside `area`. It spoils everything within
    `reach_mm` of it. One that lies wholly inside `area` is no bubble but a
    foreign body, and stays.
    """
    void = (smooth < level) & mask_of(area.with_radius(area.radius_mm + reach_mm), box)
    if not void.any():
        return void
    spoilt: BoolArray = ndimage.distance_transform_edt(~void, sampling=area.spacing_mm) <= reach_mm
    labels, _ = ndimage.label(spoilt)
    at_rim = np.unique(labels[spoilt & ~mask_of(area, box)])
    return np.asarray(np.isin(labels, at_rim[at_rim > 0]))
