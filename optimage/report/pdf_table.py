# SPDX-License-Identifier: LGPL-3.0-or-later
"""Tables of the PDF, numbers standing by their decimal mark."""

from collections.abc import Sequence
from typing import Any

from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Table as Grid

from optimage.charts.palette import INK, RULE
from optimage.charts.printable import shortened
from optimage.document.parts import Align, Cell, Column, Facts, Table
from optimage.document.words import verdict_text
from optimage.model.tolerance import Verdict
from optimage.report.aligned import aligned
from optimage.report.pdf_style import (
    BELOW,
    BELOW_NUMBER,
    BODY,
    CELL,
    CELL_NUMBER,
    LABEL,
    REGULAR,
    TABLE_HEAD,
    TABLE_HEAD_NUMBER,
    VERDICTS,
    clean,
    colour,
    fitted,
    measure,
    words,
)

LABEL_SHARES = 0.1, 0.2  # of the width: at least, at most
FACT_GAP_PT = 6.0
LABEL_DROP_PT = 0.5 + BODY.fontSize - LABEL.fontSize  # so that label and value share a base line
MOST_IN_HEAD, MOST_IN_CELL, MOST_IN_FACT = 120, 240, 1500
SIDE_PT = 3.0  # of room on either side of a cell's text
AFTER_NUMBERS_PT = 10.0  # before a column of texts that follows one of numbers
UNIT_SHARE = 0.12  # a column as narrow as this holds units, which stand close to their numbers
HARMLESS, HALF_PAGE_PT = 60, 200.0
FULL_WIDTH_FROM = 34  # characters: longer values take the whole line


def table(content: Table, width: float) -> Grid:
    """Return a table of `width`, its head repeated on every page."""
    columns = content.columns
    away = {i + 1 for i, c in enumerate(columns[:-1]) if c.align is Align.NUMBER and columns[i + 1].share > UNIT_SHARE}
    widths = [column.share * width for column in columns]
    rooms = [full - SIDE_PT - (AFTER_NUMBERS_PT if i in away else SIDE_PT) for i, full in enumerate(widths)]
    heads = [_head(column, room) for column, room in zip(columns, rooms, strict=True)]
    body: list[list[Any]] = [[_flow(cell, room) for cell, room in zip(row, rooms, strict=True)] for row in content.rows]
    numeric = [i for i, column in enumerate(columns) if column.align is Align.NUMBER]
    for i in numeric:
        for line, shown in zip(body, _numbers([row[i] for row in content.rows], rooms[i]), strict=True):
            line[i] = shown
    splits = any(_may_fill_a_page(cell, room) for row in content.rows for cell, room in zip(row, rooms, strict=True))
    grid = Grid([heads, *body], widths, repeatRows=1, hAlign="LEFT", splitInRow=int(splits))
    aligned_right = (("ALIGN", (i, 0), (i, -1), "RIGHT") for i in numeric)
    grid.setStyle([*_LOOK, *aligned_right, *(("LEFTPADDING", (i, 0), (i, -1), AFTER_NUMBERS_PT) for i in away)])
    return grid


def _may_fill_a_page(cell: Cell, room: float) -> bool:
    """Tell whether a cell may need more than half a page: only then a row is divided."""
    texts = (cell.text, cell.more, cell.below)
    if sum(map(len, texts)) <= HARMLESS:
        return False
    lines = sum(measure(shortened(text, MOST_IN_CELL), CELL.fontSize, False) // room + 2 for text in texts)
    return bool(lines * CELL.leading > HALF_PAGE_PT)


def _head(column: Column, room: float) -> Any:
    style = TABLE_HEAD_NUMBER if column.align is Align.NUMBER else TABLE_HEAD
    return fitted(shortened(column.title, MOST_IN_HEAD), style, room)


def _numbers(cells: Sequence[Cell], room: float) -> list[Any]:
    """Return one below the other by their decimal marks what is numbers, and in lines what is wider than `room`."""
    plain = [not (cell.more or cell.below or cell.verdict) for cell in cells]
    texts = aligned(
        [clean(shortened(cell.text, MOST_IN_CELL)) if one else "" for cell, one in zip(cells, plain, strict=True)]
    )
    fitting = all(measure(text, CELL.fontSize, False) <= room for text in texts)
    return [
        text if one and fitting else _flow(cell, room, CELL_NUMBER, BELOW_NUMBER)
        for cell, text, one in zip(cells, texts, plain, strict=True)
    ]


_LOOK: list[tuple[Any, ...]] = [
    ("FONT", (0, 0), (-1, -1), REGULAR, CELL.fontSize, CELL.leading),
    ("TEXTCOLOR", (0, 0), (-1, -1), colour(INK)),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
    ("LEFTPADDING", (0, 0), (-1, -1), SIDE_PT),
    ("RIGHTPADDING", (0, 0), (-1, -1), SIDE_PT),
    ("LEFTPADDING", (0, 0), (0, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
    ("LINEBELOW", (0, 0), (-1, 0), 0.8, colour(INK)),
    ("LINEBELOW", (0, 1), (-1, -1), 0.3, colour(RULE)),
]


def _flow(cell: Cell, room: float, style: ParagraphStyle = CELL, below: ParagraphStyle = BELOW) -> Any:
    verdict = [_verdict(cell.verdict, room)] if cell.verdict is not None else []
    lines = [words(shortened(text, MOST_IN_CELL), style) for text in (cell.text, cell.more) if text]
    return [*verdict, *lines, *([words(shortened(cell.below, MOST_IN_CELL), below)] if cell.below else ())]


def _verdict(verdict: Verdict, room: float) -> Any:
    """Return sign and word, the sign never alone on a line."""
    return fitted(verdict_text(verdict).replace(" ", "\u00a0", 1), VERDICTS[verdict], room)


def facts(content: Facts, width: float) -> Grid:
    """Return labels and values, two pairs to a line; a long value has the line for itself."""
    lines: list[list[Any]] = []
    spans: list[tuple[Any, ...]] = []
    waiting: list[Any] = []
    for label, value in content.rows:
        pair = [words(shortened(label, MOST_IN_HEAD), LABEL), words(shortened(value, MOST_IN_FACT), BODY)]
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
    label_width = _label_width([label for label, _value in content.rows], width)
    value_width = 0.5 * width - label_width
    grid = Grid(lines, [label_width, value_width] * 2, hAlign="LEFT")
    grid.setStyle([*_PLAIN, *spans])
    return grid


def _label_width(labels: Sequence[str], width: float) -> float:
    widest = max(measure(label, LABEL.fontSize, False) for label in labels) + FACT_GAP_PT + 1
    return min(max(widest, LABEL_SHARES[0] * width), LABEL_SHARES[1] * width)


_PLAIN: list[tuple[Any, ...]] = [
    ("FONT", (0, 0), (-1, -1), REGULAR),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), FACT_GAP_PT),
    ("TOPPADDING", (0, 0), (-1, -1), 0.5),
    ("TOPPADDING", (0, 0), (0, -1), LABEL_DROP_PT),
    ("TOPPADDING", (2, 0), (2, -1), LABEL_DROP_PT),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0.5),
]
