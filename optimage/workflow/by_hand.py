# SPDX-License-Identifier: LGPL-3.0-or-later
"""Analysing what a person names: the same steps as the service takes, one after the other."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from optimage.dicom.reader import find_objects
from optimage.errors import OptimageError, PluginError, UsageError
from optimage.messages import N_
from optimage.model.outcome import Result
from optimage.model.profile import ProfileRevision
from optimage.model.results import AnalysisResult, Failure
from optimage.plugins.manager import load_module
from optimage.profile_files.defaults import with_default_inputs
from optimage.workflow.evaluate import evaluate
from optimage.workflow.gather import NO_IMAGES, Task, for_any_profile, for_module, for_profile, without_strangers
from optimage.workflow.orders import WorkOrder, WorkOutcome
from optimage.workflow.replay import load_localisation
from optimage.workflow.work import carry_out

if TYPE_CHECKING:
    from optimage.store.engine import Store
    from optimage.workflow.bus import Bus

NOT_AVAILABLE = frozenset({"plugin_broken", "plugin_disabled", "unknown_phantom"})
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for on the command line or at the desktop."""

    paths: tuple[Path, ...]
    phantom: str | None = None
    profile_id: str | None = None
    parameters: Mapping[str, str] | None = None
    localisation: Path | None = None


def analyse_only(request: Request, revisions: Sequence[ProfileRevision], *, operator: str) -> tuple[Result, ...]:
    """Analyse and judge without touching the database; every set tried gives one result."""
    return tuple(result for _task, result in judged(request, revisions, operator=operator))


def judged(request: Request, revisions: Sequence[ProfileRevision], *, operator: str) -> Iterator[tuple[Task, Result]]:
    """Yield what `analyse_only` returns, each result with the task it came of."""
    for task in tasks_of(request, revisions):
        yield task, _judge(task, operator)


def analyse_and_keep(request: Request, store: "Store", bus: "Bus", *, operator: str) -> tuple[Result, ...]:
    """Analyse and judge, and keep images and results; what could not even be read is told, not kept."""
    from optimage.model.events import ResultStored
    from optimage.workflow.found_events import keep_found_events
    from optimage.workflow.keep import keep_task
    from optimage.workflow.watch import keep_signals

    results = []
    for task in tasks_of(request, store.profiles.current()):
        result = _judge(task, operator)
        if task.order.sources:
            result = keep_task(store, task, result, operator=operator, now=datetime.now(UTC))
            keep_found_events(store, result)
            keep_signals(store, result)
            bus.publish(ResultStored(result))
        results.append(result)
    return tuple(results)


def tasks_of(request: Request, revisions: Sequence[ProfileRevision]) -> tuple[Task, ...]:
    """Find the images and write one task for every measurement set among them."""
    found = without_strangers(find_objects(request.paths), frozenset(map(str, request.paths)))
    parameters = dict(request.parameters or {})
    if request.profile_id:
        tasks = for_profile(found, _chosen(request.profile_id, revisions), parameters)
    elif request.phantom:
        tasks = for_module(found, load_module(request.phantom).info, parameters)
    else:
        tasks = for_any_profile(found, tuple(_completed_if_possible(r) for r in revisions), parameters)
    if not tasks:
        tasks = (Task(WorkOrder(request.phantom or "", (), failures=(NO_IMAGES,))),)
    if request.localisation is None:
        return tasks
    replayed = load_localisation(request.localisation)
    return tuple(replace(task, order=replace(task.order, localisation=replayed)) for task in tasks)


def _chosen(profile_id: str, revisions: Sequence[ProfileRevision]) -> ProfileRevision:
    for revision in revisions:
        if revision.profile.id == profile_id:
            return _completed(revision)
    raise UsageError(
        "unknown_profile",
        N_("no profile {profile} is applied"),
        advice=N_("see optimage profile list, and apply its file first"),
        profile=profile_id,
    )


def _completed(revision: ProfileRevision) -> ProfileRevision:
    info = load_module(revision.profile.phantom).info
    return replace(revision, profile=with_default_inputs(revision.profile, info))


def _completed_if_possible(revision: ProfileRevision) -> ProfileRevision:
    """Return the profile as it stands where its module is not available: it then takes no image from the others."""
    try:
        return _completed(revision)
    except OptimageError as error:
        log.warning("profile %s: %s", revision.profile.id, error)
        return revision


def _judge(task: Task, operator: str) -> Result:
    outcome = _outcome(task.order) if task.order.sources else _nothing_to_measure(task.order)
    return evaluate(task.order, outcome, revision=task.revision, operator=operator)


def _outcome(order: WorkOrder) -> WorkOutcome:
    """Carry out `order`; a profile whose module is not there spoils its own images only."""
    try:
        return carry_out(order)
    except (PluginError, UsageError) as error:
        if error.code not in NOT_AVAILABLE:
            raise
        return WorkOutcome(AnalysisResult(failures=(Failure.from_error("", error),)))


def _nothing_to_measure(order: WorkOrder) -> WorkOutcome:
    return WorkOutcome(AnalysisResult(failures=order.failures))
