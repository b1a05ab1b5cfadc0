# SPDX-License-Identifier: LGPL-3.0-or-later
"""Values of the model as JSON text in one column, and back."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

from optimage.model.plain import from_plain, to_plain

T = TypeVar("T")
AS_STORED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
IN_ORDER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def dump(value: Any) -> str:
    """Return `value` as JSON."""
    return AS_STORED.encode(to_plain(value))


def load(kind: type[T], text: str) -> T:
    """Rebuild a value of `kind` (a dataclass, or a tuple of them) from its JSON."""
    return from_plain(kind, json.loads(text))


def digest(value: Any) -> str:
    """Return the SHA-256 of `value`, the same whatever the order of its keys."""
    return sha256(IN_ORDER.encode(to_plain(value)).encode()).hexdigest()


def utc_now() -> datetime:
    """Return the instant with its zone."""
    return datetime.now(UTC)
