# SPDX-License-Identifier: LGPL-3.0-or-later
"""Find useful and central field of view on every frame."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from optimage.api import AnalysisError, ImageSet, Localisation, Overlay, Parameters, Polyline
from optimage.imaging.masks import outlines, scaled
from optimage.imaging.rois import BoolArray
from optimage_phantoms.nm_flood.field import Field, first_estimate, nema_field, nmqc_field
from optimage_phantoms.nm_flood.frames import Frame, check_object, frames_of
from optimage_phantoms.nm_flood.matrix import NMQC, Matrix, analysis_matrix, flattened, stored_counts
from optimage_phantoms.nm_flood.method import Method
from optimage_phantoms.nm_flood.refusals import check_counts, check_extent, check_pattern

PATTERN = "pattern"
MOST_TELLING = (
    "not_a_flood",
    "missing_attribute",
    "too_few_counts",
    "no_counts",
    "field_too_small",
    "wrong_object",
    "wrong_modality",
)


@dataclass(frozen=True, slots=True, eq=False)
class FoundFrame:
    """A frame with its field; `remarks` are codes."""

    frame: Frame
    matrix: Matrix
    field: Field
    remarks: tuple[str, ...]


def locate_fields(images: ImageSet, parameters: Parameters, method: Method) -> Localisation:
    """Find the fields of every frame that shows a flood.

    Raises
    ------
    AnalysisError
        The most telling reason if no frame can be measured.
    """
    found: list[FoundFrame] = []
    refused: dict[str, AnalysisError] = {}
    for frame in frames_of(images, parameters):
        try:
            found.append(_find(frame, parameters, method))
        except AnalysisError as error:
            if error.code == "missing_parameter":
                raise
            refused[frame.item] = error
    if not found:
        raise min(refused.values(), key=_rank)
    return _localisation(found, refused)


def _find(frame: Frame, parameters: Parameters, method: Method) -> FoundFrame:
    image = frame.image
    check_object(image, method)
    counts, mode = stored_counts(image), str(parameters["mode"])
    check_counts(counts)
    matrix = analysis_matrix(image, counts, mode, rules=method.matrix)
    check_extent(matrix, method.flood, method.counts.least_per_pixel)
    remarks = _pattern_remark(frame, counts, parameters, method)
    if mode == NMQC:
        return FoundFrame(frame, matrix, nmqc_field(matrix.counts, method.nmqc), remarks)
    estimate = first_estimate(matrix, parameters, method.estimate)
    flat = flattened(matrix, scaled(estimate, method.field.cfov_share), parameters)
    border = bool(parameters["edge_of_matrix_is_zero"])
    return FoundFrame(frame, flat, nema_field(flat.counts, estimate, method.field, border_is_zero=border), remarks)


def _pattern_remark(
    frame: Frame, counts: npt.NDArray[np.generic], parameters: Parameters, method: Method
) -> tuple[str, ...]:
    try:
        check_pattern(frame.image, counts, method.flood)
    except AnalysisError:
        if parameters["pattern"] == "refuse":
            raise
        return (PATTERN,)
    return ()


def _rank(error: AnalysisError) -> int:
    return MOST_TELLING.index(error.code) if error.code in MOST_TELLING else len(MOST_TELLING)


def _localisation(found: list[FoundFrame], refused: dict[str, AnalysisError]) -> Localisation:
    figures: dict[str, float] = {}
    for one in found:
        name = f"{one.frame.item}:" if one.frame.item else ""
        if one.matrix.source_mm:
            figures[f"{name}source_distance_mm"] = one.matrix.source_mm
    reasons = [f"{item}:{error.code}" for item, error in refused.items()]
    reasons += [f"{one.frame.item}:{remark}" for one in found for remark in one.remarks]
    return Localisation(
        tuple(shape for one in found for shape in _shapes(one)),
        tuple(one.frame.key for one in found),
        confidence=len(found) / (len(found) + len(refused)),
        reasons=tuple(reasons),
        figures=figures,
    )


def _shapes(one: FoundFrame) -> list[Overlay]:
    return [*_outlines("ufov", one.field.ufov, one), *_outlines("cfov", one.field.cfov, one)]


def _outlines(name: str, mask: BoolArray, one: FoundFrame) -> list[Overlay]:
    image, matrix = one.frame.image, one.matrix
    return [
        Overlay(
            name,
            Polyline(tuple(matrix.to_image(row, column) for row, column in line), closed=True),
            image.uid,
            image.frame,
        )
        for line in outlines(mask)
    ]
