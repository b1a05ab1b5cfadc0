# SPDX-License-Identifier: LGPL-3.0-or-later
"""An image with vector outlines on the page."""

from math import ceil

from PIL import Image as Bitmap
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from optimage.charts.palette import OVERLAY
from optimage.charts.picture import Outline, PictureSpec
from optimage.report.pdf_style import REGULAR, TINY_PT, clean, colour

NAME_GAP_PT = 2.5
MOST_PIXELS = 1200  # per side: 300 dpi at the largest size on the page


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
        for outline in self.spec.outlines:
            _draw_name(self.canv, self._name_place(outline), outline, self.width)
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
    for width, shade in ((1.6, "#000000"), (0.7, OVERLAY)):
        canvas.setStrokeColor(colour(shade))
        canvas.setLineWidth(width)
        path = canvas.beginPath()
        path.moveTo(*places[0])
        for place in places[1:]:
            path.lineTo(*place)
        if outline.closed:
            path.close()
        canvas.drawPath(path, stroke=1, fill=0)


def _draw_name(canvas: Canvas, place: tuple[float, float], outline: Outline, width: float) -> None:
    name, size = clean(outline.name), TINY_PT - 0.4
    half = canvas.stringWidth(name, REGULAR, size) / 2
    x = min(max(place[0], half + 2), width - half - 2)
    y = place[1]
    canvas.setFillColor(colour("#000000"), alpha=0.55)
    canvas.rect(x - half - 1.2, y - 1.4, 2 * half + 2.4, size + 0.8, stroke=0, fill=1)
    canvas.setFillColor(colour(OVERLAY), alpha=1)
    canvas.setFont(REGULAR, size)
    canvas.drawCentredString(x, y, name)
