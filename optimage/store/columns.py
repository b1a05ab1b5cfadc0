# SPDX-License-Identifier: LGPL-3.0-or-later
"""Column types that mean the same in SQLite and PostgreSQL."""

from datetime import UTC, datetime
from math import isfinite, isnan, nan
from typing import Any

from sqlalchemy import DateTime, Dialect, Double
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: kept as UTC without a zone, handed out as UTC with one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return UTC without its zone; a time without a zone is refused with ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant with its zone."""
        return None if value is None else value.replace(tzinfo=UTC)


class Number(TypeDecorator[float]):
    """A double that comes back bit for bit; NaN is NULL."""

    impl = Double
    cache_ok = True

    def process_bind_param(self, value: float | None, dialect: Dialect) -> float | None:  # noqa: ARG002
        """Return None for NaN."""
        return None if value is None or isnan(value) else float(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> float:  # noqa: ARG002
        """Return NaN for NULL."""
        return nan if value is None else float(value)


def finite(limit: float) -> float | None:
    """Return None for an infinite limit: there is none on that side."""
    return limit if isfinite(limit) else None
