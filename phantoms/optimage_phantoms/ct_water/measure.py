# SPDX-License-Identifier: LGPL-3.0-or-later
"""Measure the located slices and sum them up."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import isfinite, nan, pi, sqrt

import numpy as np

from optimage.api import (
    N_,
    AnalysisError,
    AnalysisResult,
    Disc,
    Image,
    ImageSet,
    Localisation,
    Measurement,
    MeasurementSpec,
    Message,
    Note,
    Parameters,
)
from optimage_phantoms.ct_water.difference import noise_of_differences
from optimage_phantoms.ct_water.geometry import Geometry
from optimage_phantoms.ct_water.locate import ROLE
from optimage_phantoms.ct_water.regions import SliceCase, SliceDiscs
from optimage_phantoms.ct_water.subtests import measure_slice
from optimage_phantoms.parts import CaseResult, Value, sorted_failures, unique

SIGNED = frozenset({"uniformity_max_dev", "uniformity_rel"})
FEW_SLICES = 6  # below, their scatter says too little and the uncertainties of the slices are used
MEDIAN_EFFICIENCY = sqrt(pi / 2)  # standard error of a median over that of a mean, normal values

LEFT_OUT = {
    "wrong_modality": N_("left out {slices}: no CT image"),
    "wrong_object": N_("left out {slices}: no axial slice"),
    "missing_attribute": N_("left out {slices}: a needed DICOM attribute is absent"),
    "not_homogeneous": N_("left out {slices}: not homogeneous"),
    "several_phantoms": N_("left out {slices}: more than one phantom"),
    "phantom_cut_off": N_("left out {slices}: the phantom is cut off"),
    "phantom_not_found": N_("left out {slices}: no phantom found"),
    "other_diameter": N_("left out {slices}: the diameter is not that of the series (end wall?)"),
    "other_ct_number": N_("left out {slices}: the CT number is not that of the series (end wall?)"),
    "air_bubble": N_("{slices}: air inside the phantom, at the edge of the water; fill the phantom up"),
    "spot": N_("{slices}: a spot or ring in the water (foreign body, artefact); means and noise may hold it"),
    "outline_cut_off": N_("the phantom is cut off in {slices}: only regions inside the image are measured"),
}


def measure_phantom(
    images: ImageSet,
    localisation: Localisation,
    parameters: Parameters,
    *,
    geometry: Geometry,
    specs: Sequence[MeasurementSpec],
) -> AnalysisResult:
    """Measure inside `localisation` as it is, whoever made it.

    Raises
    ------
    AnalysisError
        `localisation_does_not_fit` where it names no slice, or one that is
        not among `images`; `phantom_cut_off` where the phantom is cut off so
        far that neither CT number nor noise can be measured.
    """
    stack = images.stack(ROLE)
    numbers = {(image.uid, image.frame): (number, image) for number, image in enumerate(stack, start=1)}
    cases: dict[int, SliceCase] = {}
    for uid, frame in localisation.slices:
        if (uid, frame) not in numbers:
            raise _does_not_fit()
        number, image = numbers[uid, frame]
        cases[number] = SliceCase(image, _discs(localisation, image), parameters, geometry)
    if not cases:
        raise _does_not_fit()
    results = {number: measure_slice(case) for number, case in cases.items()}
    _refuse_if_nothing_inside(results)
    tables = {spec.key: _by_slice(results, spec.key) for spec in specs}
    tables["noise_difference"] = noise_of_differences(cases)
    measurements = _measurements(tables, specs, single=len(stack) == 1)
    return _combine(results, localisation, measurements)


def _discs(localisation: Localisation, image: Image) -> SliceDiscs:
    names = ("phantom", "water", "air")
    found: dict[str, Disc] = {}
    for name in names:
        try:
            found[name] = localisation.disc(name, image.uid, image.frame)
        except KeyError:
            continue
    if not found.keys() & {"phantom", "water"}:
        raise _does_not_fit()
    phantom = found.get("phantom") or found["water"]
    return SliceDiscs(phantom, found.get("water") or phantom, found.get("air"))


def _does_not_fit() -> AnalysisError:
    return AnalysisError(
        "localisation_does_not_fit",
        N_("the localisation names no slice of these images, or no outline on one of them"),
        advice=N_("locate the phantom again"),
    )


def _refuse_if_nothing_inside(results: Mapping[int, CaseResult]) -> None:
    if any("ct_water" in result.values or "noise" in result.values for result in results.values()):
        return
    error = next(iter(results.values())).failures["ct_number"]
    if error.code != "roi_outside":
        raise error
    raise AnalysisError(
        "phantom_cut_off",
        N_("the phantom is cut off: {share:.0f} % of its central region lie inside the image"),
        advice=N_("centre the phantom or reconstruct with a larger field of view"),
        share=error.message.values["share"],
    )


def _by_slice(results: Mapping[int, CaseResult], key: str) -> dict[str, Value]:
    return {f"slice={number}": result.values[key] for number, result in results.items() if key in result.values}


def _measurements(
    tables: Mapping[str, Mapping[str, Value]], specs: Sequence[MeasurementSpec], *, single: bool
) -> list[Measurement]:
    """Return the summary of each key and, for a series, its items; nothing for an optional key without values."""
    measurements: list[Measurement] = []
    for spec in specs:
        values = tables[spec.key]
        if spec.optional and not values:
            continue
        measurements.append(_measurement(spec, summarise(spec.key, list(values.values()))))
        if not single:
            measurements.extend(_measurement(spec, value, item) for item, value in values.items())
    return measurements


def _combine(
    results: Mapping[int, CaseResult], localisation: Localisation, measurements: Sequence[Measurement]
) -> AnalysisResult:
    by_item = {str(number): result for number, result in results.items()}
    failures, partial = sorted_failures(by_item, joined=lambda items: _ranges([int(item) for item in items]))
    notes = unique(
        (*_notes_on_slices(localisation), *partial, *(n for result in results.values() for n in result.notes))
    )
    overlays = tuple(overlay for result in results.values() for overlay in result.overlays)
    return AnalysisResult(tuple(measurements), overlays, notes=notes, failures=failures)


def summarise(key: str, values: Sequence[Value]) -> Value:
    """Return the value of the median slice with its standard uncertainty; NaN where there is none.

    Of signed extremes the slice with the median magnitude is taken (the
    smaller of two in the middle), because a median across signs would be
    near 0 however far the slices deviate. From six slices on, their scatter
    gives the uncertainty, else the median of their own.
    """
    if not values:
        return nan, nan
    numbers = np.array([value for value, _ in values])
    own = [u for _, u in values if isfinite(u)]
    spread = float(np.median(own)) if own else nan
    if len(values) >= FEW_SLICES:
        spread = float(numbers.std(ddof=1))
    efficiency = MEDIAN_EFFICIENCY if len(values) > 2 else 1.0
    uncertainty = spread * efficiency / sqrt(len(values)) if len(values) > 1 else spread
    if key in SIGNED:
        ordered = sorted(numbers, key=lambda number: (abs(number), number))
        return float(ordered[(len(ordered) - 1) // 2]), uncertainty
    return float(np.median(numbers)), uncertainty


def _measurement(spec: MeasurementSpec, value: Value, item: str = "") -> Measurement:
    return Measurement(spec.key, value[0], spec.unit, value[1], spec.method, item)


def _notes_on_slices(localisation: Localisation) -> list[Note]:
    slices: dict[str, list[int]] = defaultdict(list)
    for reason in localisation.reasons:
        item, _, code = reason.partition(":")
        if code in LEFT_OUT and item.startswith("slice="):
            slices[code].append(int(item.removeprefix("slice=")))
    return [Note(code, Message(LEFT_OUT[code], {"slices": _ranges(numbers)})) for code, numbers in slices.items()]


def _ranges(numbers: Sequence[int]) -> str:
    """Write slice numbers briefly: `slice=1-3, 7`."""
    parts: list[list[int]] = []
    for number in sorted(numbers):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return "slice=" + ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in parts)
