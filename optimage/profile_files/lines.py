# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where in a TOML text a key stands; the parsers know values but tell no lines."""

import re
from collections.abc import Mapping, Sequence

NAME = r"""(?:"[^"]*"|'[^']*'|[\w-]+)"""
DOTTED = rf"{NAME}(?:\s*\.\s*{NAME})*"
HEADER = re.compile(rf"\s*\[\s*({DOTTED})\s*\]")
ELEMENT = re.compile(rf"\s*\[\[\s*({DOTTED})\s*\]\]")
KEY = re.compile(rf"\s*({DOTTED})\s*=")
QUOTES = re.compile(r'"""|\'\'\'')

Lines = Mapping[tuple[str, ...], int]


def lines_of(text: str) -> Lines:
    """Return the 1-based line of every table and key; keys inside inline tables share the line of their table.

    The elements of an array of tables are numbered from 0: the third `[[block]]` is `("block", "2")`.
    """
    found: dict[tuple[str, ...], int] = {(): 1}
    counts: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    inside_text = False
    for number, line in enumerate(text.splitlines(), start=1):
        quotes = len(QUOTES.findall(line))
        if not inside_text:
            header, element, key = HEADER.match(line), ELEMENT.match(line), KEY.match(line)
            if element:
                array = _inside(_names(element.group(1)), counts)
                counts[array] = counts.get(array, 0) + 1
                table = (*array, str(counts[array] - 1))
                _enter(found, table, number)
            elif header:
                table = _inside(_names(header.group(1)), counts)
                _enter(found, table, number)
            elif key:
                _enter(found, (*table, *_names(key.group(1))), number)
        inside_text ^= quotes % 2 == 1
    return found


def line_of(lines: Lines, key: Sequence[str]) -> int:
    """Return the line of `key`, or of the nearest table around it."""
    path = tuple(key)
    return next(lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines)


def _enter(found: dict[tuple[str, ...], int], path: tuple[str, ...], number: int) -> None:
    """Note the line of a path and, where they have none of their own yet, of the tables around it."""
    for length in range(1, len(path) + 1):
        found.setdefault(path[:length], number)


def _inside(names: tuple[str, ...], counts: Mapping[tuple[str, ...], int]) -> tuple[str, ...]:
    """Return the path of a table, arrays on its way being entered by their latest element."""
    path: tuple[str, ...] = names[:1]
    for name in names[1:]:
        path = (*path, str(counts[path] - 1), name) if path in counts else (*path, name)
    return path


def _names(dotted: str) -> tuple[str, ...]:
    return tuple(name.strip("\"'") for name in re.findall(NAME, dotted))
