# SPDX-License-Identifier: LGPL-3.0-or-later
"""An image with vector outlines on the page."""

from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from optimage.charts.palette import OVERLAY
from optimage.charts.picture import PictureSpec
from optimage.charts.scene import Point
from optimage.report.outlined import BASE_PT, NAME_PT, Name, bitmap, outlined
from optimage.report.pdf_style import REGULAR, clean, colour, measure


class PictureFlowable(Flowable):
    """A picture as large as fits into `width` × `height` with its own proportions."""

    def __init__(self, spec: PictureSpec, *, width: float, height: float) -> None:
        super().__init__()
        self.spec = spec
        self.shown = outlined(spec, width=width, height=height, measure=measure)
        self.width, self.height = self.shown.width, self.shown.height

    def draw(self) -> None:
        """Draw onto the canvas that platypus has set."""
        self.canv.saveState()
        self.canv.drawImage(ImageReader(bitmap(self.spec)), 0, 0, self.width, self.height)
        path = self.canv.beginPath()
        path.rect(0, 0, self.width, self.height)
        self.canv.clipPath(path, stroke=0)
        for places, closed in self.shown.outlines:
            _draw_outline(self.canv, places, closed=closed)
        for name in self.shown.names:
            _draw_name(self.canv, name)
        self.canv.restoreState()


def _draw_outline(canvas: Canvas, places: tuple[Point, ...], *, closed: bool) -> None:
    path = canvas.beginPath()
    path.moveTo(*places[0])
    for place in places[1:]:
        path.lineTo(*place)
    if closed:
        path.close()
    for width, shade in ((1.6, "#000000"), (0.7, OVERLAY)):
        canvas.setStrokeColor(colour(shade))
        canvas.setLineWidth(width)
        canvas.drawPath(path, stroke=1, fill=0)


def _draw_name(canvas: Canvas, name: Name) -> None:
    box = name.box
    canvas.setFillColor(colour("#000000"), alpha=0.55)
    canvas.rect(box.left, box.bottom, box.width, box.height, stroke=0, fill=1)
    canvas.setFillColor(colour(OVERLAY), alpha=1)
    canvas.setFont(REGULAR, NAME_PT)
    canvas.drawCentredString((box.left + box.right) / 2, box.bottom + BASE_PT, clean(name.text))
