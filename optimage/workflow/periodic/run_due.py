# SPDX-License-Identifier: LGPL-3.0-or-later
"""Carry out what is due: each due moment by one service, once; what fails is tried again, and told in the end."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from optimage.errors import OptimageError, StoreError
from optimage.files import write_atomically
from optimage.messages import N_
from optimage.model.periodic import OnlyWhen, ReportRun, ReportSchedule, RunState
from optimage.model.records import NewReport
from optimage.store.engine import Store
from optimage.store.report_runs import run_lost
from optimage.workflow.periodic import words
from optimage.workflow.periodic.lease import held
from optimage.workflow.periodic.made import Made, Make
from optimage.workflow.periodic.pending import Pending, pending

LEASE_S = 300.0
PAUSES = (timedelta(minutes=10), timedelta(hours=1))  # after the first attempt, after the second; the third is the last
log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Return the instant."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who carries out runs, and with what.

    Attributes
    ----------
    store : Store
        Schedules, runs and notices.
    make : callable
        Makes the reports.
    reports : Path
        Folder of the files.
    worker : str
        Name under which runs are claimed; no two that live have the same.
    operator : str
        Who acts, as recorded.
    clock : callable
        Returns the instant.
    lease_s : float
        After so many seconds of silence another may take a run over.
    """

    store: Store
    make: Make
    reports: Path
    worker: str
    operator: str
    clock: Callable[[], datetime] = utc_now
    lease_s: float = LEASE_S


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt, and which files it wrote."""

    schedule: ReportSchedule
    run: ReportRun
    files: tuple[Path, ...] = ()


def run_due(reporter: Reporter, *, stop: Callable[[], bool] = lambda: False) -> tuple[Outcome, ...]:
    """Carry out everything that is due and free; return what came of it.

    `stop` is asked before each run. What fails is recorded and told as a `failed` or `waiting` run.

    Raises
    ------
    StoreError
        The database cannot be reached; a run under way is taken up again once its lease has run out.
    """
    outcomes: list[Outcome] = []
    moved = True
    while moved:
        moved = False
        for one in pending(reporter.store, reporter.clock()):
            if stop():
                return tuple(outcomes)
            outcome = _attempt(reporter, one)
            if outcome is not None:
                outcomes.append(outcome)
                moved = True
    return tuple(outcomes)


def _attempt(reporter: Reporter, one: Pending) -> Outcome | None:
    run = reporter.store.runs.claim(
        one.schedule.id or 0,
        one.due_at,
        begin=one.begin,
        worker=reporter.worker,
        lease_s=reporter.lease_s,
        now=reporter.clock(),
    )
    if run is None:  # another has it, or it is not to be tried yet
        return None
    try:
        return _carry_out(reporter, one.schedule, run)
    except StoreError as error:
        if error.code != "run_lost":
            raise
        log.warning("%s", error)
        return None


def _carry_out(reporter: Reporter, schedule: ReportSchedule, run: ReportRun) -> Outcome:
    if run.attempts > len(PAUSES) + 1:
        return _failed(reporter, schedule, run, _abandoned())
    try:
        with held(reporter.store, run, lease_s=reporter.lease_s, clock=reporter.clock):
            made = reporter.make(schedule, run)
            wanted = not (made.empty and schedule.only_when is OnlyWhen.SOMETHING)
            written = _write(reporter, schedule, run, made) if wanted else {}
    except OptimageError as error:
        return _failed(reporter, schedule, run, error)
    except Exception as error:  # a block of a plugin may raise anything; it costs this report, not the service
        log.exception("report %s failed unexpectedly", schedule.name)
        return _failed(reporter, schedule, run, _unexpected(error))
    ended = reporter.store.runs.finish(
        run.id,
        RunState.DONE if wanted else RunState.NOTHING,
        worker=run.worker,
        operator=reporter.operator,
        now=reporter.clock(),
        reports=written.values(),
        notices=words.ready(schedule, run, tuple(written.values())) if wanted else (),
    )
    log.info("report %s: %s", schedule.name, ", ".join(map(str, written)) or ended.state)
    return Outcome(schedule, ended, tuple(written))


def _failed(reporter: Reporter, schedule: ReportSchedule, run: ReportRun, error: OptimageError) -> Outcome:
    now = reporter.clock()
    next_try = now + PAUSES[run.attempts - 1] if run.attempts <= len(PAUSES) else None
    ended = reporter.store.runs.fail(
        run.id,
        worker=run.worker,
        operator=reporter.operator,
        now=now,
        code=error.code,
        error=error.message,
        next_try=next_try,
        notices=() if next_try else words.failed(schedule, run, error),
    )
    log.error("report %s failed (attempt %d): %s", schedule.name, run.attempts, error)
    return Outcome(schedule, ended)


def _abandoned() -> OptimageError:
    return StoreError(
        "run_abandoned",
        N_("every service that began it ended without warning"),
        advice=N_("see the log of the service, and whether the computer has enough memory"),
    )


def _unexpected(error: Exception) -> OptimageError:
    text = f"{type(error).__name__}: {error}"
    return OptimageError("unexpected", N_("unexpected error: {error}"), error=text)


def _write(reporter: Reporter, schedule: ReportSchedule, run: ReportRun, made: Made) -> dict[Path, NewReport]:
    written = {}
    _require_held(reporter, run)
    for form, content in made.files.items():
        target = reporter.reports / _file_name(reporter.store, schedule, run, form)
        write_atomically(target, content)
        written[target] = NewReport(
            kind="period",
            sha256=sha256(content).hexdigest(),
            file_name=target.name,
            template=schedule.template,
            form=form,
            language=schedule.language,
            selection=schedule.selection,
            begin=run.begin,
            end=run.end,
            behind=made.behind,
        )
    return written


def _require_held(reporter: Reporter, run: ReportRun) -> None:
    """Raise StoreError `run_lost` where another took the run over: its files are there already."""
    now = reporter.clock()
    if not reporter.store.runs.renew(run.id, worker=run.worker, lease_s=reporter.lease_s, now=now):
        raise run_lost(run.id)


def _file_name(store: Store, schedule: ReportSchedule, run: ReportRun, form: str) -> str:
    """Return the name of a file: the same whenever a run is tried, and never that of another run's file."""
    stem = "-".join((schedule.name, *words.days_of(schedule, run)))
    taken = store.reports.list(file_name=f"{stem}.{form}")
    return f"{stem}-{run.id}.{form}" if taken else f"{stem}.{form}"
