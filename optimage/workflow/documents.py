# SPDX-License-Identifier: LGPL-3.0-or-later
"""The documents of a stored result: its PDF, and the table of its profile."""

from collections.abc import Mapping
from datetime import datetime
from io import StringIO
from pathlib import Path

from optimage.document.measurement import MeasurementContext
from optimage.export.csv import write_csv
from optimage.model.images import Image
from optimage.model.outcome import Result
from optimage.model.phantom import PhantomModule
from optimage.report.measurement import build_measurement_report
from optimage.store.engine import Store
from optimage.workflow.chart_kinds import history_of_result
from optimage.workflow.history import trends_of
from optimage.workflow.jobs.runner import revision_of
from optimage.workflow.shown import load_shown
from optimage.workflow.signing.results import signed_result


def build_report(
    store: Store, modules: Mapping[str, PhantomModule], result: Result, templates: Path | None = None
) -> bytes:
    """Return the PDF of a stored result; the same result gives the same bytes.

    `templates` is the folder of a site's own report templates.
    """
    return build_measurement_report(measurement_context(store, modules, result), templates)


def measurement_context(store: Store, modules: Mapping[str, PhantomModule], result: Result) -> MeasurementContext:
    """Return a stored result with everything that explains it."""
    revision = None
    if result.profile:
        revision = revision_of(store, result.profile.id, result.profile.revision)
    profile = revision.profile if revision else None
    trends = trends_of(store, result)
    module = modules.get(result.phantom)
    return MeasurementContext(
        result=result,
        info=module.info if module else None,
        images=shown_images(store, result),
        trends={key: trend.points for key, trend in trends.items()},
        lines={key: trend.lines for key, trend in trends.items()},
        profile=profile,
        histories={key: history_of_result(trend) for key, trend in trends.items() if trend.points},
        signatures=signed_result(store, result),
    )


def shown_images(store: Store, result: Result) -> Mapping[tuple[str, int], Image]:
    """Return the images that the result's overlays lie on, read again from the spool.

    An image that has gone or cannot be read is left out and logged: the
    numbers of the report stand without its picture.
    """
    hashes = {given.uid: given.sha256 for given in result.inputs}

    def origin(uid: str) -> Path | None:
        return store.spool.path(hashes[uid]) if uid in hashes else None

    return load_shown(result, origin)


def export_csv(store: Store, profile_id: str, *, since: datetime | None = None, until: datetime | None = None) -> bytes:
    """Return all results of a profile in a period as CSV, superseded ones marked as such."""
    stream = StringIO(newline="")
    write_csv(store.results.each(profile_id=profile_id, since=since, until=until), stream)
    return stream.getvalue().encode()
