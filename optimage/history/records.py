# SPDX-License-Identifier: LGPL-3.0-or-later
"""From rows to what was measured: a moment, a device and values by key, or every mistake with line and column."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import nan
from typing import TYPE_CHECKING

from optimage.history.cells import CellError, moment, number
from optimage.history.rows import Row, read_rows
from optimage.messages import N_, Message
from optimage.profile_files.problems import Problem

if TYPE_CHECKING:
    from optimage.profile_files.mapping_tables import MappingTable, ValueTable


@dataclass(frozen=True, slots=True)
class Number:
    """A value and its standard uncertainty, NaN where it is not told, in the unit of the mapping."""

    value: float
    uncertainty: float = nan


@dataclass(frozen=True, slots=True)
class Record:
    """One row that holds values; `device` is what the file calls it, empty where it tells none."""

    line: int
    at: datetime
    device: str
    values: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class Records:
    """All of a file. `empty` counts rows without a value, `ignored` those that the mapping leaves out."""

    records: tuple[Record, ...] = ()
    empty: int = 0
    ignored: int = 0
    problems: tuple[Problem, ...] = ()


def read_records(name: str, content: bytes, mapping: "MappingTable", now: datetime) -> Records:
    """Return what a file holds, and what is wrong in it.

    Parameters
    ----------
    name : str
        What sentences call the file.
    content : bytes
        The file.
    mapping : MappingTable
        What its columns mean.
    now : datetime
        Nothing can have been measured later.
    """
    read = read_rows(name, content, mapping.file, _columns(mapping))
    problems = list(read.problems)
    records = []
    for row in read.rows:
        reader = _Reader(name, row, mapping)
        record = reader.record(now)
        problems += reader.problems
        if record is not None:
            records.append(record)
    full = tuple(record for record in records if record.values)
    return Records(full, len(records) - len(full), read.ignored, tuple(problems))


def _columns(mapping: "MappingTable") -> dict[str, str]:
    """Return the columns that the mapping names, each with the place that does."""
    asked = [("time.column", mapping.time.column), ("time.time_column", mapping.time.time_column)]
    asked.append(("device.column", mapping.device.column))
    for key, rule in mapping.values.items():
        asked += [(f"values.{key}.column", rule.column), (f"values.{key}.uncertainty", rule.uncertainty)]
    return {column: place for place, column in reversed(asked) if column}


class _Reader:
    """Reads one row and remembers what is wrong in it."""

    def __init__(self, name: str, row: Row, mapping: "MappingTable") -> None:
        self._name, self._row, self._mapping = name, row, mapping
        self.problems: list[Problem] = []

    def record(self, now: datetime) -> Record | None:
        """Return the row as a record, None where its moment or device cannot be told."""
        values = dict(self._values())
        at, device = self._moment(now), self._device()
        return None if at is None or device is None else Record(self._row.line, at, device, values)

    def _moment(self, now: datetime) -> datetime | None:
        rule = self._mapping.time
        text = self._row.cells[rule.column]
        if rule.time_column:
            text = f"{text} {self._row.cells[rule.time_column]}".strip()
        try:
            return moment(text, rule, now)
        except CellError as error:
            self._tell(rule.column, error.message)
            return None

    def _device(self) -> str | None:
        column = self._mapping.device.column
        if column and not self._row.cells[column]:
            self._tell(column, Message(N_("{where}: the device is not told")))
            return None
        return self._row.cells[column] if column else ""

    def _values(self) -> Iterator[tuple[str, Number]]:
        for key, rule in self._mapping.values.items():
            value = self._number(rule.column)
            uncertainty = self._uncertainty(rule)
            if value is not None:
                yield key, Number(value * rule.factor, uncertainty)

    def _uncertainty(self, rule: "ValueTable") -> float:
        value = self._number(rule.uncertainty) if rule.uncertainty else None
        if value is not None and value < 0:
            self._tell(rule.uncertainty, Message(N_("{where}: an uncertainty is not negative")))
        return nan if value is None else value * abs(rule.factor)

    def _number(self, column: str) -> float | None:
        text = self._row.cells[column]
        if not text or text in self._mapping.file.missing:
            return None
        try:
            return number(text, self._mapping.file.decimal)
        except CellError as error:
            self._tell(column, error.message)
            return None

    def _tell(self, column: str, message: Message) -> None:
        where = {"where": f"{self._name}:{self._row.line}: {column}"}
        found = Problem(self._row.line, Message(message.template, {**message.values, **where}))
        if found not in self.problems:  # two measurements may ask for one cell
            self.problems.append(found)
