# SPDX-License-Identifier: LGPL-3.0-or-later
"""An image with vector outlines on the page."""

from dataclasses import dataclass
from math import ceil

from PIL import Image as Bitmap
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from optimage.charts.labels import fitted
from optimage.charts.palette import OVERLAY
from optimage.charts.picture import Outline, PictureSpec
from optimage.report.pdf_style import REGULAR, TINY_PT, clean, colour, measure
from optimage.report.printable import shortened

NAME_GAP_PT = 2.5
MOST_IN_NAME = 120
Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points."""
MOST_PIXELS = 1200  # per side: 300 dpi at the largest size on the page


@dataclass(frozen=True, slots=True)
class Label:
    """A name and the box it fills on the picture."""

    text: str
    size: float
    box: Box


class PictureFlowable(Flowable):
    """A picture as large as fits into `width` × `height` with its own proportions."""

    def __init__(self, spec: PictureSpec, *, width: float, height: float) -> None:
        super().__init__()
        self.spec = spec
        rows, columns = spec.grey.shape
        scale = min(width / columns, height / (rows * spec.aspect))
        self.width, self.height = columns * scale, rows * spec.aspect * scale

    def draw(self) -> None:
        """Draw onto the canvas that platypus has set."""
        self.canv.saveState()
        self.canv.drawImage(ImageReader(_bitmap(self.spec)), 0, 0, self.width, self.height)
        path = self.canv.beginPath()
        path.rect(0, 0, self.width, self.height)
        self.canv.clipPath(path, stroke=0)
        for outline in self.spec.outlines:
            _draw_outline(self.canv, [self._place(point) for point in outline.points], outline)
        taken: list[Box] = []
        for outline in self.spec.outlines:
            label = _label(self.canv, self._name_place(outline), outline, self.width)
            if not any(_meet(label.box, other) for other in taken):  # names on names help nobody
                _draw_label(self.canv, label)
                taken.append(label.box)
        self.canv.restoreState()

    def _name_place(self, outline: Outline) -> tuple[float, float]:
        """Return where the name's baseline lies: above the region, below it where the picture ends."""
        x, y = self._place(outline.top)
        if y + NAME_GAP_PT + TINY_PT <= self.height:
            return x, y + NAME_GAP_PT
        x, y = self._place(outline.bottom)
        return x, y - NAME_GAP_PT - TINY_PT

    def _place(self, point: tuple[float, float]) -> tuple[float, float]:
        """Return where a pixel centre lies: half a pixel inside the picture's corner for (0, 0)."""
        rows, columns = self.spec.grey.shape
        row, column = point
        return (column + 0.5) / columns * self.width, self.height - (row + 0.5) / rows * self.height


def _bitmap(spec: PictureSpec) -> Bitmap.Image:
    bitmap = Bitmap.fromarray(spec.grey)
    factor = ceil(max(bitmap.size) / MOST_PIXELS)
    if factor == 1:
        return bitmap
    return bitmap.resize((ceil(bitmap.width / factor), ceil(bitmap.height / factor)), Bitmap.Resampling.BOX)


def _draw_outline(canvas: Canvas, places: list[tuple[float, float]], outline: Outline) -> None:
    path = canvas.beginPath()
    path.moveTo(*places[0])
    for place in places[1:]:
        path.lineTo(*place)
    if outline.closed:
        path.close()
    for width, shade in ((1.6, "#000000"), (0.7, OVERLAY)):
        canvas.setStrokeColor(colour(shade))
        canvas.setLineWidth(width)
        canvas.drawPath(path, stroke=1, fill=0)


def _label(canvas: Canvas, place: tuple[float, float], outline: Outline, width: float) -> Label:
    size = TINY_PT - 0.4
    name = fitted(clean(shortened(outline.name, MOST_IN_NAME)), width - 8, measure, size)
    half = canvas.stringWidth(name, REGULAR, size) / 2
    x, y = min(max(place[0], half + 2), width - half - 2), place[1]
    return Label(name, size, (x - half - 1.2, y - 1.4, x + half + 1.2, y + size - 0.6))


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _draw_label(canvas: Canvas, label: Label) -> None:
    left, bottom, right, top = label.box
    canvas.setFillColor(colour("#000000"), alpha=0.55)
    canvas.rect(left, bottom, right - left, top - bottom, stroke=0, fill=1)
    canvas.setFillColor(colour(OVERLAY), alpha=1)
    canvas.setFont(REGULAR, label.size)
    canvas.drawCentredString((left + right) / 2, bottom + 1.4, label.text)
