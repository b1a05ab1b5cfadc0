# SPDX-License-Identifier: LGPL-3.0-or-later
"""Values that a person reads: how they join what the images gave, and how they outlive a new analysis."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from math import isnan, nan
from typing import TYPE_CHECKING

from optimage.errors import StoreError
from optimage.judge import judge_all, overall
from optimage.messages import N_, Message
from optimage.model.outcome import Reading, Result
from optimage.model.profile import READING_METHOD, Profile, ReadingRule
from optimage.model.results import AnalysisResult, Failure, Measurement, Note

if TYPE_CHECKING:
    from optimage.store.engine import Store

MISSING = "reading_missing"
ATTEMPTS = 3  # of storing, when somebody else stores a result of the same set at that moment


def with_readings(result: Result, readings: tuple[Reading, ...], profile: Profile) -> Result:
    """Return `result` with exactly these readings, judged again by the tolerances of `profile`.

    Readings that are required and not there become NaN with a failure that
    says how to enter them; optional ones are then left out, limits or not.
    A result without images is judged by the tolerances of readings alone.
    """
    if not profile.readings and not readings:
        return result
    others = tuple(one for one in _measurements(result) if not _is_place(one, profile))
    rules = open_rules(result, profile)
    given = {reading.key: reading for reading in readings}
    read = tuple(_measurement(rule, given.get(rule.key)) for rule in rules if rule.required or rule.key in given)
    failures = tuple(failure for failure in result.failures if failure.code != MISSING)
    skipped = {rule.key for rule in rules} - {one.key for one in read}
    if not result.inputs and not failures:
        skipped = set(profile.tolerances) - {one.key for one in read}
    tolerances = {key: tolerance for key, tolerance in profile.tolerances.items() if key not in skipped}
    judged = judge_all(AnalysisResult((*others, *read)), tolerances)
    missing = (_missing(rule) for rule in rules if rule.required and rule.key not in given)
    return replace(
        result,
        measurements=judged,
        verdict=overall(judged, failures),
        failures=(*failures, *missing),
        provenance=replace(result.provenance, readings=readings),
    )


def open_rules(result: Result, profile: Profile) -> tuple[ReadingRule, ...]:
    """Return the readings that a person can enter: those of the profile that the module did not measure itself."""
    measured = {one.key for one in _measurements(result) if not _is_place(one, profile)}
    return tuple(rule for rule in profile.readings if rule.key not in measured)


def carry_over(result: Result, previous: Result | None, profile: Profile) -> Result:
    """Return a new analysis with the readings of the result that it supersedes, and a note that says so.

    A reading that the revision does not have any more, or has in another
    unit, is left behind with a note; it stays with the superseded result.
    """
    readings = previous.provenance.readings if previous else ()
    if previous is None or not readings:
        return result
    units = {rule.key: rule.unit for rule in open_rules(result, profile)}
    kept = tuple(reading for reading in readings if units.get(reading.key) == reading.unit)
    left = tuple(reading for reading in readings if reading not in kept)
    notes = (
        *_notes("readings_carried", N_("readings of result {id} were carried over: {keys}"), previous, kept),
        *_notes("readings_left", N_("readings of result {id} do not fit this revision: {keys}"), previous, left),
    )
    return with_readings(replace(result, notes=(*result.notes, *notes)), kept, profile)


def add_with_readings(
    store: "Store", result: Result, profile: Profile | None, *, set_id: int, job_id: int | None, operator: str
) -> Result:
    """Store a new analysis of a set, with the readings that were entered at its current result."""
    if profile is None:
        return store.results.add(result, set_id=set_id, job_id=job_id, operator=operator)

    def attempt() -> Result:
        previous = store.results.current_of(set_id)
        carried = carry_over(result, previous, profile)
        over = (previous.id if previous else None) or 0
        return store.results.add(carried, set_id=set_id, job_id=job_id, operator=operator, over=over)

    return until_undisturbed(attempt)


def until_undisturbed(attempt: Callable[[], Result]) -> Result:
    """Call `attempt` again where another result of the set came between reading and writing."""
    for _ in range(ATTEMPTS - 1):
        try:
            return attempt()
        except StoreError as error:
            if error.code != "result_overtaken":
                raise
    return attempt()


def _measurements(result: Result) -> tuple[Measurement, ...]:
    return tuple(judged.measurement for judged in result.measurements)


def _is_place(measurement: Measurement, profile: Profile) -> bool:
    """Whether a measurement is a reading, or only the place that a tolerance keeps for one."""
    if measurement.method == READING_METHOD:
        return True
    is_gap = isnan(measurement.value) and not measurement.method
    return is_gap and any(rule.key == measurement.key for rule in profile.readings)


def _measurement(rule: ReadingRule, reading: Reading | None) -> Measurement:
    if reading is None:
        return Measurement(rule.key, nan, rule.unit, method=READING_METHOD)
    return Measurement(rule.key, reading.value, rule.unit, reading.uncertainty, READING_METHOD)


def _missing(rule: ReadingRule) -> Failure:
    values = {"title": rule.title or rule.key, "key": rule.key, "unit": rule.unit, "help": rule.help}
    message = Message(N_("{title} was not entered"), values)
    if rule.help:
        advice = N_("enter it in {unit} with optimage results add RESULT_ID {key}=VALUE ({help})")
    else:
        advice = N_("enter it in {unit} with optimage results add RESULT_ID {key}=VALUE")
    return Failure(rule.key, MISSING, message, Message(advice, values))


def _notes(code: str, template: str, previous: Result, readings: Sequence[Reading]) -> Iterator[Note]:
    if readings:
        keys = ", ".join(reading.key for reading in readings)
        yield Note(code, Message(template, {"id": previous.id or 0, "keys": keys}))
