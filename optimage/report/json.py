# SPDX-License-Identifier: LGPL-3.0-or-later
"""The document model for machines: every part with its texts, and the numbers behind them."""

import json
from dataclasses import fields
from enum import Enum
from functools import cache
from hashlib import sha256
from math import isfinite
from numbers import Integral, Real
from typing import Any

from optimage.charts.picture import PictureSpec
from optimage.document.parts import Document, Part, Picture, Pictures

SCHEMA, VERSION = "optimage/report", 1


def write_json(document: Document) -> bytes:
    """Return `document` as JSON in ASCII, the same bytes for the same document.

    NaN and infinities are null: a band whose edge is null is open there. Of
    images only size, window, regions and a hash are told.
    """
    plain = {
        "schema": SCHEMA,
        "version": VERSION,
        "title": document.title,
        "author": document.author,
        "subject": document.subject,
        "language": document.language,
        "footer": document.footer,
        "header": document.look.header,
        "paper": document.look.paper.value,
        "landscape": document.look.landscape,
        "parts": [_part(part) for part in document.parts],
    }
    return json.dumps(plain, indent=1, allow_nan=False).encode("ascii") + b"\n"


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, Pictures):
        told = [{"spec": _picture(spec), "caption": caption} for spec, caption in part.pictures]
        return {"part": "pictures", "pictures": told}
    if isinstance(part, Picture):
        return {"part": "picture", "spec": _picture(part.spec), "caption": part.caption, "beside": _plain(part.beside)}
    name = type(part).__name__
    return {"part": "page_break" if name == "PageBreak" else name.lower(), **_plain(part)}


def _picture(spec: PictureSpec) -> dict[str, Any]:
    rows, columns = spec.grey.shape
    return {
        "rows": rows,
        "columns": columns,
        "sha256": sha256(spec.grey.tobytes()).hexdigest(),
        "low": _plain(float(spec.low)),
        "high": _plain(float(spec.high)),
        "aspect": _plain(float(spec.aspect)),
        "outlines": _plain(spec.outlines),
    }


def _plain(value: Any) -> Any:
    """Return frozen values as dicts and lists; what cannot be written as a number is None."""
    if value is None or type(value) in (str, int, bool):
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if isfinite(value) else None
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return {name: _plain(getattr(value, name)) for name in _names(type(value))}  # type: ignore[arg-type] # a dataclass


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
