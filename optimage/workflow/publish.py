# SPDX-License-Identifier: LGPL-3.0-or-later
"""What follows a stored result without a further hand: signals, the PDF, the profile's CSV."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from optimage.files import write_atomically
from optimage.model.events import Event, ResultStored
from optimage.model.outcome import Result
from optimage.model.phantom import PhantomModule
from optimage.store.engine import Store
from optimage.workflow.documents import build_report, export_csv
from optimage.workflow.watch import keep_signals


class Publisher:
    """Listener that keeps the signals and writes the files of each new result."""

    def __init__(self, store: Store, modules: Mapping[str, PhantomModule], *, reports: Path, exports: Path) -> None:
        self._store = store
        self._modules = modules
        self._reports = reports
        self._exports = exports

    def __call__(self, event: Event) -> None:
        """Publish a stored result; other events pass by."""
        if isinstance(event, ResultStored) and event.result.id is not None:
            keep_signals(self._store, event.result)
            self._write(event.result, event.result.id)

    def _write(self, result: Result, result_id: int) -> None:
        pdf = build_report(self._store, self._modules, result)
        target = self._reports / report_name(result_id)
        write_atomically(target, pdf)
        self._store.reports.add(result_id, "measurement", sha256=sha256(pdf).hexdigest(), file_name=target.name)
        if result.profile:
            write_atomically(self._exports / f"{result.profile.id}.csv", export_csv(self._store, result.profile.id))


def report_name(result_id: int) -> str:
    """Return the file name of a result's report."""
    return f"result-{result_id:06d}.pdf"
