# SPDX-License-Identifier: LGPL-3.0-or-later
"""A report as plain values: what it says and in which order, not how a page looks.

Texts are final and in the reader's language; they may hold anything a
DICOM header can hold, so a writer escapes every one of them.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from optimage.charts.picture import PictureSpec
from optimage.charts.spec import ChartSpec
from optimage.model.tolerance import Verdict


class Tone(StrEnum):
    """How loud a paragraph is."""

    NORMAL = "normal"
    QUIET = "quiet"


class Align(StrEnum):
    """Where the text of a column stands; numbers stand by their decimal mark."""

    LEFT = "left"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Title:
    """What the report is about, and where there is one the overall verdict beside it."""

    text: str
    subtitle: str
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more, optionally led by the sign of a verdict."""

    text: str
    tone: Tone = Tone.NORMAL
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values, in two columns."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; widths are shares of the table's width."""

    title: str
    share: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its text, a second line, a quiet last one; or a verdict, shown as sign, word and colour.

    `value` and `unit` are what a machine reads where the text is a number.
    """

    text: str = ""
    more: str = ""
    below: str = ""
    verdict: Verdict | None = None
    value: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; the head is repeated on every page."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its figures below."""

    spec: ChartSpec
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Charts:
    """Charts side by side."""

    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image with regions, a table beside it and a caption below."""

    spec: PictureSpec
    caption: str
    beside: Table


@dataclass(frozen=True, slots=True)
class Pictures:
    """Images with regions, two side by side, each with a caption below."""

    pictures: tuple[tuple[PictureSpec, str], ...]


@dataclass(frozen=True, slots=True)
class Signatures:
    """Who signed, each with a sentence for what changed since; and lines to sign on."""

    labels: tuple[str, ...]
    signed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Part = Title | Heading | Paragraph | Facts | Table | Charts | Picture | Pictures | Signatures | PageBreak


class Paper(StrEnum):
    """Sizes of paper."""

    A4 = "A4"
    LETTER = "Letter"


@dataclass(frozen=True, slots=True)
class Look:
    """How the pages of a site look.

    Attributes
    ----------
    paper : Paper
        Size of the paper.
    landscape : bool
        Whether its long side is the lower one.
    logo : bytes or None
        A PNG or JPEG file, shown in the head of every page.
    header : str
        Text in the head of every page.
    """

    paper: Paper = Paper.A4
    landscape: bool = False
    logo: bytes | None = None
    header: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report; `footer` and the head of its `look` stand on every page."""

    title: str
    author: str
    subject: str
    language: str
    footer: str
    parts: tuple[Part, ...]
    look: Look = field(default_factory=Look)
