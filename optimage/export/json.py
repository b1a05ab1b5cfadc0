# SPDX-License-Identifier: LGPL-3.0-or-later
"""Results as JSON values: the shape that `--json` prints and the reference publishes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

from optimage.i18n import say
from optimage.model.outcome import Assignment, JudgedMeasurement, Provenance, Result
from optimage.model.plain import to_plain
from optimage.model.results import Curve, Failure, Note
from optimage.model.shapes import Localisation, Overlay
from optimage.model.tolerance import Judgement

SCHEMA = 1


def envelope(results: Iterable[Result]) -> dict[str, Any]:
    """Return the one object that is printed: every set tried gives one result, also a refused one."""
    return {"schema": SCHEMA, "results": [result_to_json(result) for result in results]}


def result_to_json(result: Result) -> dict[str, Any]:
    """Return `result` as dicts, lists, texts and finite numbers.

    NaN and infinities become None; times are ISO 8601; sentences are in the
    user's language, their codes are stable.
    """
    profile = result.profile
    return {
        "id": result.id,
        "phantom": result.phantom,
        "phantom_version": result.provenance.module_version,
        "profile": None if profile is None else {"id": profile.id, "revision": profile.revision},
        "device": to_plain(result.acquisition.device) | {"title": result.acquisition.device.title},
        "acquired_at": to_plain(result.acquisition.at),
        "verdict": result.verdict.value,
        "measurements": [_measurement(judged) for judged in result.measurements],
        "failures": [_failure(failure) for failure in result.failures],
        "notes": [_note(note) for note in result.notes],
        "localisation": None if result.localisation is None else _localisation(result.localisation),
        "curves": [_curve(curve) for curve in result.curves],
        "overlays": [_overlay(overlay) for overlay in result.overlays],
        "inputs": to_plain(result.inputs),
        "provenance": _provenance(result.provenance),
        "current": result.current,
        "reviews": to_plain(result.reviews),
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _number(value) if isinstance(value, float) else value for key, value in values.items()}


def _measurement(judged: JudgedMeasurement) -> dict[str, Any]:
    measurement = judged.measurement
    return {
        "key": measurement.key,
        "value": _number(measurement.value),
        "unit": str(measurement.unit),
        "uncertainty": _number(measurement.uncertainty),
        "method": measurement.method,
        "item": measurement.item,
        "verdict": judged.judgement.verdict.value,
        "reference": _number(judged.judgement.reference),
        "limits": _limits(judged.judgement),
    }


def _limits(judgement: Judgement) -> dict[str, Any] | None:
    limits = judgement.limits
    if limits is None:
        return None
    return {
        "warning": [_number(limits.warning_low), _number(limits.warning_high)],
        "fail": [_number(limits.fail_low), _number(limits.fail_high)],
        "source": judgement.source,
        "verified": judgement.verified,
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "subtest": failure.subtest,
        "code": failure.code,
        "message": say(failure.message),
        "advice": say(failure.advice),
    }


def _note(note: Note) -> dict[str, Any]:
    return {"code": note.code, "message": say(note.message)}


def _localisation(localisation: Localisation) -> dict[str, Any]:
    return {
        "shapes": [_overlay(shape) for shape in localisation.shapes],
        "slices": [{"uid": uid, "frame": frame} for uid, frame in localisation.slices],
        "rotation_deg": _number(localisation.rotation_deg),
        "magnification": _number(localisation.magnification),
        "model": localisation.model,
        "confidence": _number(localisation.confidence),
        "reasons": list(localisation.reasons),
        "figures": _numbers(localisation.figures),
        "automatic": localisation.automatic,
    }


def _curve(curve: Curve) -> dict[str, Any]:
    axes = {"x": [_number(x) for x in curve.x], "y": [_number(y) for y in curve.y]}
    return to_plain(replace(curve, x=(), y=())) | axes  # type: ignore[no-any-return]


def _overlay(overlay: Overlay) -> dict[str, Any]:
    statistics = overlay.statistics and _numbers(to_plain(overlay.statistics))
    return to_plain(overlay) | {"statistics": statistics}  # type: ignore[no-any-return]


def _provenance(provenance: Provenance) -> dict[str, Any]:
    assignments = [_assignment(one) for one in provenance.assignments]
    parameters = _numbers(provenance.parameters)
    return to_plain(provenance) | {"parameters": parameters, "assignments": assignments}  # type: ignore[no-any-return]


def _assignment(assignment: Assignment) -> dict[str, Any]:
    lines = {"lines": [say(line) for line in assignment.lines]}
    return to_plain(assignment) | lines  # type: ignore[no-any-return]
