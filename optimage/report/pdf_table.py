# SPDX-License-Identifier: LGPL-3.0-or-later
"""Tables of the PDF, numbers standing by their decimal mark."""

from collections.abc import Sequence
from typing import Any

from reportlab.platypus import Table as Grid

from optimage.charts.palette import INK, RULE
from optimage.document.parts import Align, Cell, Facts, Table
from optimage.document.words import verdict_text
from optimage.report.pdf_style import (
    BELOW,
    BODY,
    CELL,
    LABEL,
    REGULAR,
    TABLE_HEAD,
    TABLE_HEAD_NUMBER,
    VERDICTS,
    clean,
    colour,
    shortened,
    words,
)

FIGURE_SPACE, PUNCTUATION_SPACE = "\u2007", "\u2008"
LABEL_SHARE = 0.13
LABEL_DROP_PT = 0.5 + BODY.fontSize - LABEL.fontSize  # so that label and value share a base line
MOST_IN_CELL, MOST_IN_FACT = 240, 1500
FULL_WIDTH_FROM = 34  # characters: longer values take the whole line


def table(content: Table, width: float) -> Grid:
    """Return a table of `width`, its head repeated on every page."""
    numeric = [i for i, column in enumerate(content.columns) if column.align is Align.NUMBER]
    heads = [words(c.title, TABLE_HEAD_NUMBER if c.align is Align.NUMBER else TABLE_HEAD) for c in content.columns]
    body: list[list[Any]] = [[_flow(cell) for cell in row] for row in content.rows]
    for i in numeric:
        for row, text in zip(body, aligned([row[i].text for row in content.rows]), strict=True):
            row[i] = text
    grid = Grid([heads, *body], [column.share * width for column in content.columns], repeatRows=1, hAlign="LEFT")
    grid.setStyle([*_LOOK, *(("ALIGN", (i, 0), (i, -1), "RIGHT") for i in numeric)])
    return grid


_LOOK: list[tuple[Any, ...]] = [
    ("FONT", (0, 0), (-1, -1), REGULAR, CELL.fontSize, CELL.leading),
    ("TEXTCOLOR", (0, 0), (-1, -1), colour(INK)),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ("LEFTPADDING", (0, 0), (0, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, colour(INK)),
    ("LINEBELOW", (0, 1), (-1, -1), 0.3, colour(RULE)),
]


def _flow(cell: Cell) -> Any:
    if cell.verdict is not None:
        return words(verdict_text(cell.verdict), VERDICTS[cell.verdict])
    lines = [words(shortened(text, MOST_IN_CELL), CELL) for text in (cell.text, cell.more) if text]
    return [*lines, words(shortened(cell.below, MOST_IN_CELL), BELOW)] if cell.below else lines


def aligned(numbers: Sequence[str]) -> list[str]:
    """Pad `numbers` on the right, so that set flush right their decimal marks stand one below the other."""
    cleaned = [clean(number) for number in numbers]
    tails = [len(number) - _mark(number) for number in cleaned]
    longest = max(tails, default=0)
    return [number + _padding(tail, longest) for number, tail in zip(cleaned, tails, strict=True)]


def _mark(number: str) -> int:
    return next((i for i, c in enumerate(number) if c in ".,"), len(number))


def _padding(tail: int, longest: int) -> str:
    if tail == longest:
        return ""
    return (PUNCTUATION_SPACE if tail == 0 else "") + FIGURE_SPACE * (longest - max(tail, 1))


def facts(content: Facts, width: float) -> Grid:
    """Return labels and values, two pairs to a line; a long value has the line for itself."""
    lines: list[list[Any]] = []
    spans: list[tuple[Any, ...]] = []
    waiting: list[Any] = []
    for label, value in content.rows:
        pair = [words(label, LABEL), words(shortened(value, MOST_IN_FACT), BODY)]
        if len(value) >= FULL_WIDTH_FROM:
            lines += [[*waiting, "", ""]] if waiting else []
            spans.append(("SPAN", (1, len(lines)), (3, len(lines))))
            lines.append([*pair, "", ""])
            waiting = []
        elif waiting:
            lines.append([*waiting, *pair])
            waiting = []
        else:
            waiting = pair
    lines += [[*waiting, "", ""]] if waiting else []
    label_width, value_width = LABEL_SHARE * width, (0.5 - LABEL_SHARE) * width
    grid = Grid(lines, [label_width, value_width] * 2, hAlign="LEFT")
    grid.setStyle([*_PLAIN, *spans])
    return grid


_PLAIN: list[tuple[Any, ...]] = [
    ("FONT", (0, 0), (-1, -1), REGULAR),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 6),
    ("TOPPADDING", (0, 0), (-1, -1), 0.5),
    ("TOPPADDING", (0, 0), (0, -1), LABEL_DROP_PT),
    ("TOPPADDING", (2, 0), (2, -1), LABEL_DROP_PT),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0.5),
]
