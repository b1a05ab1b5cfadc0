# SPDX-License-Identifier: LGPL-3.0-or-later
"""Thousands of rows into one table: by one call of the driver, converted column by column."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, insert


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same keys; the same as `insert(table)`, in less than half of the time."""
    if not rows:
        return
    dialect = connection.dialect
    names = list(rows[0])
    statement = insert(table).compile(dialect=dialect, column_keys=names)
    order = statement.positiontup or names
    columns = []
    for name in order:
        convert = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        given = [row[name] for row in rows]
        columns.append(map(cache(convert), given) if convert else given)  # few texts and times stand in many rows
    values = zip(*columns, strict=True)
    given_rows = list(values) if statement.positional else [dict(zip(order, row, strict=True)) for row in values]
    connection.exec_driver_sql(str(statement), given_rows)
