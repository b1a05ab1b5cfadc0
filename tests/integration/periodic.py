# SPDX-License-Identifier: LGPL-3.0-or-later
"""Schedules under a clock of the test's own, and what must come of them, reckoned in another way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from optimage.model.periodic import ReportRun, ReportSchedule, RunState
from optimage.store.engine import Store, open_store
from optimage.workflow.periodic.made import Made
from optimage.workflow.periodic.plan import checked
from optimage.workflow.periodic.run_due import Outcome, Reporter, run_due
from tests.integration import ground

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
BEGIN = datetime(2027, 1, 1, 0, 0, tzinfo=UTC)


def schedule(name: str = "month", every: str = "monthly", **more: object) -> ReportSchedule:
    usual = {"anchor": date(2027, 1, 31), "at": time(6, 0), "zone": "Europe/Luxembourg", "operator": "me"}
    return checked(ReportSchedule(name, "device_year", every, **usual | more))


def write(one: ReportSchedule, run: ReportRun) -> Made:
    """Make a report that says for what it is: the same bytes for the same run, more than a page of a disk."""
    said = f"{one.name} {one.template} {run.begin.isoformat()} {run.end.isoformat()}\n".encode()
    return Made({form: said + form.encode() + bytes(5000) for form in one.forms}, behind="0" * 64)


@dataclass
class Office:
    """A store, a folder and a clock that the test sets."""

    home: Path
    now: datetime = BEGIN
    make: Callable[[ReportSchedule, ReportRun], Made] = write
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.store = open_another(self.home)
        self.reports = self.home / "reports"

    def add(self, one: ReportSchedule) -> ReportSchedule:
        return self.store.schedules.add(one, now=self.now)

    def run(self, *, worker: str = "a", store: Store | None = None) -> tuple[Outcome, ...]:
        return run_due(self.reporter(worker=worker, store=store))

    def reporter(self, *, worker: str = "a", store: Store | None = None) -> Reporter:
        return Reporter(store or self.store, self.make, self.reports, worker, "me", clock=lambda: self.now)

    def run_until(self, moment: datetime, step: timedelta) -> None:
        while self.now < moment:
            self.now = min(self.now + step, moment)
            self.run()

    def states(self, one: ReportSchedule) -> list[str]:
        return [str(run.state) for run in self.store.runs.list(one.id)]

    def require_each_once(self) -> None:
        """Hold rows and files against each other: each done run has its files, each file its run, nothing is left."""
        reports = {one.id: one for one in self.store.reports.list()}
        done = [run for run in self.store.runs.list() if run.state is RunState.DONE]
        made = [number for run in done for number in run.report_ids]
        assert sorted(made) == sorted(reports), "each report belongs to one run"
        names = [one.file_name for one in reports.values()]
        assert len(set(names)) == len(names), "no file was written over"
        assert sorted(path.name for path in self.reports.iterdir()) == sorted(names), "no more and no fewer files"
        by_id = {one.id: one for one in self.store.schedules.list(removed=True)}
        for run in done:
            files = write(by_id[run.schedule_id], run).files
            for number in run.report_ids:
                content = (self.reports / reports[number].file_name).read_bytes()
                assert content == files[reports[number].form]
                assert (reports[number].begin, reports[number].end) == (run.begin, run.end)


def open_another(home: Path) -> Store:
    """Open the database of a home once more, as another service does."""
    place = ground.current.database(home) or home / "optimage.db"
    return open_store(place, spool=home / "spool", reserve_bytes=0)


@contextmanager
def office(home: Path, **more: object) -> Iterator[Office]:
    opened = Office(home, **more)
    try:
        yield opened
    finally:
        opened.store.close()


def due_by_looking(day: date, at: time, zone: str) -> datetime:
    """Return the first instant of a day at which the clocks show a time or a later one: minute by minute."""
    wanted, clocks = datetime.combine(day, at), ZoneInfo(zone)
    moment = (wanted - DAY).replace(tzinfo=UTC)
    while moment.astimezone(clocks).replace(tzinfo=None) < wanted:
        moment += MINUTE
    return moment


def require_chain(runs: tuple[ReportRun, ...]) -> None:
    """Every period begins where the one before ended."""
    for before, after in pairwise(runs):
        assert after.begin == before.end
    assert all(run.end == run.due_at for run in runs)
