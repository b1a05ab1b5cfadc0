# SPDX-License-Identifier: LGPL-3.0-or-later
"""Sizes of a page: paper, margins, and what is left between them."""

from dataclasses import dataclass

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import mm

from optimage.document.parts import Look, Paper

MARGIN_PT = 18 * mm
HEAD_PT = 13 * mm  # room above the text for logo and header
GAP_PT = 6 * mm
SIZES = {Paper.A4: A4, Paper.LETTER: LETTER}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page in points; `top` is where its text begins."""

    width: float
    height: float
    top: float

    @property
    def text_width(self) -> float:
        """Between the margins."""
        return self.width - 2 * MARGIN_PT

    @property
    def text_height(self) -> float:
        """From where the text begins down to the margin."""
        return self.top - MARGIN_PT

    @property
    def abreast(self) -> int:
        """How many charts stand side by side."""
        return 3 if self.width > self.height else 2

    @property
    def share(self) -> float:
        """Width of each of them."""
        return (self.text_width - (self.abreast - 1) * GAP_PT) / self.abreast


def sheet_of(look: Look) -> Sheet:
    """Return the page that a site wants."""
    short, long = SIZES[look.paper]
    width, height = (long, short) if look.landscape else (short, long)
    headed = look.logo is not None or bool(look.header.strip())
    return Sheet(width, height, height - MARGIN_PT - (HEAD_PT if headed else 0))
