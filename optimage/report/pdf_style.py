# SPDX-License-Identifier: LGPL-3.0-or-later
"""Fonts, sizes and colours of the PDF."""

from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph

from optimage.charts.palette import ACCENT, DARK, INK, QUIET
from optimage.charts.printable import REPLACEMENT, printable
from optimage.charts.spec import Role
from optimage.model.tolerance import Verdict

REGULAR, BOLD = "DejaVuSans", "DejaVuSans-Bold"
FONTS = Path(__file__).parent / "fonts"
TEXT_PT, SMALL_PT, TINY_PT, SMALLEST_PT = 8.5, 7.2, 6.2, 5.5
ASTRAL = 0x10000  # reportlab writes codes from here on with an odd number of digits, which is no text
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
    """Return `text` as it can be shown: what the fonts have no glyph for is told by `�`, never left out."""
    shown = printable(text)
    if shown.isascii() or _glyphs().issuperset(shown):
        return shown
    return "".join(character if character in _glyphs() else REPLACEMENT for character in shown)


@cache
def _glyphs() -> frozenset[str]:
    """Return the characters that both fonts have and that can be found again in the file."""
    set_up()
    fonts: list[Any] = [pdfmetrics.getFont(name) for name in (REGULAR, BOLD)]
    regular, bold = (font.face.charToGlyph for font in fonts)
    return frozenset(chr(code) for code in regular.keys() & bold.keys() if code < ASTRAL)


def measure(text: str, size: float, bold: bool) -> float:
    """Return the width in points of a text in the fonts of the report."""
    return float(stringWidth(clean(text), BOLD if bold else REGULAR, size))


def literal(text: str) -> str:
    """Return what a paragraph shows as `text`, whatever markup it may hold."""
    return escape(clean(text))


def words(text: str, style: ParagraphStyle) -> Paragraph:
    """Return a paragraph that shows `text` literally."""
    return Paragraph(literal(text), style)


def fitted(text: str, style: ParagraphStyle, room: float) -> Paragraph:
    """Return a paragraph whose longest word is not broken: its letters are smaller where `room` is narrow."""
    widest = max((measure(word, 1.0, style.fontName == BOLD) for word in text.split(" ")), default=0.0)
    size = next((size for size in shrunken(style.fontSize) if widest * size <= room), SMALLEST_PT)
    return words(text, style if size == style.fontSize else ParagraphStyle(style.name, style, fontSize=size))


def shrunken(size: float) -> tuple[float, ...]:
    """Return `size` and smaller ones in steps of half a point."""
    return tuple(size - step / 2 for step in range(int(2 * (size - SMALLEST_PT)) + 1))


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
CELL_NUMBER = _style("cell_number", TEXT_PT - 0.5, alignment=2)
BELOW = _style("below", TINY_PT + 0.3, textColor=colour(QUIET))
BELOW_NUMBER = _style("below_number", TINY_PT + 0.3, textColor=colour(QUIET), alignment=2)
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
