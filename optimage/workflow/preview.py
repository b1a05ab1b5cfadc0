# SPDX-License-Identifier: LGPL-3.0-or-later
"""What comes of a report template: of a stored result, or of digital phantoms that are measured for it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from optimage.dicom.writer import write_image
from optimage.document.block import Scope
from optimage.document.parts import Document
from optimage.document.period import Period, Selection
from optimage.errors import UsageError
from optimage.i18n import _, speaking
from optimage.messages import N_
from optimage.model.outcome import Result
from optimage.model.phantom import PhantomModule
from optimage.plugins.manager import load_plugins
from optimage.report.fill import fill_measurement, fill_period
from optimage.report.formats import write_document
from optimage.report.templates.template import Template, manner_of, needs
from optimage.resources import data_folder
from optimage.store.engine import Store, open_store
from optimage.synthetic.ct_water import CtWater, render_ct_water
from optimage.workflow.bus import Bus
from optimage.workflow.by_hand import Request, analyse_and_keep
from optimage.workflow.documents import measurement_context
from optimage.workflow.profiles import apply_file
from optimage.workflow.reporting.gather import gather
from optimage.workflow.reporting.sources import Ask

DAYS = 8
FIRST = datetime(2026, 1, 5, 7)  # noqa: DTZ001 - DICOM times have no zone
NOISE_HU = 5.0
WARM_HU = 4.5  # on the last day, beyond the tolerance of 4 HU: verdicts and alarms are to be seen


def preview_of_result(
    store: Store, modules: Mapping[str, PhantomModule], template: Template, result_id: int, form: str
) -> bytes:
    """Return what a template makes of a stored result, in one of the forms of reports.

    Raises
    ------
    UsageError
        `unknown_result`, `unknown_form`, or `results_not_taken` where the template reports on a period.
    """
    if template.scope is not Scope.MEASUREMENT:
        raise UsageError(
            "results_not_taken",
            N_("the template {name} reports on a period, not on single results"),
            advice=N_("choose profiles, a device or a site, and a period"),
            name=template.name,
        )
    return _written(template, _of_result(store, modules, template, store.results.get(result_id)), form)


def preview_of_example(template: Template, form: str) -> bytes:
    """Return what a template makes of digital phantoms that are measured and judged now; every page says so."""
    with TemporaryDirectory() as folder:
        store = open_store(Path(folder) / "example.db", spool=Path(folder) / "spool", reserve_bytes=0)
        try:
            results = _fill(store, Path(folder) / "images")
            return _written(template, _of_example(store, template, results), form)
        finally:
            store.close()


def _fill(store: Store, folder: Path) -> tuple[Result, ...]:
    """Measure one digital phantom a day."""
    apply_file(store, data_folder("profiles") / "demo" / "demo_ct_water.toml", author="example", reason="example")
    folder.mkdir()
    for day in range(DAYS):
        spec = CtWater(water_hu=WARM_HU if day == DAYS - 1 else 0.0, noise_hu=NOISE_HU, seed=day + 1)
        scan = replace(spec.scan, text=f"day {day + 1}", acquired=FIRST + timedelta(days=day))
        for image in render_ct_water(replace(spec, scan=scan)):
            (folder / f"{day:02d}.dcm").write_bytes(write_image(image))
    return analyse_and_keep(Request((folder,)), store, Bus(), operator="example")


def _of_example(store: Store, template: Template, results: tuple[Result, ...]) -> Document:
    modules = load_plugins().modules
    if template.scope is Scope.MEASUREMENT:
        document = _of_result(store, modules, template, results[-1])
    else:
        begin = FIRST.replace(tzinfo=UTC, hour=0)
        period = Period(begin, begin + timedelta(days=DAYS))
        ask = Ask(Selection(), period, begin + timedelta(days=DAYS))
        with speaking(manner_of(template)):
            context = gather(store, modules, ask, needs(template), title=template.title.here(), operator="example")
            document = fill_period(template, context)
    return _marked(template, document)


def _of_result(store: Store, modules: Mapping[str, PhantomModule], template: Template, result: Result) -> Document:
    with speaking(manner_of(template)):
        return fill_measurement(template, (measurement_context(store, modules, result),))


def _marked(template: Template, document: Document) -> Document:
    """Let every page say that no device was measured."""
    with speaking(manner_of(template)):
        header = " · ".join(filter(None, (_("Example: digital phantoms, no device"), document.look.header)))
    return replace(document, look=replace(document.look, header=header))


def _written(template: Template, document: Document, form: str) -> bytes:
    with speaking(manner_of(template)):
        return write_document(document, form)
