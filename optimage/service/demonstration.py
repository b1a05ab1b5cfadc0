# SPDX-License-Identifier: LGPL-3.0-or-later
"""The demonstration: a scanner that drifts, a service that notices, and the files that tell it."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from optimage.app import App, open_app, with_publisher
from optimage.charts.control_chart import control_chart
from optimage.dicom.scu import send
from optimage.dicom.writer import write_image
from optimage.errors import StoreError
from optimage.files import write_atomically
from optimage.messages import N_
from optimage.model.control import Signal
from optimage.model.outcome import Result
from optimage.resources import data_folder
from optimage.service.daemon import Service
from optimage.settings import load_settings
from optimage.synthetic.ct_water import CtWater, render_ct_water
from optimage.workflow.chart_kinds import history_of_result
from optimage.workflow.control import controls_of
from optimage.workflow.documents import build_report, export_csv
from optimage.workflow.history import trend_of
from optimage.workflow.profiles import apply_file

DAYS = 40
DRIFT_BEGINS = 28  # day
DRIFT_HU = 0.45  # a day: outside the control lines at once, across the tolerance of 4 HU ten days later
NOISE_HU = 5.0
CHARTED = "ct_water"
PATIENCE_S = 600.0

Tell = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What came of it: all results, and the files written for the last one."""

    results: tuple[Result, ...]
    signals: tuple[Signal, ...] = ()
    report: Path | None = None
    table: Path | None = None
    chart: Path | None = None


def demonstrate(output: Path, data: Path | None, *, on_progress: Tell) -> Demonstration:
    """Do the real job in `output`: render or take images, send, evaluate, report.

    Raises
    ------
    StoreError
        `demo_unfinished`: the service did not come to rest in time.
    """
    home = output / "home"
    shutil.rmtree(home, ignore_errors=True)
    app = with_publisher(open_app(_settings(home)))
    images = data or _render(output / "images")
    apply_file(app.store, _profile(data), author=app.settings.operator, reason="demonstration")
    service = Service(app, host="127.0.0.1", port=0)
    port = service.start()
    try:
        send(
            [images],
            host="127.0.0.1",
            port=port,
            called_ae=service.ae_title,
            calling_ae="SCANNER",
            on_progress=lambda _sent: on_progress(),
        )
        _wait(service)
    finally:
        service.stop()
    return _write(app, output)


def _settings(home: Path):  # type: ignore[no-untyped-def]
    settings = load_settings({**os.environ, "OPTIMAGE_HOME": str(home.absolute())})
    return replace(settings, quiet_period_s=0.5, callers=(), executor="process", workers=os.cpu_count() or 1)


def _profile(data: Path | None) -> Path:
    folder = data_folder("profiles")
    return folder / "ct" / "ct_water_daily.toml" if data else folder / "demo" / "demo_ct_water.toml"


def _render(folder: Path) -> Path:
    """Write one slice a day; from one day on the scanner drifts."""
    shutil.rmtree(folder, ignore_errors=True)
    # DICOM times are local; the last image is yesterday's.
    morning = datetime.now(UTC).astimezone().replace(hour=7, minute=0, second=0, microsecond=0, tzinfo=None)
    first = morning - timedelta(days=DAYS)
    for day in range(DAYS):
        drift_hu = max(0, day - DRIFT_BEGINS) * DRIFT_HU
        spec = CtWater(water_hu=drift_hu, noise_hu=NOISE_HU, seed=day + 1)
        spec = replace(spec, scan=replace(spec.scan, text=f"day {day + 1}", acquired=first + timedelta(days=day)))
        for image in render_ct_water(spec):
            write_atomically(folder / f"day-{day + 1:02d}.dcm", write_image(image))
    return folder


def _wait(service: Service) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not service.at_rest:
        if time.monotonic() > deadline:
            raise StoreError("demo_unfinished", N_("the demonstration did not finish in {time:.0f} s"), time=PATIENCE_S)
        time.sleep(0.2)


def _write(app: App, output: Path) -> Demonstration:
    results = app.store.results.current()
    judged = [result for result in results if result.profile and result.measurements]
    if not judged:
        return Demonstration(results)
    last = judged[-1]
    assert last.profile is not None and last.id is not None  # noqa: S101 - chosen so
    report, table, chart = output / "report.pdf", output / "results.csv", output / "chart.png"
    write_atomically(report, build_report(app.store, app.modules, last, app.settings.templates))
    write_atomically(table, export_csv(app.store, last.profile.id))
    _draw(app, last, chart)
    return Demonstration(results, app.store.signals.list(), report, table, chart)


def _draw(app: App, last: Result, target: Path) -> None:
    from optimage.plots.chart import save_chart

    assert last.id is not None and last.profile is not None  # noqa: S101 - chosen so
    trend = trend_of(app.store, last.id, CHARTED, controls_of(app.store, last.profile.id))
    info = app.modules[last.phantom].info.measure(CHARTED)
    unit = info.unit if info else ""
    title = info.title if info else CHARTED
    save_chart(control_chart(history_of_result(trend), title=title, unit=unit), target)
