# SPDX-License-Identifier: LGPL-3.0-or-later
"""The report of a result that nobody stored."""

from pathlib import Path

from optimage.document.measurement import MeasurementContext
from optimage.errors import OptimageError
from optimage.model.outcome import Result
from optimage.model.phantom import PhantomInfo
from optimage.plugins.manager import load_module
from optimage.report.measurement import build_measurement_report
from optimage.workflow.gather import Task
from optimage.workflow.shown import load_shown


def build_unstored_report(task: Task, result: Result, templates: Path | None = None) -> bytes:
    """Return the PDF of what came of `task`: without control charts, with the images as they were given."""
    origins = {source.uid: source.origin for source in task.order.sources}
    profile = task.revision.profile if task.revision else None
    return build_measurement_report(
        MeasurementContext(result, _card(result.phantom), load_shown(result, origins.get), profile=profile), templates
    )


def _card(phantom: str) -> PhantomInfo | None:
    """Return the card of a module; None where it cannot be loaded, which the result tells itself."""
    try:
        return load_module(phantom).info
    except OptimageError:
        return None
