# SPDX-License-Identifier: LGPL-3.0-or-later
"""Column types that mean the same in SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import isfinite, isnan, nan
from typing import Any

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: kept as UTC without a zone, handed out as UTC with one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return UTC without its zone; a time without a zone is refused with ValueError."""
        return None if value is None else _utc(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """Return how a value is written: as the text of SQLite in one step, which thousands of rows notice."""
        return _to_sqlite if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Return how a value is read: the text of SQLite in one step, which thousands of points notice."""
        return _from_sqlite if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _to_sqlite(value: datetime | None) -> str | None:
    return None if value is None else _utc(value).isoformat(" ", "microseconds")


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value.astimezone(UTC).replace(tzinfo=None)


def _from_sqlite(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text + "+00:00")


def storable(text: str) -> str:
    """Return `text` without NUL, which PostgreSQL cannot hold and damaged headers bring."""
    return text.replace("\x00", "")


class PlainText(TypeDecorator[str]):
    """Text of any length; NUL is left out, so that it reads the same from every database."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Return the text without NUL."""
        return _stored(value)

    def bind_processor(self, dialect: Dialect) -> Callable[[str | None], str | None]:  # noqa: ARG002
        """Return `process_bind_param` alone, as nothing else happens to a text."""
        return _stored


def _stored(text: str | None) -> str | None:
    return None if text is None else text.replace("\x00", "")


def known(value: float) -> float | None:
    """Return None for NaN: what was not measured is NULL."""
    return None if isnan(value) else value


def or_nan(value: float | None) -> float:
    """Return NaN for NULL."""
    return nan if value is None else value


def finite(limit: float) -> float | None:
    """Return None for an infinite limit: there is none on that side."""
    return limit if isfinite(limit) else None
