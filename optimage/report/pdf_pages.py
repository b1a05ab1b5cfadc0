# SPDX-License-Identifier: LGPL-3.0-or-later
"""Pages that know how many there are: their feet are drawn when the last one is laid out."""

from collections.abc import Callable
from typing import Any

from reportlab.pdfgen.canvas import Canvas

DrawFoot = Callable[[Canvas, int, int], None]


class NumberedCanvas(Canvas):
    """A canvas that keeps its pages until all are there, and calls `foot` with the canvas, page and number of pages.

    So a document is laid out once; to count pages first would cost as much again.
    """

    def __init__(self, *arguments: Any, foot: DrawFoot, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._foot = foot
        self._finished: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the name in reportlab
        """Keep the page and begin the next one."""
        self._finished.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined] # reportlab has no types for it

    def save(self) -> None:
        """Draw the feet and write all pages."""
        pages = self._finished
        for number, state in enumerate(pages, start=1):
            self.__dict__.update(state)
            self._foot(self, number, len(pages))
            super().showPage()
        super().save()
