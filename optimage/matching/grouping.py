# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the images of one measurement set have in common, and when two images have it in common."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from optimage.model.images import Header, HeaderValue
from optimage.model.profile import InputRule

# Numbers with decimals agree within one part in 10 000, and within 0.0001 of their unit: the same setting comes as
# 0.9765625 or 0.9766, the same direction as 0, -0.0 or -4.9e-12, and no setting of a device is made as finely.
RELATIVE = 1e-4
ABSOLUTE = 1e-4
_DIGITS = 6  # kept in a key
_ACQUIRED = "acquired"  # no keyword of DICOM begins with a small letter

Part = str | int | float | None
Shared = Part | tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class GroupKey:
    """The attributes that the images of a set share.

    Attributes
    ----------
    shared : tuple of (keyword, value)
        Sorted by keyword; None where an attribute is absent or empty.
    timed : bool
        Whether the time of acquisition counts, too.
    acquired_at : datetime or None
        Of the image, None where it does not count or is unknown.
    """

    shared: tuple[tuple[str, Shared], ...]
    timed: bool = False
    acquired_at: datetime | None = None

    @property
    def text(self) -> str:
        """The key as readable JSON."""
        entries: dict[str, Any] = dict(self.shared)
        if self.timed:
            entries[_ACQUIRED] = self.acquired_at.isoformat() if self.acquired_at else None
        return json.dumps(entries, sort_keys=True, ensure_ascii=False)

    @property
    def is_exact(self) -> bool:
        """Whether images belong together exactly if their texts are equal: no decimals, no time."""
        return not self.timed and not any(isinstance(part, float) for _, value in self.shared for part in _parts(value))

    def agrees(self, other: "GroupKey") -> bool:
        """Whether two images share everything but, perhaps, the time; what both lack agrees."""
        if self.shared == other.shared:
            return True
        mine, others = [name for name, _ in self.shared], [name for name, _ in other.shared]
        pairs = zip(self.shared, other.shared, strict=False)
        return mine == others and all(same(one, two) for (_, one), (_, two) in pairs)

    def apart_s(self, other: "GroupKey") -> float | None:
        """Return the seconds from one acquisition to the other, None where either is unknown."""
        if self.acquired_at is None or other.acquired_at is None:
            return None
        return abs((self.acquired_at - other.acquired_at).total_seconds())


def key_of(header: Header, rule: InputRule, acquired_at: datetime | None) -> GroupKey:
    """Return what an image shares with the others of its set."""
    shared = tuple((keyword, _shared(header.get(keyword))) for keyword in sorted(set(rule.same)))
    timed = rule.acquired_within_s is not None
    return GroupKey(shared, timed, acquired_at if timed else None)


def parse_key(text: str) -> GroupKey | None:
    """Return the key that stands in a text, None if none does."""
    try:
        entries = json.loads(text)
    except ValueError:
        return None
    if not isinstance(entries, dict):
        return None
    acquired = entries.pop(_ACQUIRED, "")
    at = datetime.fromisoformat(acquired) if acquired else None
    shared = ((name, tuple(value) if isinstance(value, list) else value) for name, value in entries.items())
    return GroupKey(tuple(sorted(shared, key=lambda one: one[0])), acquired != "", at)


def differing(one: Header, other: Header, keywords: Iterable[str]) -> Mapping[str, tuple[str, str]]:
    """Return the attributes that do not agree, in the order of `keywords`, with both values as text."""
    values = ((keyword, _shared(one.get(keyword)), _shared(other.get(keyword))) for keyword in keywords)
    return {keyword: (_text(mine), _text(others)) for keyword, mine, others in values if not same(mine, others)}


def same(one: Shared, other: Shared) -> bool:
    """Whether two values agree: texts exactly, whole numbers exactly, numbers with decimals within the precision."""
    mine, others = _parts(one), _parts(other)
    return len(mine) == len(others) and all(_same_part(a, b) for a, b in zip(mine, others, strict=True))


def _same_part(one: Part, other: Part) -> bool:
    if isinstance(one, float) or isinstance(other, float):
        if not isinstance(one, (int, float)) or not isinstance(other, (int, float)):
            return False
        return abs(one - other) <= max(ABSOLUTE, RELATIVE * max(abs(one), abs(other)))
    return one == other


def _shared(value: HeaderValue | None) -> Shared:
    if isinstance(value, tuple):
        return tuple(_part(part) for part in value) or None
    return None if value is None else _part(value)


def _part(value: str | float) -> Part:
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int):
        return value
    return float(f"{value:.{_DIGITS}g}") + 0.0 if isfinite(value) else str(value)


def _parts(value: Shared) -> tuple[Part, ...]:
    return value if isinstance(value, tuple) else (value,)


def _text(value: Shared) -> str:
    return "\\".join(f"{part:g}" if isinstance(part, float) else str(part or "-") for part in _parts(value))
