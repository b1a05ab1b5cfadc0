# SPDX-License-Identifier: LGPL-3.0-or-later
"""Measure a located CATPHAN: every sub-test on its own, whatever the others find."""

from collections.abc import Sequence
from dataclasses import replace
from math import isfinite, nan

from optimage.api import (
    AnalysisResult,
    Failure,
    ImageSet,
    Localisation,
    Measurement,
    MeasurementSpec,
    Overlay,
    Parameters,
)
from optimage_phantoms.catphan.case import CatphanCase
from optimage_phantoms.catphan.contrast import subtests as contrast
from optimage_phantoms.catphan.finding.case import case_of
from optimage_phantoms.catphan.finding.notes import notes_of
from optimage_phantoms.catphan.method import Method
from optimage_phantoms.catphan.resolution import subtests as resolution
from optimage_phantoms.catphan.sensitometry import subtests as sensitometry
from optimage_phantoms.catphan.uniform import subtests as uniform
from optimage_phantoms.parts import CaseResult, Subtests, run_subtests, unique

SUBTESTS: Subtests[CatphanCase] = {
    **sensitometry.SUBTESTS,
    **resolution.SUBTESTS,
    **uniform.SUBTESTS,
    **contrast.SUBTESTS,
}


def measure_catphan(
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
        `localisation_does_not_fit` where it does not belong to these images.
    """
    case = case_of(images, localisation, parameters, method)
    result = run_subtests(case, SUBTESTS)
    measurements = tuple(_measurements(result, specs))
    return AnalysisResult(
        measurements,
        _explaining(result.overlays, frozenset(one.key for one in measurements)),
        result.curves,
        unique((*notes_of(localisation), *result.notes)),
        tuple(Failure.from_error(subtest, error) for subtest, error in result.failures.items()),
    )


def _measurements(result: CaseResult, specs: Sequence[MeasurementSpec]) -> list[Measurement]:
    """Return the value of each key; NaN for one that is missing, nothing for an optional one."""
    measurements = []
    for spec in specs:
        value, uncertainty = result.values.get(spec.key, (nan, nan))
        if isfinite(value) or not spec.optional:
            measurements.append(Measurement(spec.key, value, spec.unit, uncertainty, spec.method))
    return measurements


def _explaining(overlays: Sequence[Overlay], measured: frozenset[str]) -> tuple[Overlay, ...]:
    """Return `overlays` with those of their keys that were measured: optional ones may be absent."""
    return tuple(replace(one, keys=tuple(key for key in one.keys if key in measured)) for one in overlays)
