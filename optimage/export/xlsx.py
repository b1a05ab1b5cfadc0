# SPDX-License-Identifier: LGPL-3.0-or-later
"""A table as a workbook of one sheet: numbers as numbers, times as times, and texts never as anything else."""

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO
from itertools import repeat
from math import isfinite
from typing import Any

from optimage.errors import UsageError
from optimage.export.cells import Cell, Sheet, plain
from optimage.messages import N_

MOST_ROWS = 1_048_576
LONGEST_TEXT = 32_767
FIRST_YEAR = 1900  # Excel knows no earlier days
MADE = datetime(1980, 1, 1)  # noqa: DTZ001 - the same table gives the same bytes
WIDTHS = (9, 32)  # characters


def write_xlsx(sheet: Sheet) -> bytes:
    """Return the workbook.

    Texts are written as texts, so that none becomes a formula, a link or a
    number. Times are in UTC. Infinite values are texts: Excel has no such numbers.

    Raises
    ------
    UsageError
        `sheet_full`: more rows than a sheet can hold.
    """
    from xlsxwriter import Workbook

    stream = BytesIO()
    with Workbook(stream, {"constant_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        book.set_properties({"created": MADE})
        writer = _Writer(book, sheet)
        writer.write_head()
        for row in sheet.rows:
            writer.write_row(row)
        last = writer.row - 1
        for row in sheet.foot:
            writer.write_row(row, bold=True)
        writer.page.autofilter(0, 0, max(last, 1), len(sheet.head) - 1)
    return stream.getvalue()


class _Writer:
    """Writes one row below the other; formats are made once for each number of decimals."""

    def __init__(self, book: Any, sheet: Sheet) -> None:
        self._book, self._sheet = book, sheet
        self.page = book.add_worksheet()
        self.row = 0
        self._decimals = (*sheet.decimals, *repeat(None, len(sheet.head) - len(sheet.decimals)))
        self._formats: dict[tuple[int | None, bool], Any] = {}
        self._time = {bold: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "bold": bold}) for bold in (0, 1)}

    def write_head(self) -> None:
        """Write the titles, in a row that stays in view, above columns as wide as they need."""
        for column, title in enumerate(self._sheet.head):
            self.page.set_column(column, column, min(max(len(title) + 2, WIDTHS[0]), WIDTHS[1]))
        if self._sheet.head:
            self.page.set_column(0, 0, 20)
        self.page.freeze_panes(1, self._sheet.fixed)
        self.write_row(self._sheet.head, bold=True)

    def write_row(self, row: Sequence[Cell], *, bold: bool = False) -> None:
        """Write the next row."""
        if self.row >= MOST_ROWS:
            raise UsageError(
                "sheet_full",
                N_("a sheet holds {count} rows and no more"),
                advice=N_("choose a shorter period, or CSV"),
                count=MOST_ROWS,
            )
        for column, cell in enumerate(row):
            self._write(column, cell, bold=bold)
        self.row += 1

    def _write(self, column: int, cell: Cell, *, bold: bool) -> None:
        if isinstance(cell, datetime) and cell.year >= FIRST_YEAR:
            utc = cell.astimezone(UTC).replace(tzinfo=None) if cell.tzinfo else cell
            self.page.write_datetime(self.row, column, utc, self._time[bold])
            return
        value = plain(cell)
        if value is None or value == "":
            return
        decimals = None if isinstance(value, int) else self._decimals[column]
        style = self._format(decimals, bold=bold)
        if isinstance(value, int | float) and isfinite(value):
            self.page.write_number(self.row, column, value, style)
        else:
            self.page.write_string(self.row, column, str(value)[:LONGEST_TEXT], style)

    def _format(self, decimals: int | None, *, bold: bool) -> Any:
        if (decimals, bold) not in self._formats:
            shown = "General" if decimals is None else f"0.{'0' * decimals}".rstrip(".")
            self._formats[decimals, bold] = self._book.add_format({"num_format": shown, "bold": bold})
        return self._formats[decimals, bold]
