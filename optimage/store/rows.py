# SPDX-License-Identifier: LGPL-3.0-or-later
"""A result as rows of `analysis` and `measurement`, and back."""

from collections.abc import Iterable, Mapping
from datetime import datetime
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
from optimage.model.tolerance import Judgement, Verdict
from optimage.store.codec import digest, dump, load
from optimage.store.columns import known, or_nan


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
    result: Result, *, analysis_id: int, device_id: int, at: datetime, rulings: Mapping[Judgement, int]
) -> list[dict[str, Any]]:
    """Return the rows of `measurement`; `rulings` are the numbers of its judgements."""
    profile_id, revision = (result.profile.id, result.profile.revision) if result.profile else ("", None)
    common = {
        "analysis_id": analysis_id,
        "device_id": device_id,
        "profile_id": profile_id,
        "revision": revision,
        "acquired_at": at,
        "imported": result.provenance.imported,
    }
    return [
        common
        | {
            "position": position,
            "key": judged.measurement.key,
            "method": judged.measurement.method,
            "item": judged.measurement.item,
            "value": known(judged.measurement.value),
            "unit": str(judged.measurement.unit),
            "uncertainty": known(judged.measurement.uncertainty),
            "ruling_id": rulings[judged.judgement],
        }
        for position, judged in enumerate(result.measurements)
    ]


def judged_of(row: Row[Any], judgement: Judgement) -> JudgedMeasurement:
    """Return the measurement in a row of `measurement` with what was said of it."""
    measurement = Measurement(row.key, or_nan(row.value), row.unit, or_nan(row.uncertainty), row.method, row.item)
    return JudgedMeasurement(measurement, judgement)


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
