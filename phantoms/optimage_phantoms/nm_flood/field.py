# SPDX-License-Identifier: LGPL-3.0-or-later
"""Useful and central field of view as masks of the analysis matrix."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from optimage.api import N_, AnalysisError, FloatArray, Parameters
from optimage.imaging.flood import nine_points
from optimage.imaging.masks import beside, bounding_box, filled, largest_component, outside, scaled
from optimage.imaging.rois import BoolArray
from optimage_phantoms.nm_flood.matrix import Matrix
from optimage_phantoms.nm_flood.method import EstimateRules, FieldRules, NmqcRules

TOLERANCE = 1e-9  # a centre on the outline belongs to the field


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """Useful (UFOV) and central (CFOV) field of view."""

    ufov: BoolArray
    cfov: BoolArray


def first_estimate(matrix: Matrix, parameters: Parameters, rules: EstimateRules) -> BoolArray:
    """Return the field the maker of the camera states, or else what holds more than half of the usual counts.

    The stated field is centred on the middle of the matrix, as the detector
    is in its image.
    """
    height, width = float(parameters["ufov_height_mm"]), float(parameters["ufov_width_mm"])
    counts = matrix.counts
    if height and width:
        mask = _stated(matrix, str(parameters["ufov_shape"]), height, width, float(parameters["ufov_corner_mm"]))
    else:
        high = rules.background_share * float(np.percentile(counts, rules.high_percentile))
        above = counts[counts > high]
        mask = counts > rules.median_share * float(np.median(above)) if above.size else np.zeros(counts.shape, bool)
    return filled(largest_component(mask))


def nema_field(counts: FloatArray, estimate: BoolArray, rules: FieldRules, *, border_is_zero: bool) -> Field:
    """Return UFOV and CFOV after NEMA NU 1 from a first `estimate`, arrays of shape (M, N).

    Pixels below 75 % of the mean of the central field leave the field where
    they are connected to the outside; a cold spot inside stays. Then every
    pixel with a direct neighbour outside leaves it, once. `border_is_zero`
    says whether what lies beyond the matrix counts as such a neighbour.
    """
    central = scaled(estimate, rules.cfov_share)
    level = rules.edge_share * float(counts[central].mean()) if central.any() else 0.0
    out = outside((counts < level) | ~estimate)
    ufov = ~beside(out, border=border_is_zero)
    if not ufov.any():
        raise _too_small()
    return Field(ufov, scaled(ufov, rules.cfov_share) & ufov)


def nmqc_field(counts: FloatArray, rules: NmqcRules) -> Field:
    """Return UFOV and CFOV of the variant `nmqc` for `counts`, shape (M, N)."""
    smooth = nmqc_smooth(counts)
    smooth[[0, -1]] = 0.0
    smooth[:, [0, -1]] = 0.0
    meaningful = smooth[smooth > rules.background_share * smooth.max()]
    found = smooth >= rules.threshold_share * float(meaningful.mean()) if meaningful.size else smooth > 0
    labels, _ = ndimage.label(found)
    alone = np.bincount(labels.ravel()) == 1
    alone[0] = False
    found &= ~alone[labels]
    if not found.any():
        raise _too_small()
    top, bottom, left, right = bounding_box(largest_component(found))
    longest = max(bottom - top, right - left) + 1
    depth = ndimage.distance_transform_edt(found)
    ufov, cfov = (depth > round((1.0 - share) * longest) / 2 for share in (rules.ufov_share, rules.cfov_share))
    if not ufov.any():
        raise _too_small()
    return Field(np.asarray(ufov), np.asarray(cfov))


def nmqc_smooth(counts: FloatArray) -> FloatArray:
    """Return `counts`, shape (M, N), smoothed once without a mask: zeros beyond the matrix."""
    return nine_points(counts) / 16.0


def _stated(matrix: Matrix, shape: str, height_mm: float, width_mm: float, corner_mm: float) -> BoolArray:
    """Return the pixels whose centre lies in the stated field, its border included."""
    rows, columns = matrix.counts.shape
    y = np.abs(np.arange(rows) - (rows - 1) / 2)[:, None] * matrix.spacing_mm[0]
    x = np.abs(np.arange(columns) - (columns - 1) / 2)[None, :] * matrix.spacing_mm[1]
    half_height, half_width = height_mm / 2, width_mm / 2
    if shape == "ellipse":
        return np.asarray((y / half_height) ** 2 + (x / half_width) ** 2 <= 1.0 + TOLERANCE)
    mask = (y <= half_height + TOLERANCE) & (x <= half_width + TOLERANCE)
    if shape == "octagon":
        mask &= x + y <= half_width + half_height - corner_mm + TOLERANCE
    if shape == "hexagon":
        mask &= x / half_width + y / (2 * half_height) <= 1.0 + TOLERANCE
    return np.asarray(mask)


def _too_small() -> AnalysisError:
    return AnalysisError(
        "field_too_small",
        N_("no pixel is left in the useful field of view"),
        advice=N_("check that the whole detector was irradiated, and the stated size of the field"),
    )
