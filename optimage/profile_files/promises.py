# SPDX-License-Identifier: LGPL-3.0-or-later
"""Whether a profile asks only for what DICOM and its phantom module have.

Works on the table as read, so that these mistakes are told together with
those of its form; what has the wrong form is left to the schema.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.phantom import ParameterValue, PhantomInfo
from optimage.profile_files.problems import Problem, Source, problem, unknown

IsKeyword = Callable[[str], bool]
CheckParameters = Callable[[PhantomInfo, Mapping[str, ParameterValue]], object]
TomlTable = Mapping[str, Any]
READING_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")

NO_KEYWORD = N_("{where}: {keyword} is no DICOM keyword")
NO_MODULE = N_("{where}: there is no phantom module {phantom}; known: {known}")
NO_ROLE = N_("{where}: the input {role} of the module {phantom} is missing")
DIFFERENT_SAME = N_("{where}: every role needs the same attributes in same, because they join the roles of one set")
BAD_READING = N_("{where}: need 1 to 64 of a-z, 0-9 and _, a letter first")
MEASURED = N_("{where}: the module {phantom} measures this itself; choose another name")
PARAMETER = N_("{where}: {problem}")


def unknown_keywords(table: TomlTable, source: Source, is_keyword: IsKeyword) -> Iterator[Problem]:
    """Tell of attributes that the DICOM dictionary does not have."""
    for key, keyword in _keywords(table):
        if not is_keyword(keyword):
            yield problem(source, key, NO_KEYWORD, keyword=keyword)


def different_groups(table: TomlTable, source: Source) -> Iterator[Problem]:
    """Tell of roles that could never come together in one set."""
    groups = {role: sorted(map(str, _same(rule))) for role, rule in _tables(table, "inputs").items()}
    first = next(iter(groups.values()), [])
    for role, group in groups.items():
        if group != first:
            yield problem(source, ("inputs", role, "same"), DIFFERENT_SAME)


def bad_reading_keys(table: TomlTable, source: Source) -> Iterator[Problem]:
    """Tell of readings whose name no measurement can have; header attributes never clash with the others."""
    for key in _tables(table, "readings"):
        if not READING_KEY.fullmatch(key):
            yield problem(source, ("readings", key), BAD_READING)


def broken_promises(
    table: TomlTable, source: Source, modules: Mapping[str, PhantomInfo], check_parameters: CheckParameters | None
) -> Iterator[Problem]:
    """Tell of a phantom, roles, parameters or measurements that do not exist."""
    phantom = str(table.get("phantom", ""))
    info = modules.get(phantom)
    if info is None:
        if phantom:
            known = ", ".join(sorted(modules)) or "-"
            yield problem(source, ("phantom",), NO_MODULE, phantom=phantom, known=known)
        return
    yield from _roles(table, source, info)
    if check_parameters is not None:
        yield from _parameters(table, source, info, check_parameters)
    measured = tuple(spec.key for spec in info.measures)
    readings = _tables(table, "readings")
    for key in readings:
        if key in measured:
            yield problem(source, ("readings", key), MEASURED, phantom=info.id)
    promised = (*measured, *_tables(table, "record"), *readings)
    for key in _tables(table, "tolerances"):
        if key not in promised:
            yield unknown(source, ("tolerances", key), promised)


def _roles(table: TomlTable, source: Source, info: PhantomInfo) -> Iterator[Problem]:
    roles = tuple(spec.role for spec in info.inputs)
    given = _tables(table, "inputs")
    for role in given:
        if role not in roles:
            yield unknown(source, ("inputs", role), roles)
    for spec in info.inputs:
        if given and spec.minimum and spec.role not in given:
            yield problem(source, ("inputs",), NO_ROLE, role=spec.role, phantom=info.id)


def _parameters(
    table: TomlTable, source: Source, info: PhantomInfo, check_parameters: CheckParameters
) -> Iterator[Problem]:
    given = _tables(table, "parameters")
    scalars = {name: value for name, value in given.items() if isinstance(value, (bool, int, float, str))}
    for name, value in scalars.items():
        try:
            check_parameters(info, {name: value})
        except UsageError as error:
            yield problem(source, ("parameters", name), PARAMETER, problem=str(error))


def _keywords(table: TomlTable) -> Iterator[tuple[tuple[str, ...], str]]:
    for part in ("match", "record"):
        yield from (((part, keyword), keyword) for keyword in _tables(table, part))
    for role, rule in _tables(table, "inputs").items():
        yield from ((("inputs", role, "same"), keyword) for keyword in _same(rule) if isinstance(keyword, str))
        yield from ((("inputs", role, "match", keyword), keyword) for keyword in _tables(rule, "match"))


def _tables(table: Any, name: str) -> TomlTable:
    found = table.get(name) if isinstance(table, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _same(rule: Any) -> list[Any]:
    found = rule.get("same", ["SeriesInstanceUID"]) if isinstance(rule, Mapping) else []
    return found if isinstance(found, list) else []
