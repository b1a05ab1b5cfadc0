# SPDX-License-Identifier: LGPL-3.0-or-later
"""A result as rows of `analysis`, `measurement` and `judgement`, and back."""

from collections.abc import Iterable, Sequence
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
from optimage.store.columns import finite, known, or_nan
from optimage.store.schema import JUDGEMENT


def acquired_at(result: Result, now: datetime) -> datetime:
    """Return the instant a trend is ordered by: acquired, else analysed, else stored."""
    return result.acquisition.at or result.provenance.analysed_at or now


def work_of(result: Result, set_id: int) -> dict[str, Any]:
    """Return what makes two results of a set the same piece of work.

    Beside inputs, module and parameters: the revision that judged, a localisation that a person mended, and
    the readings with the time of each, so that a value that is taken back and entered again is new.
    """
    manual = result.localisation if result.localisation and not result.localisation.automatic else None
    readings = result.provenance.readings
    # The number, not the hash of its text: a text that is applied again later is a decision of its own.
    revision = result.profile.revision if result.profile else 0
    settings = (
        *(result.provenance.parameters, revision, dump(manual) if manual else ""),
        *([readings] if readings else []),  # a result without any keeps the hash it always had
    )
    return {
        "set_id": set_id,
        "inputs_sha256": result.provenance.inputs_sha256,
        "phantom": result.phantom,
        "module_version": result.provenance.module_version,
        "settings_sha256": digest(settings),
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
    profile_id, revision = (result.profile.id, result.profile.revision) if result.profile else ("", None)
    measurements, judgements = [], []
    for position, judged in enumerate(result.measurements):
        which = {"analysis_id": analysis_id, "position": position}
        measurement = judged.measurement
        measurements.append(
            which
            | {
                "device_id": device_id,
                "profile_id": profile_id,
                "revision": revision,
                "key": measurement.key,
                "method": measurement.method,
                "item": measurement.item,
                "acquired_at": at,
                "value": known(measurement.value),
                "unit": str(measurement.unit),
                "uncertainty": known(measurement.uncertainty),
                "imported": result.provenance.imported,
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


JUDGEMENT_COLUMNS = (
    JUDGEMENT.c.verdict,
    JUDGEMENT.c.reference,
    JUDGEMENT.c.limited,
    JUDGEMENT.c.warning_low,
    JUDGEMENT.c.warning_high,
    JUDGEMENT.c.fail_low,
    JUDGEMENT.c.fail_high,
    JUDGEMENT.c.source,
    JUDGEMENT.c.verified,
)


def judgement_of(columns: Sequence[Any]) -> Judgement:
    """Return the judgement in the values of `JUDGEMENT_COLUMNS`."""
    verdict, reference, limited, warning_low, warning_high, fail_low, fail_high, source, verified = columns
    limits = None
    if limited:
        limits = Limits(
            -inf if warning_low is None else warning_low,
            inf if warning_high is None else warning_high,
            -inf if fail_low is None else fail_low,
            inf if fail_high is None else fail_high,
        )
    return Judgement(Verdict(verdict), reference, limits, source, verified)


def judged_of(row: Row[Any]) -> JudgedMeasurement:
    """Return the measurement in a row of `measurement` that ends with `JUDGEMENT_COLUMNS`."""
    measurement = Measurement(row.key, or_nan(row.value), row.unit, or_nan(row.uncertainty), row.method, row.item)
    return JudgedMeasurement(measurement, judgement_of(row[-len(JUDGEMENT_COLUMNS) :]))


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
