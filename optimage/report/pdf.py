# SPDX-License-Identifier: LGPL-3.0-or-later
"""The document model as PDF, byte for byte the same whenever it is rebuilt.

Fonts are embedded, no time of writing is recorded, and every text is shown
literally. Nothing here knows what a measurement is.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    HRFlowable,
    KeepTogether,
    PageTemplate,
    Spacer,
)
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Table as Grid

from optimage.charts.palette import ACCENT, QUIET, RULE
from optimage.document.parts import (
    Charts,
    Document,
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
from optimage.report.pdf_chart import ChartFlowable
from optimage.report.pdf_pages import NumberedCanvas
from optimage.report.pdf_picture import PictureFlowable
from optimage.report.pdf_style import (
    BODY,
    HEADING,
    MARGIN_PT,
    NOTE,
    REGULAR,
    SMALL_PT,
    SUBTITLE,
    TITLE,
    VERDICTS,
    clean,
    colour,
    set_up,
    shortened,
    verdict_colour,
    words,
)
from optimage.report.pdf_table import facts, table

WIDTH_PT = A4[0] - 2 * MARGIN_PT
FOOT_PT = 9 * mm
CHART_HEIGHT_PT = 50 * mm
PICTURE_PT = 88 * mm
GAP_PT = 6 * mm
LEAST_ROOM_PT = 28 * mm  # for a heading and what it stands over
ROOM_PT: dict[type[Part] | type[None], float] = {
    Picture: PICTURE_PT + 20 * mm,
    Pictures: (WIDTH_PT - GAP_PT) / 2 + 20 * mm,
    Charts: CHART_HEIGHT_PT + 20 * mm,
}
MOST_IN_TITLE = 160


def write_pdf(document: Document) -> bytes:
    """Return `document` as an A4 PDF with embedded fonts and pages numbered as x/y."""
    set_up()
    stream = BytesIO()
    template = BaseDocTemplate(
        stream,
        pagesize=A4,
        title=document.title,
        author=document.author,
        subject=document.subject,
        creator="Optimage",
        lang=document.language,
        invariant=1,
        initialFontName=REGULAR,
    )
    frame = Frame(MARGIN_PT, MARGIN_PT, WIDTH_PT, A4[1] - 2 * MARGIN_PT, 0, 0, 0, 0)
    template.addPageTemplates(PageTemplate(frames=[frame]))

    def draw_foot(canvas: Canvas, page: int, pages: int) -> None:
        _draw_foot(canvas, document.footer, page=page, pages=pages)

    template.build(list(_flowables(document.parts)), canvasmaker=partial(NumberedCanvas, foot=draw_foot))
    return stream.getvalue()


def _flowables(parts: Sequence[Part]) -> Iterator[Flowable]:
    """Yield what the parts are written as; a heading stays with the first of what it stands over."""
    for part, following in zip(parts, (*parts[1:], None), strict=True):
        if isinstance(part, Heading):
            yield CondPageBreak(ROOM_PT.get(type(following), LEAST_ROOM_PT))
        yield from _WRITERS[type(part)](part)


def _draw_foot(canvas: Canvas, text: str, *, page: int, pages: int) -> None:
    canvas.saveState()
    canvas.setStrokeColor(colour(RULE))
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN_PT, FOOT_PT + 10, MARGIN_PT + WIDTH_PT, FOOT_PT + 10)
    canvas.setFont(REGULAR, SMALL_PT)
    canvas.setFillColor(colour(QUIET))
    canvas.drawString(MARGIN_PT, FOOT_PT, clean(text))
    canvas.drawRightString(MARGIN_PT + WIDTH_PT, FOOT_PT, _("page {page}/{pages}").format(page=page, pages=pages))
    canvas.restoreState()


def _title(part: Title) -> list[Flowable]:
    badge = _badge(part.verdict) if part.verdict else ""
    left = [
        words(shortened(part.text, MOST_IN_TITLE), TITLE),
        Spacer(1, 2),
        words(shortened(part.subtitle, MOST_IN_TITLE), SUBTITLE),
    ]
    grid = Grid([[left, badge]], [WIDTH_PT - 44 * mm, 44 * mm])
    grid.setStyle([("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("LEFTPADDING", (0, 0), (-1, -1), 0), _NO_RIGHT, _FONT])
    return [grid, Spacer(1, 6), HRFlowable("100%", 1.2, color=colour(ACCENT), spaceAfter=7)]


_NO_RIGHT = ("RIGHTPADDING", (0, 0), (-1, -1), 0)
_FONT = ("FONT", (0, 0), (-1, -1), REGULAR)


def _badge(verdict: Verdict) -> Grid:
    grid = Grid([[verdict_text(verdict)]], [44 * mm], [10 * mm])
    shade = verdict_colour(verdict)
    grid.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), VERDICTS[verdict].fontName, 12),
            ("TEXTCOLOR", (0, 0), (-1, -1), shade),
            ("ALIGN", (0, 0), (-1, -1), "CENTER"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("BOX", (0, 0), (-1, -1), 1.2, shade),
            ("ROUNDEDCORNERS", [4, 4, 4, 4]),
        ]
    )
    return grid


def _heading(part: Heading) -> list[Flowable]:
    return [words(part.text, HEADING)]


def _paragraph(part: Paragraph) -> list[Flowable]:
    lead = f"{SIGNS[part.verdict]} " if part.verdict else ""
    return [words(lead + part.text, NOTE if part.tone is Tone.QUIET else BODY)]


def _facts(part: Facts) -> list[Flowable]:
    return [facts(part, WIDTH_PT)]


def _table(part: Table) -> list[Flowable]:
    return [table(part, WIDTH_PT)]


def _charts(part: Charts) -> list[Flowable]:
    width = (WIDTH_PT - GAP_PT) / 2
    cells = [
        [ChartFlowable(chart.spec, width=width, height=CHART_HEIGHT_PT), words(chart.caption, NOTE)]
        for chart in part.charts
    ]
    return [_in_pairs(cells, width)]


def _picture(part: Picture) -> list[Flowable]:
    shown = PictureFlowable(part.spec, width=PICTURE_PT, height=PICTURE_PT)
    beside = table(part.beside, WIDTH_PT - PICTURE_PT - GAP_PT) if part.beside.rows else ""
    grid = Grid([[shown, "", beside]], [PICTURE_PT, GAP_PT, WIDTH_PT - PICTURE_PT - GAP_PT], hAlign="LEFT")
    grid.setStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), _NO_RIGHT, _FONT, ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return [KeepTogether([grid, words(part.caption, NOTE)])]


def _pictures(part: Pictures) -> list[Flowable]:
    width = (WIDTH_PT - GAP_PT) / 2
    cells = [
        [PictureFlowable(spec, width=width, height=width), words(caption, NOTE)] for spec, caption in part.pictures
    ]
    return [_in_pairs(cells, width)]


def _in_pairs(cells: list[list[Flowable]], width: float) -> Grid:
    rows = [[cells[i], "", cells[i + 1] if i + 1 < len(cells) else ""] for i in range(0, len(cells), 2)]
    grid = Grid(rows, [width, GAP_PT, width], hAlign="LEFT")
    grid.setStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), _NO_RIGHT, _FONT, ("VALIGN", (0, 0), (-1, -1), "TOP")])
    return grid


def _signatures(part: Signatures) -> list[Flowable]:
    width = (WIDTH_PT - GAP_PT) / 2
    date = _("Date, signature")
    signed: list[Flowable] = [words(shortened(line, MOST_IN_TITLE), BODY) for line in part.signed]
    if not part.labels:
        return signed
    labels = (*part.labels, "")[:2]
    left, right = (words(f"{shortened(label, MOST_IN_TITLE)} · {date}" if label else "", NOTE) for label in labels)
    grid = Grid([["", "", ""], [left, "", right]], [width, GAP_PT, width], [14 * mm, None], hAlign="LEFT")
    lines = [("LINEBELOW", (i, 0), (i, 0), 0.6, colour(QUIET)) for i in (0, 2)[: len(part.labels)]]
    grid.setStyle([*lines, ("LEFTPADDING", (0, 0), (-1, -1), 0), _NO_RIGHT, _FONT])
    return [*signed, KeepTogether([grid])]


def _page_break(_part: PageBreak) -> list[Flowable]:
    return [NewPage()]


_WRITERS: dict[type[Part], Callable[[Any], list[Flowable]]] = {
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
