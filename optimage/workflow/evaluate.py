# SPDX-License-Identifier: LGPL-3.0-or-later
"""From measurements to a judged result."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from optimage.judge import judge_all, overall
from optimage.model.outcome import ProfileReference, Provenance, Result
from optimage.model.profile import ProfileRevision
from optimage.model.tolerance import Tolerance
from optimage.version import VERSION
from optimage.workflow.orders import WorkOrder, WorkOutcome
from optimage.workflow.readings import with_readings


def evaluate(order: WorkOrder, outcome: WorkOutcome, *, revision: ProfileRevision | None, operator: str) -> Result:
    """Judge `outcome` by the tolerances of `revision`; without one nothing is judged.

    Readings that the revision requires are not entered yet, which the result says.
    """
    profile = revision.profile if revision else None
    tolerances: Mapping[str, Tolerance] = profile.tolerances if profile else {}
    measured = judge_all(outcome.analysis, tolerances)
    acquired = outcome.acquisition
    if profile and profile.device:
        acquired = replace(acquired, device=replace(acquired.device, name=profile.device))
    result = Result(
        phantom=order.phantom,
        verdict=overall(measured, outcome.analysis.failures),
        acquisition=acquired,
        provenance=Provenance(
            software_version=VERSION,
            module_version=outcome.module_version,
            geometry_sha256=outcome.geometry_sha256,
            parameters=outcome.parameters,
            platform=outcome.platform,
            operator=operator,
            analysed_at=datetime.now(UTC),
            inputs_sha256=order.inputs_sha256,
            phantom_serial=profile.phantom_serial if profile else "",
            profile_sha256=revision.sha256 if revision else "",
            assignments=order.assignments,
        ),
        profile=ProfileReference(profile.id, revision.revision, profile.title) if profile and revision else None,
        measurements=measured,
        failures=outcome.analysis.failures,
        notes=outcome.analysis.notes,
        localisation=outcome.localisation,
        curves=outcome.analysis.curves,
        overlays=outcome.analysis.overlays,
        inputs=order.inputs,
    )
    return with_readings(result, (), profile) if profile else result
