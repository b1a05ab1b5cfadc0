# SPDX-License-Identifier: LGPL-3.0-or-later
"""What each part of a document is written as in HTML."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape
from itertools import count
from typing import Any

from optimage.charts.layout import laid_out
from optimage.charts.picture import PictureSpec
from optimage.charts.printable import printable
from optimage.document.parts import (
    Align,
    Cell,
    Charts,
    Facts,
    Heading,
    PageBreak,
    Paragraph,
    Part,
    Picture,
    Pictures,
    Signatures,
    Table,
    Title,
    Tone,
)
from optimage.document.words import SIGNS, verdict_text
from optimage.i18n import _
from optimage.model.tolerance import Verdict
from optimage.report.aligned import aligned
from optimage.report.pdf_style import measure
from optimage.report.svg import chart_svg, picture_svg

CHART_PT = 238.0, 142.0
PICTURE_PT = 250.0
LONG_WORD = 24  # characters
WIDE_FROM = 34  # characters: longer values take the whole line


def escaped(text: str) -> str:
    """Return a text as it may stand in an attribute or a title."""
    return escape(printable(text))


def isolated(text: str) -> str:
    """Return a text as it may stand beside others."""
    return f"<bdi>{escape(printable(text), quote=False)}</bdi>" if text else ""


class PartWriter:
    """Writes parts, and counts the charts so that each has ids of its own."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def write(self, part: Part) -> Iterable[str]:
        """Yield the lines of a part."""
        writers: dict[type[Part], Callable[[Any], Iterable[str]]] = {Charts: self._charts, **_WRITERS}
        return writers[type(part)](part)

    def _charts(self, part: Charts) -> Iterator[str]:
        if not part.charts:
            return
        yield '<div class="side-by-side">'
        for chart in part.charts:
            width, height = CHART_PT
            scene = laid_out(chart.spec, width=width, height=height, measure=measure)
            drawn = chart_svg(scene, title=chart.spec.title, number=next(self._numbers))
            yield _figure(drawn, chart.caption)
        yield "</div>"


def _title(part: Title) -> Iterator[str]:
    badge = f'<span class="badge {part.verdict.value}">{verdict_text(part.verdict)}</span>' if part.verdict else ""
    below = f'<p class="subtitle">{isolated(part.subtitle)}</p>' if part.subtitle else ""
    yield f'<div class="title"><div><h1>{isolated(part.text)}</h1>{below}</div>{badge}</div>'


def _heading(part: Heading) -> Iterator[str]:
    yield f"<h2>{isolated(part.text)}</h2>"


def _paragraph(part: Paragraph) -> Iterator[str]:
    lead = f"{SIGNS[part.verdict]} " if part.verdict else ""
    quiet = ' class="quiet"' if part.tone is Tone.QUIET else ""
    yield f"<p{quiet}>{lead}{isolated(part.text)}</p>"


def _facts(part: Facts) -> Iterator[str]:
    if not part.rows:
        return
    yield '<dl class="facts">'
    for label, value in part.rows:
        wide = ' class="wide"' if len(value) >= WIDE_FROM else ""
        yield f"<div{wide}><dt>{isolated(label)}</dt><dd>{isolated(value)}</dd></div>"
    yield "</dl>"


def _table(part: Table) -> Iterator[str]:
    if not part.columns:
        return
    numeric = [column.align is Align.NUMBER for column in part.columns]
    texts = [_column_texts([row[i] for row in part.rows], padded=one) for i, one in enumerate(numeric)]
    whole = sum(column.share for column in part.columns) or 1.0
    widths = "".join(f'<col style="width:{column.share / whole:.2%}">' for column in part.columns)
    named = zip(numeric, part.columns, strict=True)
    heads = "".join(f'<th{_classes(c.title, number=one)} scope="col">{isolated(c.title)}</th>' for one, c in named)
    yield f"<table><colgroup>{widths}</colgroup>"
    yield f"<thead><tr>{heads}</tr></thead><tbody>"
    for number, row in enumerate(part.rows):
        cells = (
            f"<td{_classes(f'{cell.text} {cell.more} {cell.below}', number=one)}>{_cell(cell, column[number])}</td>"
            for one, cell, column in zip(numeric, row, texts, strict=True)
        )
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody></table>"


def _classes(text: str, *, number: bool) -> str:
    """Return how a cell looks: only words that no column can hold are broken."""
    longest = max(map(len, text.split()), default=0)
    names = [name for name, holds in (("number", number), ("long", longest > LONG_WORD)) if holds]
    return f' class="{" ".join(names)}"' if names else ""


def _column_texts(cells: Sequence[Cell], *, padded: bool) -> list[str]:
    texts = [printable(cell.text) for cell in cells]
    return aligned(texts) if padded else texts


def _cell(cell: Cell, text: str) -> str:
    verdict = f'<span class="{cell.verdict.value}">{_verdict(cell.verdict)}</span>' if cell.verdict else ""
    lines = [line for line in (verdict, isolated(text), isolated(cell.more)) if line]
    return "<br>".join(lines) + (f'<span class="below">{isolated(cell.below)}</span>' if cell.below else "")


def _verdict(verdict: Verdict) -> str:
    """Return sign and word, the sign never alone on a line."""
    return verdict_text(verdict).replace(" ", "&nbsp;", 1)


def _picture(part: Picture) -> Iterator[str]:
    yield '<div class="beside">'
    yield _figure(_drawn(part.spec, part.caption), part.caption)
    yield f"<div>{''.join(_table(part.beside) if part.beside.rows else ())}</div>"
    yield "</div>"


def _pictures(part: Pictures) -> Iterator[str]:
    if not part.pictures:
        return
    yield '<div class="side-by-side">'
    for spec, caption in part.pictures:
        yield _figure(_drawn(spec, caption), caption)
    yield "</div>"


def _drawn(spec: PictureSpec, title: str) -> str:
    return picture_svg(spec, width=PICTURE_PT, height=PICTURE_PT, measure=measure, title=title)


def _figure(drawn: str, caption: str) -> str:
    return f"<figure>{drawn}{f'<figcaption>{isolated(caption)}</figcaption>' if caption else ''}</figure>"


def _signatures(part: Signatures) -> Iterator[str]:
    yield from (f"<p>{isolated(line)}</p>" for line in part.signed)
    if part.labels:
        date = _("Date, signature")
        lines = "".join(f'<p class="quiet">{isolated(label)} · {date}</p>' for label in part.labels)
        yield f'<div class="sign">{lines}</div>'


def _page_break(_part: PageBreak) -> Iterator[str]:
    yield '<hr class="new-page">'


_WRITERS: dict[type[Part], Callable[[Any], Iterable[str]]] = {
    Title: _title,
    Heading: _heading,
    Paragraph: _paragraph,
    Facts: _facts,
    Table: _table,
    Picture: _picture,
    Pictures: _pictures,
    Signatures: _signatures,
    PageBreak: _page_break,
}
