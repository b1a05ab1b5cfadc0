# SPDX-License-Identifier: LGPL-3.0-or-later
"""What each part of a document is written as on the pages of a PDF."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, HRFlowable, KeepTogether, Spacer
from reportlab.platypus import PageBreak as NewPage
from reportlab.platypus import Table as Grid

from optimage.charts.palette import ACCENT, QUIET
from optimage.charts.printable import shortened
from optimage.document.parts import (
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
from optimage.report.pdf_chart import ChartFlowable
from optimage.report.pdf_pages import Bookmarked
from optimage.report.pdf_picture import PictureFlowable
from optimage.report.pdf_sheet import GAP_PT, Sheet
from optimage.report.pdf_style import (
    BODY,
    HEADING,
    NOTE,
    REGULAR,
    SMALLEST_PT,
    SUBTITLE,
    TITLE,
    VERDICTS,
    colour,
    literal,
    measure,
    shrunken,
    verdict_colour,
    words,
)
from optimage.report.pdf_table import facts, table

CHART_HEIGHT_PT = 50 * mm
PICTURE_PT = 88 * mm
BADGE_PT = 44 * mm
SIGN_ROOM_PT = 14 * mm
CAPTION_PT = 20 * mm
LEAST_ROOM_PT = 28 * mm  # for a heading and what it stands over
MOST_IN_TITLE, MOST_IN_LABEL, MOST_IN_CAPTION = 160, 240, 600


def flowables(parts: Sequence[Part], sheet: Sheet) -> Iterator[Flowable]:
    """Yield what the parts are written as; a heading stays with the first of what it stands over."""
    for part, following in zip(parts, (*parts[1:], None), strict=True):
        if isinstance(part, Heading):
            yield CondPageBreak(_room(following, sheet))
        yield from _WRITERS[type(part)](part, sheet)


def _room(part: Part | None, sheet: Sheet) -> float:
    rooms: dict[type, float] = {Picture: PICTURE_PT, Pictures: sheet.share, Charts: CHART_HEIGHT_PT}
    return min(rooms.get(type(part), LEAST_ROOM_PT - CAPTION_PT) + CAPTION_PT, sheet.text_height)


def _title(part: Title, sheet: Sheet) -> list[Flowable]:
    heading = Bookmarked(literal(shortened(part.text, MOST_IN_TITLE)), TITLE)
    heading.entry = part.text
    left = [heading, Spacer(1, 2), words(shortened(part.subtitle, MOST_IN_TITLE), SUBTITLE)]
    badge = _badge(part.verdict) if part.verdict else ""
    beside = BADGE_PT if part.verdict else 0.0
    grid = Grid([[left, badge]], [sheet.text_width - beside, beside])
    grid.setStyle([*_BARE, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    return [grid, Spacer(1, 6), HRFlowable("100%", 1.2, color=colour(ACCENT), spaceAfter=7)]


_FONT = ("FONT", (0, 0), (-1, -1), REGULAR)
_BARE = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    _FONT,
]


def _badge(verdict: Verdict) -> Grid:
    text, bold = verdict_text(verdict), VERDICTS[verdict].fontName != REGULAR
    room = BADGE_PT - 3 * mm
    size = next((size for size in shrunken(12.0) if measure(text, size, bold) <= room), SMALLEST_PT)
    grid = Grid([[text]], [BADGE_PT], [10 * mm])
    shade = verdict_colour(verdict)
    grid.setStyle(
        [
            ("FONT", (0, 0), (-1, -1), VERDICTS[verdict].fontName, size),
            ("TEXTCOLOR", (0, 0), (-1, -1), shade),
            ("ALIGN", (0, 0), (-1, -1), "CENTER"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("BOX", (0, 0), (-1, -1), 1.2, shade),
            ("ROUNDEDCORNERS", [4, 4, 4, 4]),
        ]
    )
    return grid


def _heading(part: Heading, _sheet: Sheet) -> list[Flowable]:
    heading = Bookmarked(literal(shortened(part.text, MOST_IN_TITLE)), HEADING)
    heading.entry, heading.level = part.text, 1
    return [heading]


def _paragraph(part: Paragraph, _sheet: Sheet) -> list[Flowable]:
    lead = f"{SIGNS[part.verdict]} " if part.verdict else ""
    return [words(lead + part.text, NOTE if part.tone is Tone.QUIET else BODY)]


def _facts(part: Facts, sheet: Sheet) -> list[Flowable]:
    return [facts(part, sheet.text_width)] if part.rows else []


def _table(part: Table, sheet: Sheet) -> list[Flowable]:
    return [table(part, sheet.text_width)] if part.columns else []


def _charts(part: Charts, sheet: Sheet) -> list[Flowable]:
    cells = [
        [ChartFlowable(chart.spec, width=sheet.share, height=CHART_HEIGHT_PT), _caption(chart.caption)]
        for chart in part.charts
    ]
    return _side_by_side(cells, sheet)


def _caption(text: str) -> Flowable:
    return words(shortened(text, MOST_IN_CAPTION), NOTE)


def _picture(part: Picture, sheet: Sheet) -> list[Flowable]:
    shown = PictureFlowable(part.spec, width=PICTURE_PT, height=PICTURE_PT)
    width = sheet.text_width - PICTURE_PT - GAP_PT
    beside: Any = table(part.beside, width) if part.beside.rows else ""
    too_high = bool(part.beside.rows) and beside.wrap(width, 0)[1] > sheet.text_height - CAPTION_PT
    grid = Grid([[shown, "", "" if too_high else beside]], [PICTURE_PT, GAP_PT, width], hAlign="LEFT")
    grid.setStyle(_BARE)
    return [KeepTogether([grid, _caption(part.caption)]), *(_table(part.beside, sheet) if too_high else ())]


def _pictures(part: Pictures, sheet: Sheet) -> list[Flowable]:
    side = min(sheet.share, sheet.text_height - 2 * CAPTION_PT)
    cells = [[PictureFlowable(spec, width=side, height=side), _caption(caption)] for spec, caption in part.pictures]
    return _side_by_side(cells, sheet)


def _side_by_side(cells: list[list[Flowable]], sheet: Sheet) -> list[Flowable]:
    if not cells:
        return []
    abreast, width = sheet.abreast, sheet.share
    padded = [*cells, *([""] * (-len(cells) % abreast))]
    rows = [_with_gaps(padded[i : i + abreast]) for i in range(0, len(padded), abreast)]
    grid = Grid(rows, _with_gaps([width] * abreast, GAP_PT), hAlign="LEFT")
    grid.setStyle(_BARE)
    return [grid]


def _with_gaps(items: Sequence[Any], gap: Any = "") -> list[Any]:
    return [one for item in items for one in (item, gap)][:-1]


def _signatures(part: Signatures, sheet: Sheet) -> list[Flowable]:
    """Write who signed, and lines to sign on, two side by side."""
    width = (sheet.text_width - GAP_PT) / 2
    signed = [words(line, BODY) for line in part.signed]
    pairs = [part.labels[i : i + 2] for i in range(0, len(part.labels), 2)]
    return [*signed, *(KeepTogether([_lines_to_sign_on(pair, width)]) for pair in pairs)]


def _lines_to_sign_on(labels: Sequence[str], width: float) -> Grid:
    date = _("Date, signature")
    shown: list[Any] = [words(f"{shortened(label, MOST_IN_LABEL)} · {date}", NOTE) for label in labels]
    grid = Grid(
        [["", "", ""], _with_gaps([*shown, *[""] * (2 - len(shown))])],
        [width, GAP_PT, width],
        [SIGN_ROOM_PT, None],
        hAlign="LEFT",
    )
    grid.setStyle([*_BARE, *(("LINEBELOW", (2 * i, 0), (2 * i, 0), 0.6, colour(QUIET)) for i in range(len(shown)))])
    return grid


def _page_break(_part: PageBreak, _sheet: Sheet) -> list[Flowable]:
    return [NewPage()]


_WRITERS: dict[type[Part], Callable[[Any, Sheet], list[Flowable]]] = {
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
