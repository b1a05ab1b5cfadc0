# SPDX-License-Identifier: LGPL-3.0-or-later
"""Measure the located scans and sum them up."""

from collections.abc import Mapping, Sequence
from math import isfinite, nan

from optimage.api import (
    N_,
    AnalysisError,
    AnalysisResult,
    ImageSet,
    Localisation,
    Measurement,
    MeasurementSpec,
    Message,
    Note,
    Parameters,
)
from optimage_phantoms.mr_flood import ghosts, size, snr, uniformity
from optimage_phantoms.mr_flood.card import SMALLEST
from optimage_phantoms.mr_flood.case import PLATES, FloodCase, case_of
from optimage_phantoms.mr_flood.method import Method
from optimage_phantoms.mr_flood.objects import remarks
from optimage_phantoms.mr_flood.pairs import scans_of
from optimage_phantoms.mr_flood.plate_part import by_plates, tell_the_rest
from optimage_phantoms.mr_flood.snr_map import map_of_snr
from optimage_phantoms.parts import CaseResult, Subtests, Value, run_subtests, sorted_failures, unique

SUBTESTS: Subtests[FloodCase] = {
    "snr_subtraction": snr.by_subtraction,
    "snr_subtraction_five_px": snr.by_subtraction_in_squares,
    "snr_background": snr.by_background,
    "snr_background_five_px": snr.by_background_in_squares,
    "snr_smoothing": snr.by_smoothing,
    "snr_smoothing_five_px": snr.by_smoothing_in_squares,
    "snr_db": snr.in_decibel,
    "snr_normalised": snr.normalised,
    "snr_map": map_of_snr,
    "uniformity": uniformity.of_area,
    "fractional_uniformity": uniformity.of_profiles,
    "ghosting": ghosts.by_ellipses,
    "ghost_ratio": ghosts.by_band,
    "geometry": size.of_outline,
}
PLATE_SUBTESTS: Subtests[FloodCase] = {"slice_width": by_plates, "homogeneity": tell_the_rest}

REMARKS = {
    "several_phantoms": N_("several objects are visible{item}; the one nearest to the middle was measured"),
    "phantom_cut_off": N_("the phantom reaches the edge of the image{item}: only regions inside are measured"),
    "odd_shape": N_("the outline is neither a circle nor a rectangle{item}"),
    "wrong_modality": N_("left out{item}: no MR image"),
    "wrong_object": N_("left out{item}: no MR image of a slice"),
    "phase_image": N_("left out{item}: a phase image"),
    "missing_attribute": N_("left out{item}: a needed DICOM attribute is absent"),
    "phantom_not_found": N_("left out{item}: no phantom found"),
    "not_homogeneous": N_("left out{item}: not homogeneous"),
}


def measure_phantom(
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
        `localisation_does_not_fit` where it draws no phantom on these images.
    """
    cases: dict[str, FloodCase] = {}
    for scan in scans_of(images, method.pairs):
        if (scan.first.uid, scan.first.frame) in localisation.slices:
            case = case_of(scan, localisation, parameters, method)
            if case is not None:
                cases[scan.item] = case
    if not cases:
        raise AnalysisError(
            "localisation_does_not_fit",
            N_("the localisation draws no phantom on these images"),
            advice=N_("locate the phantom again"),
        )
    results = {item: _measured(case) for item, case in cases.items()}
    failures, partial = sorted_failures(results)
    notes = (
        *_told(localisation),
        *(note for case in cases.values() for note in remarks(case.image, method.filters)),
        *(note for result in results.values() for note in result.notes),
        *partial,
    )
    return AnalysisResult(
        tuple(_measurements(results, specs)),
        tuple(overlay for result in results.values() for overlay in result.overlays),
        tuple(curve for result in results.values() for curve in result.curves),
        unique(notes),
        failures,
    )


def _measured(case: FloodCase) -> CaseResult:
    return run_subtests(case, PLATE_SUBTESTS if case.model == PLATES else SUBTESTS)


def _measurements(results: Mapping[str, CaseResult], specs: Sequence[MeasurementSpec]) -> list[Measurement]:
    measurements: list[Measurement] = []
    plates_only = all("homogeneity" in result.failures for result in results.values())
    for spec in specs:
        found = {item: result.values[spec.key] for item, result in results.items() if spec.key in result.values}
        if not found and (spec.optional or plates_only):
            continue
        measurements.append(_measurement(spec, summarise(spec, found), ""))
        measurements += [_measurement(spec, value, item) for item, value in found.items() if item]
    return measurements


def summarise(spec: MeasurementSpec, found: Mapping[str, Value]) -> Value:
    """Return the value that stands for all scans: the median one, or the worst; NaN for none."""
    told = [value for value in found.values() if isfinite(value[0])]
    if not told:
        return nan, nan
    ranked = sorted(told, key=lambda value: abs(value[0]))
    if spec.summary == "median":
        return ranked[(len(ranked) - 1) // 2]
    return ranked[0] if spec.key in SMALLEST else ranked[-1]


def _measurement(spec: MeasurementSpec, value: Value, item: str) -> Measurement:
    return Measurement(spec.key, value[0], spec.unit, value[1], spec.method, item)


def _told(localisation: Localisation) -> list[Note]:
    notes = []
    for reason in localisation.reasons:
        item, _, code = reason.rpartition(":")
        if code in REMARKS:
            notes.append(Note(code, Message(REMARKS[code], {"item": f" ({item})" if item else ""})))
    return notes
