# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which attributes make measurements of a modality comparable: the table in `attributes.toml` as values."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from optimage.model.profile import RecordRule

TABLE = Path(__file__).with_name("attributes.toml")
EVERY = "*"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute that should agree.

    Attributes
    ----------
    within : float
        Tolerance of a number in its unit, or as a fraction where `relative`;
        0 where the values have to be equal.
    manual_only : bool
        Counts only while the exposure is set by hand.
    """

    keyword: str
    required: bool
    within: float = 0.0
    relative: bool = False
    manual_only: bool = False


@dataclass(frozen=True, slots=True)
class AttributeTable:
    """What matters in one modality, in the order of the table."""

    rules: tuple[Attribute, ...]
    mentioned: tuple[str, ...]
    recorded: tuple[RecordRule, ...]


@cache
def attributes_of(modality: str) -> AttributeTable:
    """Return what matters in `modality`; of an unknown one, what matters in all."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    column = table["modalities"].get(modality, "")
    return AttributeTable(
        rules=tuple(
            _attribute(keyword, entry, column)
            for keyword, entry in table["rule"].items()
            if _in(entry.get("required", ()), column) or _in(entry.get("optional", ()), column)
        ),
        mentioned=tuple(keyword for keyword, entry in table["mention"].items() if _in(entry["modalities"], column)),
        recorded=tuple(
            RecordRule(keyword, entry["unit"])
            for keyword, entry in table["record"].items()
            if _in(entry["modalities"], column)
        ),
    )


def _attribute(keyword: str, entry: Mapping[str, Any], column: str) -> Attribute:
    given = entry.get("within_for", {}).get(column, entry.get("within", 0.0))
    relative = isinstance(given, str)
    within = float(given.removesuffix("%")) / 100 if relative else float(given)
    required = _in(entry.get("required", ()), column)
    return Attribute(keyword, required, within, relative, manual_only=_in(entry.get("manual_only", ()), column))


def _in(modalities: list[str] | tuple[str, ...], column: str) -> bool:
    return EVERY in modalities or column in modalities
