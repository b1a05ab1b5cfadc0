# SPDX-License-Identifier: LGPL-3.0-or-later
"""What changes from one profile to the next, entry by entry."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from optimage.matching.conditions import expected_text
from optimage.messages import N_, Message
from optimage.model.profile import MatchRule, Profile
from optimage.model.tolerance import Band, Bound

NAMES = ("keyword", "role", "key")  # what tells the entries of a list apart


def difference(old: Profile, new: Profile) -> tuple[Message, ...]:
    """Return one sentence for each entry that is new, gone or changed; empty if nothing is."""
    before, after = dict(_entries("", old)), dict(_entries("", new))
    keys = dict.fromkeys((*before, *after))
    changed = [key for key in keys if before.get(key) != after.get(key)]
    return tuple(_sentence(key, before.get(key), after.get(key)) for key in changed)


def _sentence(key: str, old: str | None, new: str | None) -> Message:
    if old is None:
        return Message(N_("{key}: new, {new}"), {"key": key, "new": str(new)})
    if new is None:
        return Message(N_("{key}: gone, was {old}"), {"key": key, "old": old})
    return Message(N_("{key}: {old} -> {new}"), {"key": key, "old": old, "new": new})


def _entries(path: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every entry with its dotted path; what is not set has none."""
    if isinstance(value, MatchRule):
        yield path, expected_text(value.condition) + (" (required)" if value.required else "")
        return
    parts = _parts(value)
    for name, part in parts.items():
        yield from _entries(f"{path}.{name}" if path else name, part)
    if not parts and value not in (None, "", ()) and not isinstance(value, Mapping):
        yield path, ", ".join(value) if isinstance(value, tuple) else str(value)


def _parts(value: Any) -> Mapping[str, Any]:
    """Return what is inside a table, by name; nothing for a plain value."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, tuple):
        names = (next((getattr(one, name) for name in NAMES if hasattr(one, name)), None) for one in value)
        return {name: one for name, one in zip(names, value, strict=True) if name is not None}
    if is_dataclass(value):
        kind = {"kind": value.kind} if isinstance(value, (Band, Bound)) else {}
        return kind | {one.name: getattr(value, one.name) for one in fields(value)}
    return {}
