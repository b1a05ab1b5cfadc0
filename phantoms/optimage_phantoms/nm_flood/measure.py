# SPDX-License-Identifier: LGPL-3.0-or-later
"""Measure the located frames and sum them up."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite, nan

import numpy as np

from optimage.api import (
    N_,
    AnalysisError,
    AnalysisResult,
    Failure,
    Image,
    ImageSet,
    Localisation,
    Measurement,
    MeasurementSpec,
    Message,
    Note,
    Overlay,
    Parameters,
    Polyline,
)
from optimage.imaging.masks import inside_polygons
from optimage.imaging.rois import BoolArray
from optimage_phantoms.nm_flood.field import Field
from optimage_phantoms.nm_flood.frames import Frame, frames_of
from optimage_phantoms.nm_flood.locate import PATTERN
from optimage_phantoms.nm_flood.matrix import NMQC, Matrix, analysis_matrix, flattened, stored_counts
from optimage_phantoms.nm_flood.method import Method
from optimage_phantoms.nm_flood.subtests import FloodCase, measure_frame
from optimage_phantoms.parts import CaseResult, Value, sorted_failures

SMALLEST = frozenset({"mean_counts_per_pixel", "total_counts"})
FIELDS = ("ufov", "cfov")

NOT_MEASURED = {
    "wrong_modality": N_("{item} was not measured: no image of a gamma camera"),
    "wrong_object": N_("{item} was not measured: no planar flood image"),
    "missing_attribute": N_("{item} was not measured: a needed DICOM attribute is absent"),
    "no_counts": N_("{item} was not measured: it holds no counts"),
    "too_few_counts": N_("{item} was not measured: it holds too few counts"),
    "not_a_flood": N_("{item} was not measured: it is no flood"),
    "field_too_small": N_("{item} was not measured: no pixel is left in the useful field of view"),
}
ADVICE = N_("analyse this frame alone to see the figure behind it; acquire it again")


def measure_floods(
    images: ImageSet,
    localisation: Localisation,
    parameters: Parameters,
    *,
    method: Method,
    specs: Sequence[MeasurementSpec],
) -> AnalysisResult:
    """Measure inside `localisation` as it is, whoever made it.

    Raises
    ------
    AnalysisError
        `localisation_does_not_fit` where it names no frame, one that is not
        among `images`, or one without a useful field of view.
    """
    frames = frames_of(images, parameters)
    known = {frame.key: frame for frame in frames}
    if not localisation.slices or any(key not in known for key in localisation.slices):
        raise _does_not_fit()
    results: dict[str, CaseResult] = {}
    methods: dict[str, str] = {}
    for frame in (frame for frame in frames if frame.key in localisation.slices):
        case = _case(frame, localisation, parameters, method)
        results[frame.item] = measure_frame(case)
        methods[frame.item] = f"{case.matrix.blocks.rows}x{case.matrix.blocks.columns}"
    return _combine(results, localisation, specs=specs, blocks=methods)


def _case(frame: Frame, localisation: Localisation, parameters: Parameters, method: Method) -> FloodCase:
    image = frame.image
    counts, mode = stored_counts(image), str(parameters["mode"])
    matrix = analysis_matrix(image, counts, mode, rules=method.matrix)
    masks = {name: _mask(name, localisation, frame, matrix) for name in FIELDS}
    if not masks["ufov"].any():
        raise _does_not_fit()
    if mode != NMQC:
        inner = masks["cfov"] if masks["cfov"].any() else masks["ufov"]
        matrix = flattened(matrix, inner, parameters)
    return FloodCase(
        image,
        float(counts.sum(dtype=np.float64 if counts.dtype.kind == "f" else np.int64)),
        _saturated(image),
        matrix,
        Field(masks["ufov"], masks["cfov"] & masks["ufov"]),
        parameters,
        method,
    )


def _mask(name: str, localisation: Localisation, frame: Frame, matrix: Matrix) -> BoolArray:
    polygons = [
        [matrix.from_image(*point) for point in overlay.shape.points]
        for overlay in localisation.shapes
        if overlay.name == name and (overlay.uid, overlay.frame) == frame.key and isinstance(overlay.shape, Polyline)
    ]
    return inside_polygons(polygons, (matrix.counts.shape[0], matrix.counts.shape[1]))


def _saturated(image: Image) -> int:
    """Return how many stored values are the largest that `BitsStored` can hold."""
    bits = int(image.number("BitsStored", 8 * image.pixels.dtype.itemsize))
    largest = (1 << (bits - 1 if image.pixels.dtype.kind == "i" else bits)) - 1
    return int(np.count_nonzero(image.pixels >= largest)) if image.pixels.max() >= largest else 0  # type: ignore[operator]


def _combine(
    results: Mapping[str, CaseResult],
    localisation: Localisation,
    *,
    specs: Sequence[MeasurementSpec],
    blocks: Mapping[str, str],
) -> AnalysisResult:
    measurements: list[Measurement] = []
    for spec in specs:
        found = {item: result.values[spec.key] for item, result in results.items() if spec.key in result.values}
        chosen, value = _summary(spec, found)
        item_blocks = blocks[chosen] if chosen is not None else next(iter(blocks.values()))
        measurements.append(_measurement(spec, value, "", item_blocks))
        measurements += [_measurement(spec, one, item, blocks[item]) for item, one in found.items() if item]
    failures, notes = sorted_failures(results)
    refused, remarks = _refusals(localisation)
    return AnalysisResult(
        tuple(measurements),
        (*_field_overlays(localisation, measurements), *(o for result in results.values() for o in result.overlays)),
        notes=(*_named_notes(results), *notes, *remarks),
        failures=(*refused, *failures),
    )


def _summary(spec: MeasurementSpec, found: Mapping[str, Value]) -> tuple[str | None, Value]:
    """Return the item whose value stands for all, and that value; NaN where there is none."""
    told = {item: value for item, value in found.items() if isfinite(value[0])}
    if not told:
        return None, (nan, nan)
    ranked = sorted(told, key=lambda item: abs(told[item][0]))
    if spec.summary == "median":
        chosen = ranked[(len(ranked) - 1) // 2]
    else:
        chosen = ranked[0] if spec.key in SMALLEST else ranked[-1]
    return chosen, told[chosen]


def _measurement(spec: MeasurementSpec, value: Value, item: str, blocks: str) -> Measurement:
    return Measurement(spec.key, value[0], spec.unit, value[1], spec.method.replace("RxC", blocks), item)


def _field_overlays(localisation: Localisation, measurements: Sequence[Measurement]) -> list[Overlay]:
    keys = {m.key for m in measurements}
    explains = {
        "ufov": tuple(key for key in ("iu_ufov", "du_ufov", "mean_counts_per_pixel", "ufov_width") if key in keys),
        "cfov": tuple(key for key in ("iu_cfov", "du_cfov", "centre_edge_difference") if key in keys),
    }
    return [replace(shape, keys=explains[shape.name]) for shape in localisation.shapes if shape.name in explains]


def _named_notes(results: Mapping[str, CaseResult]) -> list[Note]:
    """Return the remarks of all frames, each code once, that of the frame that comes first."""
    first = {note.code: note for result in reversed(list(results.values())) for note in reversed(result.notes)}
    told: list[Note] = []
    for code, note in first.items():
        items = [item for item, result in results.items() if any(n.code == code for n in result.notes) and item]
        told.append(note)
        if items and len(items) < len(results):
            template = N_("the remark {code} holds for {items}")
            told.append(Note(code, Message(template, {"code": code, "items": "; ".join(items)})))
    return told


def _refusals(localisation: Localisation) -> tuple[list[Failure], list[Note]]:
    """Return what the localisation says of frames that were not measured, and of patterns that were let pass."""
    failures, notes = [], []
    for reason in localisation.reasons:
        item, _, code = reason.rpartition(":")
        if code in NOT_MEASURED:
            failures.append(Failure("field", code, Message(NOT_MEASURED[code], {"item": item}), Message(ADVICE)))
        elif code == PATTERN:
            template = N_("a pattern stronger than noise explains was let pass {item}")
            notes.append(Note(PATTERN, Message(template, {"item": f"({item})" if item else ""})))
    return failures, notes


def _does_not_fit() -> AnalysisError:
    return AnalysisError(
        "localisation_does_not_fit",
        N_("the localisation names no frame of these images, or no field of view on one of them"),
        advice=N_("locate the field of view again"),
    )
