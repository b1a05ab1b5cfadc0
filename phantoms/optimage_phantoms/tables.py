# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reading the data file of a module: its tables become frozen values, its hash goes with every result."""

import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

Rules = TypeVar("Rules")


def read_tables(path: Path, *, schema: int) -> tuple[str, Mapping[str, Any]]:
    """Return the SHA-256 of a data file and its tables.

    Raises
    ------
    ValueError
        The file has another schema than the code that reads it.
    """
    data = path.read_bytes()
    tables = tomllib.loads(data.decode())
    if tables["schema"] != schema:
        raise ValueError(f"{path.name}: schema {tables['schema']} is not {schema}")
    return sha256(data).hexdigest(), tables


def fill(kind: type[Rules], table: Mapping[str, Any]) -> Rules:
    """Return `kind` with its fields taken from `table` by name; what else stands there is for people."""
    return kind(**{name: table[name] for name in get_type_hints(kind)})
