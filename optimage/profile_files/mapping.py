# SPDX-License-Identifier: LGPL-3.0-or-later
"""A mapping file as a value, or everything that is wrong in it, each mistake with its line."""

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from optimage.errors import UsageError
from optimage.messages import N_, Message
from optimage.profile_files.lines import lines_of

if TYPE_CHECKING:
    from optimage.profile_files.mapping_tables import MappingTable
    from optimage.profile_files.problems import Source

SYNTAX = N_("{where}: {problem}")
LINE = re.compile(r"at line (\d+)")


class LoadedMapping(NamedTuple):
    """A mapping, and where its keys stand."""

    table: "MappingTable"
    source: "Source"


def load_mapping(path: Path) -> LoadedMapping:
    """Read a mapping file.

    Raises
    ------
    UsageError
        `mapping_unreadable`, or `mapping_invalid` with all `problems`.
    """
    try:
        text = path.read_bytes().decode()
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = LINE.search(str(error))
        where = f"{path}:{line.group(1)}" if line else str(path)
        raise _invalid(path, (Message(SYNTAX, {"where": where, "problem": str(error)}),)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "mapping_unreadable", N_("the mapping {file} cannot be read: {error}"), file=str(path), error=str(error)
        ) from error
    from pydantic import ValidationError

    from optimage.profile_files.mapping_tables import MappingTable
    from optimage.profile_files.problems import Source, problems_of

    source = Source(str(path), lines_of(text))
    try:
        return LoadedMapping(MappingTable.model_validate(given), source)
    except ValidationError as error:
        found = sorted(problems_of(error, source, MappingTable), key=lambda problem: problem.line)
        raise _invalid(path, tuple(problem.message for problem in found)) from error


def _invalid(path: Path, problems: tuple[Message, ...]) -> UsageError:
    error = UsageError(
        "mapping_invalid", N_("the mapping {file} has mistakes: {count}"), file=str(path), count=len(problems)
    )
    error.problems = problems
    return error
