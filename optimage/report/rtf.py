# SPDX-License-Identifier: LGPL-3.0-or-later
"""The document model as RTF, for whoever goes on writing in it; charts and pictures are images."""

from collections.abc import Iterator

from optimage.charts.palette import QUIET
from optimage.document.parts import Document, Look, Paper
from optimage.i18n import _, say
from optimage.report.logo import Logo, logo_or_reason
from optimage.report.pdf_style import set_up
from optimage.report.rtf_parts import part_rtf
from optimage.report.rtf_text import LINE, MM_TWIPS, SMALL, Box, cell, colour_table, image, ink, literal, row

EMPTY, LANDSCAPE = "{\\pard\\par}\n", ("", "\\landscape")
SIZES_MM = {Paper.A4: (210.0, 297.0), Paper.LETTER: (215.9, 279.4)}
MARGIN = 18 * MM_TWIPS
HEADED_MARGIN = 28 * MM_TWIPS
FROM_EDGE = 9 * MM_TWIPS
LANGUAGES = {"en": 2057, "de": 1031, "fr": 1036}
FONT = "{\\fonttbl{\\f0\\fswiss\\fprq2\\fcharset0 DejaVu Sans{\\*\\falt Verdana};}}"
STYLES = "{\\stylesheet{\\s0 Normal;}{\\s1\\outlinelevel0 heading 1;}{\\s2\\outlinelevel1 heading 2;}}"
PAGE, PAGES = ("{\\field{\\*\\fldinst " + name + "}{\\fldrslt 1}}" for name in ("PAGE", "NUMPAGES"))


def write_rtf(document: Document) -> bytes:
    """Return `document` as RTF in ASCII; the same document gives the same bytes."""
    set_up()
    look = document.look
    width = _size(look)[0] - 2 * MARGIN
    abreast = 3 if look.landscape else 2
    body = "".join(part_rtf(part, width, abreast) for part in document.parts)
    return f"{''.join(_head(document, width))}{body or EMPTY}}}\n".encode("ascii")


def _size(look: Look) -> tuple[float, float]:
    short, long = (side * MM_TWIPS for side in SIZES_MM[look.paper])
    return (long, short) if look.landscape else (short, long)


def _head(document: Document, width: float) -> Iterator[str]:
    look = document.look
    paper_width, paper_height = _size(look)
    head = _page_head(look, width)
    language = LANGUAGES.get(document.language, LANGUAGES["en"])
    yield f"{{\\rtf1\\ansi\\ansicpg1252\\uc1\\deff0\\deflang{language}\n{FONT}\n{colour_table()}\n{STYLES}\n"
    title, author, subject = map(literal, (document.title, document.author, document.subject))
    told = f"{{\\title {title}}}{{\\author {author}}}{{\\subject {subject}}}"
    yield f"{{\\*\\generator Optimage;}}{{\\info{told}}}\n"
    yield f"\\paperw{round(paper_width)}\\paperh{round(paper_height)}{LANDSCAPE[look.landscape]}"
    margin = HEADED_MARGIN if head else MARGIN
    yield f"\\margl{round(MARGIN)}\\margr{round(MARGIN)}\\margt{round(margin)}\\margb{round(MARGIN)}"
    yield f"\\headery{round(FROM_EDGE)}\\footery{round(FROM_EDGE)}\n"
    yield f"{{\\header {head}}}\n" if head else ""
    yield f"{{\\footer {_foot(document.footer, width)}}}\n"


def _page_head(look: Look, width: float) -> str:
    logo = logo_or_reason(look.logo) if look.logo is not None else None
    lines = [literal(line) for line in look.header.splitlines() if line.strip()]
    if logo is not None and not isinstance(logo, Logo):
        lines.append(literal(say(logo.message)))
    if isinstance(logo, Logo):
        shown = cell([image(logo.png, logo.width_mm * MM_TWIPS, logo.height_mm * MM_TWIPS)])
        beside = cell(lines, f"\\qr{SMALL}{ink(QUIET)}")
        return row([Box(shown, width / 3), Box(beside, width * 2 / 3)]) + "{\\pard\\plain\\fs4\\par}"
    return f"{{\\pard\\plain\\f0{SMALL}{ink(QUIET)} {LINE.join(lines)}\\par}}" if lines else ""


def _foot(text: str, width: float) -> str:
    """Return the footer on the left and page x/y at the right margin."""
    look = f"\\pard\\plain\\f0{SMALL}{ink(QUIET)}\\tqr\\tx{round(width)} "
    before, between, after = map(literal, _("page {page}/{pages}").format(page="\0", pages="\0").split("\0"))
    return f"{{{look}{literal(text)}\\tab {before}{PAGE}{between}{PAGES}{after}\\par}}"
