# SPDX-License-Identifier: LGPL-3.0-or-later
"""From the errors of pydantic to sentences with file, line and key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from optimage.messages import N_, Message, Value
from optimage.profile_files.lines import Lines, line_of
from optimage.profile_files.schema import ProfileTable

TEMPLATES = {
    "missing": N_("{where}: is missing"),
    "string_type": N_("{where}: need text, got {value}"),
    "string_too_short": N_("{where}: is empty"),
    "string_pattern_mismatch": N_("{where}: need 1 to 64 of a-z, 0-9 and _, got {value}"),
    "float_type": N_("{where}: need a number, got {value}"),
    "finite_number": N_("{where}: need a finite number, got {value}"),
    "int_type": N_("{where}: need a whole number, got {value}"),
    "bool_type": N_("{where}: need true or false, got {value}"),
    "list_type": N_("{where}: need a list, got {value}"),
    "tuple_type": N_("{where}: need a list, got {value}"),
    "too_short": N_("{where}: the list is empty"),
    "dict_type": N_("{where}: need a table, got {value}"),
    "model_type": N_("{where}: need a table, got {value}"),
    "greater_than_equal": N_("{where}: need {ge} or more, got {value}"),
    "literal_error": N_("{where}: need one of {expected}, got {value}"),
}
UNKNOWN = N_("{where}: is unknown here; known: {known}")
UNKNOWN_NEAR = N_("{where}: is unknown here; did you mean {near}?")
OTHER = N_("{where}: {problem}")


@dataclass(frozen=True, slots=True)
class Source:
    """Where the text came from, and the lines of its keys."""

    name: str
    lines: Lines

    def line(self, key: Sequence[str]) -> int:
        """Return the line of `key`."""
        return line_of(self.lines, key)

    def where(self, key: Sequence[str]) -> str:
        """Return `file:line: key` as sentences begin with it."""
        return f"{self.name}:{self.line(key)}: {'.'.join(key)}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake and its place."""

    line: int
    message: Message


def problem(source: Source, key: Sequence[str], template: str, **values: Value) -> Problem:
    """Create a problem; `template` begins with the field `where`."""
    return Problem(source.line(key), Message(template, {"where": source.where(key), **values}))


def problems_of(error: ValidationError, source: Source, root: type[BaseModel] = ProfileTable) -> list[Problem]:
    """Return one problem for each error of pydantic in a file whose outermost table is `root`."""
    return [_problem(details, source, root) for details in error.errors(include_url=False)]


def unknown(source: Source, key: Sequence[str], known: Sequence[str]) -> Problem:
    """Create the problem of a key that does not exist, with the nearest that does."""
    near = get_close_matches(key[-1], known, n=1)
    if near:
        return problem(source, key, UNKNOWN_NEAR, near=near[0])
    return problem(source, key, UNKNOWN, known=", ".join(known) or "-")


def _problem(details: ErrorDetails, source: Source, root: type[BaseModel]) -> Problem:
    key = tuple(map(str, details["loc"]))
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        return unknown(source, key, _known(key, root))
    if kind == "optimage":
        values = {name: value for name, value in context.items() if name != "template"}
        return problem(source, key, context["template"], **values)
    if kind in TEMPLATES:
        return problem(source, key, TEMPLATES[kind], **_plain(context), value=str(details["input"]))
    return problem(source, key, OTHER, problem=details["msg"])


def _plain(context: Mapping[str, Any]) -> dict[str, Value]:
    return {name: value for name, value in context.items() if isinstance(value, (str, int, float))}


def _known(key: Sequence[str], root: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys that the table around `key` can have."""
    kind: Any = root
    for part in key[:-1]:
        is_table = isinstance(kind, type) and issubclass(kind, BaseModel)
        kind = kind.model_fields[part].annotation if is_table else get_args(kind)[1]
    return tuple(kind.model_fields)
