# SPDX-License-Identifier: LGPL-3.0-or-later
"""Bringing older results along: a CSV file and its mapping become results of a profile, all of them or none."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from optimage.errors import UsageError
from optimage.history.records import Records, read_records
from optimage.i18n import say_error
from optimage.messages import N_, Message
from optimage.model.outcome import DeviceIdentity, Result
from optimage.model.phantom import PhantomInfo
from optimage.model.profile import Profile
from optimage.profile_files.mapping import LoadedMapping, load_mapping
from optimage.profile_files.problems import Problem
from optimage.store.engine import Store
from optimage.workflow.importing.devices import Devices
from optimage.workflow.importing.results import Import
from optimage.workflow.importing.rules import implausible, method_of, promises_of, wrong_rules


@dataclass(frozen=True, slots=True)
class History:
    """What a file holds for a profile, checked.

    `empty` and `ignored` count rows without a value, and those the mapping leaves out; `measured` those of moments
    whose images were measured, or values entered, already; `new` are devices that were not known.
    """

    file: Path
    sha256: str
    results: tuple[Result, ...]
    empty: int = 0
    ignored: int = 0
    measured: int = 0
    new: tuple[DeviceIdentity, ...] = ()


def read_history(
    store: Store, info: PhantomInfo | None, profile_id: str, file: Path, mapping: Path, *, operator: str
) -> History:
    """Check a file of older results against its mapping and the profile; nothing is stored.

    Parameters
    ----------
    store : Store
        Knows devices, and the methods that were used.
    info : PhantomInfo or None
        The card of the profile's module, if that is installed.
    profile_id, operator : str
        Profile of the results, whose present revision counts, and who imports them.
    file, mapping : Path
        The CSV file, and what its columns mean.

    Returns
    -------
    History
        The results, in the order of the file.

    Raises
    ------
    UsageError
        `unknown_profile`, `mapping_unreadable`, `mapping_invalid`, `history_unreadable`, or `history_invalid` with
        all `problems`.
    """
    revision, loaded = store.profiles.get(profile_id), load_mapping(mapping)
    content, now = _content(file), datetime.now(UTC)
    promises = promises_of(store, revision.profile, info)
    read = read_records(str(file), content, loaded.table, now)
    devices = Devices(store, revision, loaded.table)
    of_file = (
        *read.problems,
        *_wrong_devices(file, read, devices),
        *_implausible(file, read, loaded, revision.profile),
    )
    problems = [*_in_order(wrong_rules(loaded, promises)), *_in_order(of_file)]
    if problems:
        raise _invalid(file, tuple(problems))
    methods = {key: method_of(rule, promises[key]) for key, rule in loaded.table.values.items()}
    units = {key: promises[key].unit for key in methods}
    brought = Import(revision, units, methods, loaded.table.judge, operator, now, file.name)
    results = tuple(brought.result(record, devices.named(record.device)) for record in read.records)
    fresh = _not_measured(store, profile_id, results)
    new = tuple(unit for unit in dict.fromkeys(one.acquisition.device for one in fresh) if devices.is_new(unit))
    counts = {"empty": read.empty, "ignored": read.ignored, "measured": len(results) - len(fresh)}
    return History(file, sha256(content).hexdigest(), fresh, new=new, **counts)


def store_history(store: Store, history: History, *, operator: str) -> tuple[int, ...]:
    """Store what was read, in one transaction.

    Returns
    -------
    tuple of int
        Numbers of the results that were not there before; `operator` is remembered with them.
    """
    return store.imports.add(history.results, sha256=history.sha256, file_name=history.file.name, operator=operator)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(
            "history_unreadable", N_("the file {file} cannot be read: {error}"), file=str(file), error=str(error)
        ) from error


def _wrong_devices(file: Path, read: Records, devices: Devices) -> Iterator[Problem]:
    """Yield each device that cannot be told once, in the line that first names it."""
    lines = {record.device: record.line for record in reversed(read.records)}
    for name, line in sorted(lines.items(), key=lambda item: item[1]):
        try:
            devices.named(name)
        except UsageError as error:
            told = {"where": f"{file}:{line}", "problem": say_error(error)}
            yield Problem(line, Message(N_("{where}: {problem}"), told))


def _implausible(file: Path, read: Records, loaded: LoadedMapping, profile: Profile) -> Iterator[Problem]:
    for record in read.records:
        yield from implausible(str(file), record, loaded.table, profile)


def _in_order(problems: Iterable[Problem]) -> list[Message]:
    return [problem.message for problem in sorted(problems, key=lambda problem: problem.line)]


def _not_measured(store: Store, profile_id: str, results: Sequence[Result]) -> tuple[Result, ...]:
    """Leave out what is stored as measured at the same moment on the same device: it would count twice."""
    moments = [result.acquisition.at for result in results if result.acquisition.at]
    if not moments:
        return ()
    until = max(moments) + timedelta(seconds=1)
    stored = store.results.current(profile_id=profile_id, since=min(moments), until=until)
    measured = {_occasion(one) for one in stored if not one.provenance.imported}
    return tuple(one for one in results if _occasion(one) not in measured)


def _occasion(result: Result) -> tuple[str, str]:
    at = result.acquisition.at
    return result.acquisition.device.title, "" if at is None else at.astimezone(UTC).isoformat(timespec="seconds")


def _invalid(file: Path, problems: tuple[Message, ...]) -> UsageError:
    error = UsageError(
        "history_invalid",
        N_("nothing of {file} was imported; mistakes: {count}"),
        advice=N_("mend the lines named and try again"),
        file=str(file),
        count=len(problems),
    )
    error.problems = problems
    return error
