# SPDX-License-Identifier: LGPL-3.0-or-later
"""What each part of a document is written as in RTF."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from optimage.charts.palette import ACCENT, DARK, INK, QUIET, RULE
from optimage.charts.picture import PictureSpec
from optimage.charts.printable import printable_chart
from optimage.charts.spec import ChartSpec, Role
from optimage.document.parts import (
    Align,
    Cell,
    Charts,
    Column,
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
from optimage.report.pdf_style import VERDICT_ROLES, clean, measure
from optimage.report.picture_png import picture_png
from optimage.report.rtf_text import (
    MM_TWIPS,
    PT_TWIPS,
    SMALL,
    Box,
    after_table,
    border,
    cell,
    image,
    ink,
    literal,
    paragraph,
    proportions,
    row,
)

GAP = 5 * MM_TWIPS
PICTURE = 88 * MM_TWIPS
BADGE = 46 * MM_TWIPS
LABEL_SHARE = 0.16
UNIT_SHARE = 0.12  # a column as narrow as this holds units, which stand close to their numbers
RIGHT, AWAY = "\\qr", "\\li100"
WIDE_FROM = 34  # characters: longer values take the whole line


def part_rtf(part: Part, width: float, abreast: int) -> str:
    """Return a part on a page with `width` twips between its margins, and `abreast` charts side by side."""
    return "".join(_WRITERS[type(part)](part, width, abreast))


def _title(part: Title, width: float, _abreast: int) -> Iterator[str]:
    heading = f"\\s1\\outlinelevel0\\fs34\\b{ink(ACCENT)}"
    if part.verdict is None:
        yield paragraph(literal(part.text), heading)
    else:
        shade = DARK[VERDICT_ROLES[part.verdict]]
        edges = "".join(border(side, shade, 20) for side in "tblr")
        badge = cell([literal(_verdict(part.verdict))], f"\\qc\\fs24\\b{ink(shade)}")
        left = cell([literal(part.text)], heading)
        yield row([Box(left, width - BADGE), Box(badge, BADGE, f"\\clvertalc{edges}")])
    if part.subtitle:
        yield paragraph(literal(part.subtitle), f"\\fs20\\sb40{ink(QUIET)}")
    yield after_table()


def _heading(part: Heading, _width: float, _abreast: int) -> Iterator[str]:
    yield paragraph(literal(part.text), f"\\s2\\outlinelevel1\\keepn\\sb240\\fs22\\b{ink(ACCENT)}")


def _paragraph(part: Paragraph, _width: float, _abreast: int) -> Iterator[str]:
    lead = f"{SIGNS[part.verdict]} " if part.verdict else ""
    yield paragraph(literal(lead + part.text), f"{SMALL}{ink(QUIET)}" if part.tone is Tone.QUIET else "")


def _facts(part: Facts, width: float, _abreast: int) -> Iterator[str]:
    label_width = LABEL_SHARE * width
    waiting: list[Box] = []
    for label, value in part.rows:
        wide = len(value) >= WIDE_FROM
        name = Box(cell([literal(label)], SMALL + ink(QUIET)), label_width)
        if wide:
            yield from [row(waiting)] if waiting else []
            yield row([name, Box(cell([literal(value)]), width - label_width)])
            waiting = []
            continue
        waiting += [name, Box(cell([literal(value)]), width / 2 - label_width)]
        if len(waiting) == 4:
            yield row(waiting)
            waiting = []
    yield from [row(waiting)] if waiting else []
    yield after_table()


def _table(part: Table, width: float, _abreast: int) -> Iterator[str]:
    if not part.columns:
        return
    looks = [_look(part.columns, i) for i in range(len(part.columns))]
    widths = [column.share * width for column in part.columns]
    heads = [
        cell([literal(c.title)], f"\\keepn{look}{SMALL}{ink(QUIET)}")
        for c, look in zip(part.columns, looks, strict=True)
    ]
    line = border("b", INK, 12)
    yield row([Box(text, one, line) for text, one in zip(heads, widths, strict=True)], head=True)
    columns = [_texts([one[i] for one in part.rows], padded=look == RIGHT) for i, look in enumerate(looks)]
    line = border("b", RULE, 5)
    for number, cells in enumerate(part.rows):
        told = zip(cells, columns, looks, widths, strict=True)
        yield row([Box(_cell(one, column[number], look), wide, line) for one, column, look, wide in told])
    yield after_table()


def _look(columns: Sequence[Column], number: int) -> str:
    """Return how a column stands: numbers flush right, a wide column of texts a little away from numbers before it."""
    if columns[number].align is Align.NUMBER:
        return RIGHT
    follows = number > 0 and columns[number - 1].align is Align.NUMBER
    return AWAY if follows and columns[number].share > UNIT_SHARE else ""


def _texts(cells: Sequence[Cell], *, padded: bool) -> list[str]:
    return aligned([one.text for one in cells]) if padded else [one.text for one in cells]


def _cell(content: Cell, text: str, look: str) -> str:
    lines = [literal(line) for line in (text, content.more) if line]
    if content.verdict is not None:
        role = VERDICT_ROLES[content.verdict]
        weight = "" if role is Role.NEUTRAL else "\\b"
        lines.insert(0, f"{{{weight}{ink(DARK[role])} {literal(_verdict(content.verdict))}}}")
    if content.below:
        lines.append(f"{{\\fs13{ink(QUIET)} {literal(content.below)}}}")
    return cell(lines, look)


def _verdict(verdict: Verdict) -> str:
    """Return sign and word, the sign never alone on a line."""
    return verdict_text(verdict).replace(" ", "\u00a0", 1)


def _charts(part: Charts, width: float, abreast: int) -> Iterator[str]:
    side = (width - (abreast - 1) * GAP) / abreast
    shown = [[_chart(chart.spec, side), _small(chart.caption)] for chart in part.charts]
    yield from _side_by_side(shown, side, abreast)


def _chart(spec: ChartSpec, width: float) -> str:
    from optimage.plots.chart import draw_chart

    png = draw_chart(printable_chart(spec, clean), "png", width_mm=width / MM_TWIPS)
    return image(png, width, width * proportions(png))


def _small(text: str) -> str:
    return f"{{{SMALL}{ink(QUIET)} {literal(text)}}}"


def _picture(part: Picture, width: float, abreast: int) -> Iterator[str]:
    yield paragraph(_image(part.spec, PICTURE), "\\keepn")
    yield paragraph(_small(part.caption))
    yield from _table(part.beside, width, abreast) if part.beside.rows else ()


def _image(spec: PictureSpec, side: float) -> str:
    png = picture_png(spec, width=side / PT_TWIPS, height=side / PT_TWIPS, measure=measure)
    share = proportions(png)
    return image(png, side, side * share) if share <= 1 else image(png, side / share, side)


def _pictures(part: Pictures, width: float, abreast: int) -> Iterator[str]:
    side = (width - (abreast - 1) * GAP) / abreast
    yield from _side_by_side([[_image(spec, side), _small(text)] for spec, text in part.pictures], side, abreast)


def _side_by_side(shown: Sequence[Iterable[str]], side: float, abreast: int) -> Iterator[str]:
    for first in range(0, len(shown), abreast):
        yield row([Box(cell(lines), side + GAP) for lines in shown[first : first + abreast]])
    yield after_table()


def _signatures(part: Signatures, width: float, _abreast: int) -> Iterator[str]:
    yield from (paragraph(literal(line)) for line in part.signed)
    date = literal(_("Date, signature"))
    line = border("t", QUIET, 10)
    for first in range(0, len(part.labels), 2):
        labels = part.labels[first : first + 2]
        yield "{\\pard\\plain\\keepn\\sb700\\fs8\\par}\n"
        boxes = [
            Box(cell([f"{literal(label)} \\u183? {date}"], SMALL + ink(QUIET)), width / 2 - GAP, line)
            for label in labels
        ]
        yield row([boxes[0], *(one for box in boxes[1:] for one in (Box(cell([]), GAP), box))])
    yield after_table()


def _page_break(_part: PageBreak, _width: float, _abreast: int) -> Iterator[str]:
    yield "{\\pard\\page\\par}\n"


_WRITERS: dict[type[Part], Callable[[Any, float, int], Iterable[str]]] = {
    Title: _title,
    Heading: _heading,
    Paragraph: _paragraph,
    Facts: _facts,
    Table: _table,
    Charts: _charts,
    Picture: _picture,
    Pictures: _pictures,
    Signatures: _signatures,
    PageBreak: _page_break,
}
