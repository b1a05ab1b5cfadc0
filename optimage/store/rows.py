# SPDX-License-Identifier: LGPL-3.0-or-later
"""A result as rows of `analysis`, `measurement` and `judgement`, and back."""

from collections.abc import Iterable
from datetime import datetime
from math import inf
from typing import Any

from sqlalchemy import Row

from optimage.model.outcome import (
    Acquisition,
    InputReference,
    JudgedMeasurement,
    ProfileReference,
    Provenance,
    Result,
    Review,
)
from optimage.model.results import Curve, Failure, Measurement, Note
from optimage.model.shapes import Localisation, Overlay
from optimage.model.tolerance import Judgement, Limits, Verdict
from optimage.store.codec import digest, dump, load
from optimage.store.columns import finite


def acquired_at(result: Result, now: datetime) -> datetime:
    """Return the instant a trend is ordered by: acquired, else analysed, else stored."""
    return result.acquisition.at or result.provenance.analysed_at or now


def work_of(result: Result, set_id: int) -> dict[str, Any]:
    """Return what makes two results of a set the same piece of work."""
    return {
        "set_id": set_id,
        "inputs_sha256": result.provenance.inputs_sha256,
        "phantom": result.phantom,
        "module_version": result.provenance.module_version,
        "parameters_sha256": digest(result.provenance.parameters),
    }


def analysis_values(result: Result, now: datetime) -> dict[str, Any]:
    """Return the columns of `analysis` that come from the result alone."""
    profile = result.profile
    return {
        "profile_id": profile.id if profile else None,
        "revision": profile.revision if profile else None,
        "profile_title": profile.title if profile else "",
        "verdict": str(result.verdict),
        "measured": result.verdict is not Verdict.NOT_MEASURED,
        "acquired_at": acquired_at(result, now),
        "acquired_source": result.acquisition.source,
        "stored_at": now,
        "acquisition": dump(result.acquisition),
        "provenance": dump(result.provenance),
        "inputs": dump(result.inputs),
        "failures": dump(result.failures),
        "notes": dump(result.notes),
        "localisation": dump(result.localisation) if result.localisation else None,
        "curves": dump(result.curves),
        "overlays": dump(result.overlays),
    }


def measurement_values(
    result: Result, *, analysis_id: int, device_id: int, at: datetime
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows of `measurement` and of `judgement`."""
    profile_id = result.profile.id if result.profile else ""
    measurements, judgements = [], []
    for position, judged in enumerate(result.measurements):
        which = {"analysis_id": analysis_id, "position": position}
        measurement = judged.measurement
        measurements.append(
            which
            | {
                "device_id": device_id,
                "profile_id": profile_id,
                "key": measurement.key,
                "method": measurement.method,
                "item": measurement.item,
                "acquired_at": at,
                "value": measurement.value,
                "unit": str(measurement.unit),
                "uncertainty": measurement.uncertainty,
            }
        )
        judgements.append(which | _judgement_values(judged.judgement))
    return measurements, judgements


def _judgement_values(judgement: Judgement) -> dict[str, Any]:
    limits = judgement.limits or Limits()
    return {
        "verdict": str(judgement.verdict),
        "reference": judgement.reference,
        "limited": judgement.limits is not None,
        "warning_low": finite(limits.warning_low),
        "warning_high": finite(limits.warning_high),
        "fail_low": finite(limits.fail_low),
        "fail_high": finite(limits.fail_high),
        "source": judgement.source,
        "verified": judgement.verified,
    }


def judgement_of(row: Row[Any]) -> Judgement:
    """Return the judgement in a row that holds the columns of `judgement`."""
    limits = None
    if row.limited:
        limits = Limits(
            -inf if row.warning_low is None else row.warning_low,
            inf if row.warning_high is None else row.warning_high,
            -inf if row.fail_low is None else row.fail_low,
            inf if row.fail_high is None else row.fail_high,
        )
    return Judgement(Verdict(row.verdict), row.reference, limits, row.source, row.verified)


def judged_of(row: Row[Any]) -> JudgedMeasurement:
    """Return the measurement in a row of `measurement` joined with `judgement`."""
    measurement = Measurement(row.key, row.value, row.unit, row.uncertainty, row.method, row.item)
    return JudgedMeasurement(measurement, judgement_of(row))


def result_of(row: Row[Any], measurements: Iterable[JudgedMeasurement], reviews: Iterable[Review]) -> Result:
    """Return the result in a row of `analysis`."""
    profile = None
    if row.profile_id is not None:
        profile = ProfileReference(row.profile_id, row.revision, row.profile_title)
    return Result(
        phantom=row.phantom,
        verdict=Verdict(row.verdict),
        acquisition=load(Acquisition, row.acquisition),
        provenance=load(Provenance, row.provenance),
        profile=profile,
        measurements=tuple(measurements),
        failures=load(tuple[Failure, ...], row.failures),
        notes=load(tuple[Note, ...], row.notes),
        localisation=load(Localisation, row.localisation) if row.localisation else None,
        curves=load(tuple[Curve, ...], row.curves),
        overlays=load(tuple[Overlay, ...], row.overlays),
        inputs=load(tuple[InputReference, ...], row.inputs),
        id=row.id,
        set_id=row.set_id,
        current=row.current,
        reviews=tuple(reviews),
    )
