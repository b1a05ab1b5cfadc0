# SPDX-License-Identifier: LGPL-3.0-or-later
"""What stands on every page: logo and header above, footer and page number below."""

from collections.abc import Iterable
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from optimage.charts.labels import wrapped
from optimage.charts.palette import QUIET, RULE
from optimage.charts.printable import shortened
from optimage.document.parts import Look
from optimage.i18n import _, say
from optimage.report.logo import Logo, logo_or_reason
from optimage.report.pdf_sheet import GAP_PT, MARGIN_PT, Sheet
from optimage.report.pdf_style import REGULAR, SMALL_PT, clean, colour, measure

LINE_PT = SMALL_PT * 1.35
FOOT_PT = 10.5 * mm
LOGO_TOP_PT = 9 * mm  # below the upper edge of the paper
LOGO_ROOM_PT = 12 * mm
MOST_LINES, MOST_FOOT_LINES = 3, 2
MOST_CHARACTERS = 600


def draw_head(canvas: Canvas, sheet: Sheet, look: Look) -> None:
    """Draw logo and header, each only where the site has one."""
    logo = logo_or_reason(look.logo) if look.logo is not None else None
    if logo is None and not look.header.strip():
        return
    canvas.saveState()
    middle = sheet.height - LOGO_TOP_PT - LOGO_ROOM_PT / 2
    left = MARGIN_PT
    if isinstance(logo, Logo):
        width, height = logo.width_mm * mm, logo.height_mm * mm
        place = left, middle - height / 2
        canvas.drawImage(ImageReader(BytesIO(logo.png)), *place, width, height, mask="auto")
        left += width + GAP_PT
    missing = [say(logo.message)] if logo is not None and not isinstance(logo, Logo) else []
    lines = _lines([*look.header.splitlines(), *missing], MARGIN_PT + sheet.text_width - left, most=MOST_LINES)
    _set(canvas)
    for number, line in enumerate(lines):
        y = middle + (len(lines) / 2 - 1 - number) * LINE_PT + SMALL_PT * 0.25
        if logo is None:
            canvas.drawString(left, y, line)
        else:
            canvas.drawRightString(MARGIN_PT + sheet.text_width, y, line)
    _rule(canvas, sheet, middle - LOGO_ROOM_PT / 2 - 2 * mm)
    canvas.restoreState()


def draw_foot(canvas: Canvas, sheet: Sheet, text: str, *, page: int, pages: int) -> None:
    """Draw the footer, on two lines where it is long, and page x/y."""
    canvas.saveState()
    _rule(canvas, sheet, FOOT_PT + 10)
    _set(canvas)
    number = _("page {page}/{pages}").format(page=page, pages=pages)
    room = sheet.text_width - measure(number, SMALL_PT, False) - GAP_PT
    for row, line in enumerate(_lines(text.splitlines(), room, most=MOST_FOOT_LINES)):
        canvas.drawString(MARGIN_PT, FOOT_PT - row * LINE_PT, line)
    canvas.drawRightString(MARGIN_PT + sheet.text_width, FOOT_PT, number)
    canvas.restoreState()


def _lines(texts: Iterable[str], room: float, *, most: int) -> list[str]:
    lines: list[str] = []
    for text in texts:
        cleaned = clean(shortened(text, MOST_CHARACTERS))
        lines += wrapped([cleaned], room, measure, SMALL_PT, most=max(1, most - len(lines)))
    return lines[:most]


def _set(canvas: Canvas) -> None:
    canvas.setFont(REGULAR, SMALL_PT)
    canvas.setFillColor(colour(QUIET))


def _rule(canvas: Canvas, sheet: Sheet, y: float) -> None:
    canvas.setStrokeColor(colour(RULE))
    canvas.setLineWidth(0.5)
    canvas.line(MARGIN_PT, y, MARGIN_PT + sheet.text_width, y)
