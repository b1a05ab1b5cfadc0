# SPDX-License-Identifier: LGPL-3.0-or-later
"""TOML -> Profile, with every mistake at once: file, line, key, what was expected, what was found."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from optimage.errors import ProfileError
from optimage.messages import N_, Message
from optimage.model.phantom import PhantomInfo
from optimage.model.profile import Profile
from optimage.profile_files.lines import lines_of

if TYPE_CHECKING:
    from optimage.profile_files.problems import Problem, Source
    from optimage.profile_files.promises import CheckParameters, IsKeyword

SYNTAX = N_("{where}: {problem}")
LINE = re.compile(r"at line (\d+)")


class LoadedProfile(NamedTuple):
    """A profile with the text it came from, and the hash of that text (hexadecimal)."""

    profile: Profile
    text: str
    sha256: str


def load_profile(
    given: Path | str,
    *,
    is_keyword: "IsKeyword | None" = None,
    modules: Mapping[str, PhantomInfo] | None = None,
    check_parameters: "CheckParameters | None" = None,
) -> LoadedProfile:
    """Read a profile.

    Parameters
    ----------
    given : Path or str
        A file, or the text itself.
    is_keyword : callable, optional
        Whether a text is a keyword of the DICOM dictionary; not checked without it.
    modules : mapping of id to PhantomInfo, optional
        The phantom modules there are; phantom, roles, parameters and keys
        of tolerances are not checked without it.
    check_parameters : callable, optional
        Raises UsageError for wrong parameters of a module.

    Returns
    -------
    LoadedProfile
        The value, the text as it stands in the file, and the SHA-256 of that text in UTF-8.

    Raises
    ------
    ProfileError
        `profile_unreadable`, or `profile_invalid` with all `problems` in the order of their lines.
    """
    name, text = _read(given)
    table = _table(name, text)
    from optimage.profile_files import promises
    from optimage.profile_files.problems import Source

    source = Source(name, lines_of(text))
    profile, found = _validated(table, source)
    found += promises.different_groups(table, source)
    found += promises.bad_reading_keys(table, source)
    if is_keyword is not None:
        found += promises.unknown_keywords(table, source, is_keyword)
    if modules is not None:
        found += promises.broken_promises(table, source, modules, check_parameters)
    if profile is None or found:
        ordered = sorted(found, key=lambda problem: problem.line)
        raise _invalid(name, (problem.message for problem in ordered))
    return LoadedProfile(profile, text, sha256(text.encode()).hexdigest())


def _validated(table: dict[str, Any], source: "Source") -> "tuple[Profile | None, list[Problem]]":
    from pydantic import ValidationError

    from optimage.profile_files.problems import problems_of
    from optimage.profile_files.schema import ProfileTable

    try:
        return ProfileTable.model_validate(table).profile(), []
    except ValidationError as error:
        return None, problems_of(error, source)


def _read(given: Path | str) -> tuple[str, str]:
    if isinstance(given, str):
        return "profile", given
    try:
        return str(given), given.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileError(
            "profile_unreadable",
            N_("the profile {file} cannot be read: {error}"),
            file=str(given),
            error=str(error),
        ) from error


def _table(name: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = LINE.search(str(error))
        where = f"{name}:{line.group(1)}" if line else name
        raise _invalid(name, [Message(SYNTAX, {"where": where, "problem": str(error)})]) from error


def _invalid(name: str, problems: Iterable[Message]) -> ProfileError:
    listed = tuple(problems)
    error = ProfileError(
        "profile_invalid", N_("the profile {file} has mistakes: {count}"), file=name, count=len(listed)
    )
    return error.with_problems(listed)
