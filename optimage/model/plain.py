# SPDX-License-Identifier: LGPL-3.0-or-later
"""Frozen values to plain JSON values and back."""

import dataclasses
import types
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from functools import cache
from math import isfinite, isnan, nan
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
AS_THEY_ARE = frozenset({str, int, bool})


def to_plain(value: Any) -> Any:
    """Return `value` as dicts, lists, texts and numbers.

    NaN becomes None; infinities become the texts "inf" and "-inf"; a class of a
    union is told by its `kind`; days and datetimes become ISO 8601.
    """
    if value is None or type(value) in AS_THEY_ARE:  # these and floats are the most by far, so asked first
        return value
    if isinstance(value, float):
        return value if isfinite(value) else None if isnan(value) else str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        kind = {"kind": value.kind} if hasattr(value, "kind") else {}
        return kind | {name: to_plain(getattr(value, name)) for name in _names(type(value))}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # a datetime is one
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): to_plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [to_plain(item) for item in value]
    return value


@cache
def _names(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def from_plain(kind: type[T], plain: Any) -> T:
    """Rebuild a value of `kind` (a dataclass) from what `to_plain` made of it.

    Raises
    ------
    KeyError, TypeError, ValueError
        `plain` does not describe such a value.
    """
    return _build(kind, plain)  # type: ignore[no-any-return]


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _build(hint: Any, plain: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _build_union(get_args(hint), plain)
    if origin is tuple:
        return _build_tuple(get_args(hint), plain)
    if origin is not None and issubclass(origin, Mapping):
        return {key: _build(get_args(hint)[1], item) for key, item in plain.items()}
    if dataclasses.is_dataclass(hint):
        hints = _hints(hint)  # type: ignore[arg-type]
        return hint(**{k: _build(hints[k], v) for k, v in plain.items() if k in hints and k != "kind"})  # type: ignore[operator]
    if hint is float:
        return nan if plain is None else float(plain)
    if hint is datetime:
        return datetime.fromisoformat(plain)
    return hint(plain) if isinstance(hint, type) and issubclass(hint, Enum) else plain


def _build_tuple(arguments: tuple[Any, ...], plain: Any) -> tuple[Any, ...]:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_build(arguments[0], item) for item in plain)
    return tuple(_build(argument, item) for argument, item in zip(arguments, plain, strict=True))


def _build_union(arguments: tuple[Any, ...], plain: Any) -> Any:
    if plain is None and type(None) in arguments:
        return None
    if plain is None and float in arguments:
        return nan
    kinds = [argument for argument in arguments if dataclasses.is_dataclass(argument)]
    if isinstance(plain, dict) and kinds:
        chosen = [kind for kind in kinds if getattr(kind, "kind", None) == plain.get("kind")]
        return _build((chosen or kinds)[0], plain)
    others = [argument for argument in arguments if argument is not type(None)]
    return _build(others[0], plain) if len(others) == 1 else plain
