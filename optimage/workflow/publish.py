# SPDX-License-Identifier: LGPL-3.0-or-later
"""What follows a stored result without a further hand: events, signals, the PDF, the profile's CSV.

The database says what is still owed, so that a full disk or a crash delays a
document and never loses one: a result whose report has no row, a table older
than the last result of its profile.
"""

import logging
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import monotonic

from optimage.files import write_atomically
from optimage.model.events import Event, Idle, ResultStored, Stopping
from optimage.model.outcome import Result
from optimage.model.phantom import PhantomModule
from optimage.model.records import NewReport
from optimage.report.measurement import build_measurement_report, template_name
from optimage.store.engine import Store
from optimage.workflow.documents import export_csv, measurement_context
from optimage.workflow.found_events import keep_found_events
from optimage.workflow.watch import keep_signals

LOOK_AGAIN = timedelta(minutes=5)
TABLES_SHARE = 0.1  # of the time at most goes into writing tables, which grow with every result
FAREWELL_S = 4.0
log = logging.getLogger(__name__)


class Publisher:
    """Listener that keeps events and signals and writes the files of each new result.

    The report is written at once, a table when there is nothing else to do.
    What fails is logged and tried again later and at the next start.
    """

    def __init__(
        self,
        store: Store,
        modules: Mapping[str, PhantomModule],
        *,
        reports: Path,
        exports: Path,
        templates: Path | None = None,
        tell: Callable[[Result], object] = lambda _result: None,
    ) -> None:
        self._store = store
        self._tell = tell
        self._modules = modules
        self._reports = reports
        self._exports = exports
        self._templates = templates
        self._owed: deque[int] = deque()  # results without a report
        self._stale: dict[str, None] = {}  # profiles whose table lacks a result, the oldest first
        self._look_at = datetime.min.replace(tzinfo=UTC)
        self._table_took_s = 0.0
        self._tables_from = 0.0

    def __call__(self, event: Event) -> None:
        """Publish a stored result, or what is still owed; other events pass by."""
        match event:
            case ResultStored(result) if result.id is not None:
                if result.profile:
                    self._stale[result.profile.id] = None
                self._write_report(result, result.id)
            case Idle(at):
                self._look(at)
                self._settle_one()
            case Stopping():
                self._settle_what_fits(monotonic() + FAREWELL_S)

    def _look(self, at: datetime) -> None:
        if at < self._look_at:
            return
        self._look_at = at + LOOK_AGAIN
        self._owed = deque(self._store.reports.owed())
        if self._owed:
            log.warning("%d results have no report yet", len(self._owed))
        for profile_id, stored_at in self._store.reports.last_results().items():
            if _written_at(self._table(profile_id)) < stored_at:
                self._stale[profile_id] = None

    def _settle_one(self) -> None:
        if self._owed:
            result_id = self._owed.popleft()
            self._write_report(self._store.results.get(result_id), result_id)
        elif self._stale and monotonic() >= self._tables_from:
            self._write_table()

    def _settle_what_fits(self, until: float) -> None:
        while self._stale and monotonic() + self._table_took_s < until:
            self._write_table()

    def _write_report(self, result: Result, result_id: int) -> None:
        keep_found_events(self._store, result)
        keep_signals(self._store, result)
        self._tell(result)
        context = measurement_context(self._store, self._modules, result)
        pdf, template = build_measurement_report(context, self._templates), template_name(context)
        target = self._reports / report_name(result_id)
        write_atomically(target, pdf)
        digest = sha256(pdf).hexdigest()
        made = NewReport("measurement", digest, target.name, template=template, result_ids=(result_id,))
        self._store.reports.add(made)

    def _write_table(self) -> None:
        profile_id = next(iter(self._stale))
        del self._stale[profile_id]
        began = monotonic()
        write_atomically(self._table(profile_id), export_csv(self._store, profile_id))
        self._table_took_s = monotonic() - began
        self._tables_from = monotonic() + self._table_took_s * (1 / TABLES_SHARE - 1)

    def _table(self, profile_id: str) -> Path:
        return self._exports / f"{profile_id}.csv"


def report_name(result_id: int) -> str:
    """Return the file name of a result's report."""
    return f"result-{result_id:06d}.pdf"


def _written_at(path: Path) -> datetime:
    """Return when a file was written; the beginning of time where there is none."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return datetime.min.replace(tzinfo=UTC)
