# SPDX-License-Identifier: LGPL-3.0-or-later
"""The words of RTF: texts, cells, rows and images."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from optimage.charts.palette import ACCENT, DARK, INK, QUIET, RULE
from optimage.charts.printable import printable
from optimage.charts.spec import Role

MM_TWIPS = 1440 / 25.4
PT_TWIPS = 20
COLOURS = (INK, QUIET, RULE, ACCENT, DARK[Role.PASS], DARK[Role.WARNING], DARK[Role.FAIL], DARK[Role.NEUTRAL])
HEX_LINE = 120
LINE = "\\line "
SMALL = "\\fs15"


@dataclass(frozen=True, slots=True)
class Box:
    """A cell: what stands in it, its width in twips, and its borders."""

    content: str
    width: float
    borders: str = ""


def literal(text: str) -> str:
    """Return what shows `text` as it is: letters of ASCII, all others by their code."""
    return "".join(map(_letter, printable(text)))


def _letter(letter: str) -> str:
    if letter in "\\{}":
        return f"\\{letter}"
    if letter.isascii():
        return letter
    units = letter.encode("utf-16-le")
    codes = (int.from_bytes(units[i : i + 2], "little", signed=True) for i in range(0, len(units), 2))
    return "".join(f"\\u{code}?" for code in codes)


def ink(shade: str) -> str:
    """Return the word that sets a colour of the palette."""
    return f"\\cf{COLOURS.index(shade) + 1}"


def colour_table() -> str:
    """Return the palette as the file holds it."""
    shades = (tuple(int(shade[i : i + 2], 16) for i in (1, 3, 5)) for shade in COLOURS)
    told = "".join(f"\\red{red}\\green{green}\\blue{blue};" for red, green, blue in shades)
    return f"{{\\colortbl;{told}}}"


def paragraph(content: str, look: str = "") -> str:
    """Return a paragraph outside of tables."""
    return f"{{\\pard\\plain\\f0\\fs17{ink(INK)}\\sa60{look} {content}\\par}}\n"


def cell(lines: Iterable[str], look: str = "") -> str:
    """Return what stands in a cell, one line below the other."""
    return f"\\pard\\plain\\intbl\\sb30\\sa30\\f0\\fs16{ink(INK)}{look} {LINE.join(lines)}"


def row(boxes: Sequence[Box], *, head: bool = False) -> str:
    """Return a row of a table that is not divided between pages; a head is repeated on each."""
    edges, right = [], 0.0
    for box in boxes:
        right += box.width
        edges.append(f"{box.borders}\\cellx{round(right)}")
    repeated = "\\trhdr" if head else ""
    cells = "".join(f"{{{box.content}\\cell}}\n" for box in boxes)
    return f"{{\\trowd\\trgaph50\\trleft0\\trkeep{repeated}{''.join(edges)}\n{cells}\\row}}\n"


def border(side: str, shade: str, twips: int) -> str:
    """Return the border of a cell at `side`: one of t, b, l, r."""
    return f"\\clbrdr{side}\\brdrs\\brdrw{twips}\\brdrcf{COLOURS.index(shade) + 1}"


def after_table() -> str:
    """Return what keeps two tables from growing into one."""
    return "{\\pard\\plain\\fs8\\par}\n"


def image(png: bytes, width: float, height: float) -> str:
    """Return a PNG shown `width` x `height` twips large."""
    columns, rows = (int.from_bytes(png[i : i + 4], "big") for i in (16, 20))
    coded = png.hex()
    lines = "\n".join(coded[i : i + HEX_LINE] for i in range(0, len(coded), HEX_LINE))
    goal = f"\\picwgoal{round(width)}\\pichgoal{round(height)}"
    return f"{{\\pict\\pngblip\\picw{columns}\\pich{rows}{goal}\n{lines}}}"


def proportions(png: bytes) -> float:
    """Return height over width of a PNG."""
    columns, rows = (int.from_bytes(png[i : i + 4], "big") for i in (16, 20))
    return rows / columns
