# SPDX-License-Identifier: LGPL-3.0-or-later
"""The document model as PDF, byte for byte the same whenever it is rebuilt.

Fonts are embedded, no time of writing is recorded, and every text is shown
literally. Nothing here knows what a measurement is.
"""

from functools import partial
from io import BytesIO

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Spacer

from optimage.charts.printable import printable
from optimage.document.parts import Document
from optimage.report.pdf_head import draw_foot, draw_head
from optimage.report.pdf_pages import NumberedCanvas
from optimage.report.pdf_parts import flowables
from optimage.report.pdf_sheet import MARGIN_PT, sheet_of
from optimage.report.pdf_style import REGULAR, set_up


def write_pdf(document: Document) -> bytes:
    """Return `document` as a PDF with embedded fonts, bookmarks, and pages numbered as x/y."""
    set_up()
    stream = BytesIO()
    sheet = sheet_of(document.look)
    template = BaseDocTemplate(
        stream,
        pagesize=(sheet.width, sheet.height),
        title=printable(document.title),
        author=printable(document.author),
        subject=printable(document.subject),
        creator="Optimage",
        lang=printable(document.language),
        invariant=1,
        initialFontName=REGULAR,
    )
    frame = Frame(MARGIN_PT, MARGIN_PT, sheet.text_width, sheet.text_height, 0, 0, 0, 0)
    template.addPageTemplates(PageTemplate(frames=[frame]))

    def around(canvas: Canvas, page: int, pages: int) -> None:
        draw_head(canvas, sheet, document.look)
        draw_foot(canvas, sheet, document.footer, page=page, pages=pages)

    shown = list(flowables(document.parts, sheet)) or [Spacer(1, 1)]
    template.build(shown, canvasmaker=partial(NumberedCanvas, around=around))
    return stream.getvalue()
