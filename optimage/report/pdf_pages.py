# SPDX-License-Identifier: LGPL-3.0-or-later
"""Pages that know how many there are, and bookmarks: both are written when the last page is laid out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from optimage.charts.printable import printable, shortened

DrawAround = Callable[[Canvas, int, int], None]
MOST_IN_BOOKMARK = 160


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: its text, how deep it stands (0 for what all until the next belongs to), and where."""

    text: str
    level: int
    page: int
    y: float


class NumberedCanvas(Canvas):
    """A canvas that keeps its pages until all are there, and calls `around` with the canvas, page and number of pages.

    So a document is laid out once; to count pages first would cost as much again.
    """

    def __init__(self, *arguments: Any, around: DrawAround, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._around = around
        self._finished: list[dict[str, Any]] = []
        self._bookmarks: list[Bookmark] = []

    def mark(self, text: str, level: int, y: float) -> None:
        """Let an entry of the outline lead to the height `y` of the page that is being drawn."""
        self._bookmarks.append(Bookmark(text, level, len(self._finished), y))

    def showPage(self) -> None:  # noqa: N802 - the name in reportlab
        """Keep the page and begin the next one."""
        self._finished.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined] # reportlab has no types for it

    def save(self) -> None:
        """Draw what stands around the text, and write all pages."""
        pages = self._finished
        for number, state in enumerate(pages):
            self.__dict__.update(state)
            self._around(self, number + 1, len(pages))
            self._write_bookmarks(number)
            super().showPage()
        super().save()

    def _write_bookmarks(self, page: int) -> None:
        titled = next((i for i, bookmark in enumerate(self._bookmarks) if bookmark.level == 0), len(self._bookmarks))
        for i, bookmark in enumerate(self._bookmarks):
            if bookmark.page == page:
                self.bookmarkHorizontal(f"{i}", 0, bookmark.y)
                text = shortened(printable(bookmark.text), MOST_IN_BOOKMARK)
                self.addOutlineEntry(text, f"{i}", bookmark.level if i > titled else 0)


class Bookmarked(Paragraph):
    """A paragraph that the outline of the file leads to."""

    level = 0
    entry = ""

    def draw(self) -> None:
        """Draw onto the canvas that platypus has set."""
        if isinstance(self.canv, NumberedCanvas):
            self.canv.mark(self.entry, self.level, self.canv.absolutePosition(0, self.height)[1])
        super().draw()
