# SPDX-License-Identifier: LGPL-3.0-or-later
"""The rows of a CSV file, each with the line it begins in, cells by the name of their column."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from io import StringIO

from optimage.messages import N_, Message, Value
from optimage.profile_files.mapping_tables import FileTable
from optimage.profile_files.problems import Problem


@dataclass(frozen=True, slots=True)
class Row:
    """One row: cells without blanks around them."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rows:
    """What a file holds. `ignored` counts the rows that the mapping leaves out; `problems` are those of the file."""

    rows: tuple[Row, ...] = ()
    ignored: int = 0
    problems: tuple[Problem, ...] = ()


def read_rows(name: str, content: bytes, rule: FileTable, columns: Mapping[str, str]) -> Rows:
    """Return the rows below the head.

    Parameters
    ----------
    name : str
        What sentences call the file.
    content : bytes
        The file.
    rule : FileTable
        How it is written.
    columns : mapping of str to str
        The columns that are needed, and the place in the mapping that asks for each.
    """
    try:
        text = content.decode(rule.encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        told = {"where": f"{name}:{line}", "encoding": rule.encoding}
        return Rows(problems=(Problem(line, Message(N_("{where}: is not written in {encoding}"), told)),))
    lines = _numbered(text, rule)
    try:
        head = next(lines, (rule.skip_lines + 1, []))
        missing = tuple(_missing(name, head, columns))
        return Rows(problems=missing) if missing else _below(name, head[1], lines, rule)
    except csv.Error as error:
        told = {"where": name, "problem": str(error)}
        return Rows(problems=(Problem(0, Message(N_("{where}: {problem}"), told)),))


def _numbered(text: str, rule: FileTable) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that hold anything, each with its number."""
    stream = StringIO(text, newline="")
    for _ in range(rule.skip_lines):
        stream.readline()
    reader = csv.reader(stream, delimiter=rule.delimiter, strict=True)
    begin = rule.skip_lines + 1
    for cells in reader:
        stripped = [cell.strip() for cell in cells]
        if any(stripped):
            yield begin, stripped
        begin = rule.skip_lines + reader.line_num + 1


def _missing(name: str, head: tuple[int, list[str]], columns: Mapping[str, str]) -> Iterator[Problem]:
    line, titles = head
    for column, asked in columns.items():
        told = {"where": f"{name}:{line}", "column": column, "asked": asked}
        if titles.count(column) > 1:
            yield Problem(
                line, Message(N_("{where}: there are several columns {column}, which {asked} asks for"), told)
            )
        elif column not in titles:
            near = get_close_matches(column, titles, n=1) or [", ".join(title for title in titles if title) or "–"]
            template = N_("{where}: there is no column {column}, which {asked} asks for; there is {known}")
            yield Problem(line, Message(template, told | {"known": near[0]}))


def _below(name: str, titles: list[str], lines: Iterator[tuple[int, list[str]]], rule: FileTable) -> Rows:
    rows, problems, ignored = [], [], 0
    for line, cells in lines:
        if cells[0] in rule.ignore:
            ignored += 1
        elif len(cells) < len(titles) or any(cells[len(titles) :]):
            told: dict[str, Value] = {"where": f"{name}:{line}", "found": len(cells), "wanted": len(titles)}
            problems.append(Problem(line, Message(N_("{where}: has {found} cells instead of {wanted}"), told)))
        else:
            rows.append(Row(line, dict(zip(titles, cells, strict=False))))
    return Rows(tuple(rows), ignored, tuple(problems))
