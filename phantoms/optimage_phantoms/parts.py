# SPDX-License-Identifier: LGPL-3.0-or-later
"""Sub-tests side by side: each gives its part, and one that fails hides no other."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from optimage.api import N_, AnalysisError, Curve, Failure, Message, Note, Overlay

Case = TypeVar("Case")
Value = tuple[float, float]
"""A value and its standard uncertainty (k = 1)."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a sub-test gave; `problem` says why it gave less than it should."""

    values: Mapping[str, Value] = field(default_factory=dict)
    overlays: tuple[Overlay, ...] = ()
    notes: tuple[Note, ...] = ()
    problem: AnalysisError | None = None
    curves: tuple[Curve, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What one case (slice, frame, pair) gave: values, regions, curves, remarks, and failures by sub-test."""

    values: Mapping[str, Value]
    overlays: tuple[Overlay, ...]
    notes: tuple[Note, ...]
    failures: Mapping[str, AnalysisError]
    curves: tuple[Curve, ...] = ()


Subtests = Mapping[str, Callable[[Case, Mapping[str, Value]], Part]]
"""By name, in order: what measures a case, given also the values of those before it."""


def run_subtests(case: Case, subtests: Subtests[Case]) -> CaseResult:
    """Run `subtests` in order; a later one may use the values of an earlier one."""
    values: dict[str, Value] = {}
    parts: dict[str, Part] = {}
    for name, subtest in subtests.items():
        try:
            parts[name] = subtest(case, values)
        except AnalysisError as error:
            parts[name] = Part(problem=error)
        values |= parts[name].values
    return CaseResult(
        values,
        tuple(overlay for part in parts.values() for overlay in part.overlays),
        unique(note for part in parts.values() for note in part.notes),
        {name: part.problem for name, part in parts.items() if part.problem},
        tuple(curve for part in parts.values() for curve in part.curves),
    )


def unique(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return `notes` in order, each sentence once."""
    return tuple({str(note.message): note for note in notes}.values())


def sorted_failures(
    results: Mapping[str, CaseResult], *, joined: Callable[[list[str]], str] = "; ".join
) -> tuple[tuple[Failure, ...], tuple[Note, ...]]:
    """Return sub-tests that failed in every case as failures, those that failed in some as notes.

    `results` are those of the cases by item; `joined` writes several items.
    """
    failed: dict[str, list[str]] = defaultdict(list)
    for item, result in results.items():
        for subtest in result.failures:
            failed[subtest].append(item)
    failures, notes = [], []
    for subtest, items in failed.items():
        error = results[items[0]].failures[subtest]
        if len(items) == len(results):
            failures.append(Failure.from_error(subtest, error))
            continue
        template = N_("the sub-test {subtest} gave nothing in {items}")
        notes.append(Note(error.code, Message(template, {"subtest": subtest, "items": joined(items)})))
    return tuple(failures), tuple(notes)
