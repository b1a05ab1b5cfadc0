# SPDX-License-Identifier: LGPL-3.0-or-later
"""Fonts, sizes and colours of the PDF."""

from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

from optimage.charts.palette import ACCENT, DARK, INK, QUIET
from optimage.charts.spec import Role
from optimage.model.tolerance import Verdict

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
FONTS = Path(__file__).parent / "fonts"
MARGIN_PT = 18 * mm
TEXT_PT, SMALL_PT, TINY_PT = 8.5, 7.2, 6.2
VERDICT_ROLES = {
    Verdict.PASS: Role.PASS,
    Verdict.WARNING: Role.WARNING,
    Verdict.FAIL: Role.FAIL,
    Verdict.NOT_JUDGED: Role.NEUTRAL,
    Verdict.NOT_MEASURED: Role.NEUTRAL,
}


@cache
def set_up() -> None:
    """Make the shipped fonts known to reportlab, and have it write streams as bytes: as text they are longer."""
    rl_config.useA85 = 0
    for name in (REGULAR, BOLD):
        pdfmetrics.registerFont(TTFont(name, FONTS / f"{name}.ttf"))


@cache
def colour(code: str) -> Color:
    """Return a colour from `#rrggbb`."""
    return HexColor(code)


def verdict_colour(verdict: Verdict) -> Color:
    """Return the colour of a verdict."""
    return colour(DARK[VERDICT_ROLES[verdict]])


def clean(text: str) -> str:
    """Return `text` without control characters, which no font can show."""
    return "".join(c if c.isprintable() or c == "\u2007" else " " for c in text)


def shortened(text: str, most: int) -> str:
    """Return at most `most` characters: a cell cannot grow beyond a page, and a header may hold any text."""
    return text if len(text) <= most else text[: most - 1] + "…"


def words(text: str, style: ParagraphStyle) -> Paragraph:
    """Return a paragraph that shows `text` literally, whatever markup it may hold."""
    return Paragraph(escape(clean(text)), style)


def _style(name: str, size: float, **settings: Any) -> ParagraphStyle:
    merged: dict[str, Any] = {
        "fontName": REGULAR,
        "textColor": colour(INK),
        "fontSize": size,
        "leading": size * 1.35,
    } | settings
    return ParagraphStyle(name, **merged)


TITLE = _style("title", 17, fontName=BOLD, textColor=colour(ACCENT))
SUBTITLE = _style("subtitle", 10, textColor=colour(QUIET))
HEADING = _style("heading", 10.5, fontName=BOLD, textColor=colour(ACCENT), spaceBefore=12, spaceAfter=4)
BODY = _style("body", TEXT_PT, spaceAfter=2)
NOTE = _style("note", SMALL_PT, textColor=colour(QUIET), spaceBefore=1)
TABLE_HEAD = _style("table_head", SMALL_PT, textColor=colour(QUIET))
TABLE_HEAD_NUMBER = _style("table_head_number", SMALL_PT, textColor=colour(QUIET), alignment=2)
CELL = _style("cell", TEXT_PT - 0.5)
BELOW = _style("below", TINY_PT + 0.3, textColor=colour(QUIET))
LABEL = _style("label", SMALL_PT, textColor=colour(QUIET), leading=TEXT_PT * 1.35)
VERDICTS = {
    verdict: _style(
        f"verdict_{verdict}",
        TEXT_PT - 0.5,
        fontName=REGULAR if role is Role.NEUTRAL else BOLD,
        textColor=colour(DARK[role]),
    )
    for verdict, role in VERDICT_ROLES.items()
}
