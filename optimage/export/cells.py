# SPDX-License-Identifier: LGPL-3.0-or-later
"""A table before it becomes a file: typed cells, and how they are written in the dialects of CSV."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import isnan
from types import MappingProxyType
from typing import TextIO

RISKY = tuple("=+-@\t\r'")  # CWE-1236, and the apostrophe itself so that reading back is exact

Cell = str | int | float | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How CSV is written. `mark` is the encoding in UTF-8, with or without byte order mark."""

    delimiter: str
    decimal: str
    encoding: str
    quoting: int


DIALECTS = MappingProxyType(
    {
        "standard": Dialect(",", ".", "utf-8", csv.QUOTE_NONNUMERIC),  # RFC 4180
        "semicolon": Dialect(";", ",", "utf-8-sig", csv.QUOTE_MINIMAL),  # numbers with a comma stay without quotes
    }
)
STANDARD = DIALECTS["standard"]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows below a head, and rows that sum them up.

    `decimals` says how many digits a spreadsheet shows of each column, None where it may choose; a file has all
    digits. The first `fixed` columns stay in view.
    """

    head: tuple[str, ...]
    rows: Iterable[tuple[Cell, ...]]
    foot: tuple[tuple[Cell, ...], ...] = ()
    decimals: tuple[int | None, ...] = ()
    fixed: int = 0


def write_sheet(sheet: Sheet, stream: TextIO, dialect: Dialect = STANDARD) -> None:
    """Write a table as CSV to `stream`, which was opened with `newline=""` and the encoding of the dialect."""
    writer = csv.writer(stream, delimiter=dialect.delimiter, quoting=dialect.quoting)  # type: ignore[arg-type]
    writer.writerow([defused(title) for title in sheet.head])
    for rows in (sheet.rows, sheet.foot):
        writer.writerows([_written(cell, dialect) for cell in row] for row in rows)


def defused(text: str) -> str:
    """Return `text`, led by an apostrophe where a spreadsheet would take it for a formula."""
    return "'" + text if text.startswith(RISKY) else text


def plain(cell: Cell) -> str | int | float | None:
    """Return a cell as text or number; None for what is empty: None and NaN."""
    if cell is None or (isinstance(cell, float) and isnan(cell)):
        return None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat()
    return cell


def _written(cell: Cell, dialect: Dialect) -> str | int | float:
    value = plain(cell)
    if isinstance(value, float) and dialect.decimal != ".":
        return repr(float(value)).replace(".", dialect.decimal)
    if isinstance(value, int | float):
        return float(value) if isinstance(value, float) else value
    return "" if value is None else defused(str(value))
