# SPDX-License-Identifier: LGPL-3.0-or-later
"""A chart drawn straight onto the page as vectors, and a PDF file of one chart."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from optimage.charts.layout import height_for, laid_out
from optimage.charts.scene import Area, Dots, Point, Scene, Stroke, Words
from optimage.charts.spec import ChartSpec, Glyph
from optimage.report.pdf_style import BOLD, REGULAR, SMALL_PT, clean, colour, measure, set_up

PAPER = "#ffffff"
MARGIN_MM = 2.0


@dataclass(frozen=True, slots=True)
class Path:
    """Operators of a path to a hundredth of a point, as a canvas draws it; point by point it took half of the time."""

    code: str

    def getCode(self) -> str:  # noqa: N802 - the name in reportlab
        """Return the operators."""
        return self.code


class ChartFlowable(Flowable):
    """A chart of a fixed size."""

    def __init__(self, spec: ChartSpec, *, width: float, height: float) -> None:
        super().__init__()
        self.scene = laid_out(spec, width=width, height=height, measure=measure)
        self.width, self.height = width, height

    def draw(self) -> None:
        """Draw onto the canvas that platypus has set."""
        draw_scene(self.canv, self.scene)


def write_chart(spec: ChartSpec, *, width_mm: float) -> bytes:
    """Return `spec` as a PDF with one page as large as the chart, fonts embedded.

    The page is as high as the chart needs. The same chart gives the same bytes.
    """
    set_up()
    stream = BytesIO()
    margin, width = MARGIN_MM * mm, (width_mm - 2 * MARGIN_MM) * mm
    height = height_for(spec, width=width, measure=measure)
    size = width + 2 * margin, height + 2 * margin
    canvas = Canvas(stream, pagesize=size, invariant=1, pageCompression=1)
    canvas.setFont(REGULAR, SMALL_PT)
    canvas.setTitle(clean(spec.title))
    canvas.setCreator("Optimage")
    scene = laid_out(spec, width=width, height=height, measure=measure)
    canvas.translate(margin, margin)
    draw_scene(canvas, scene)
    canvas.save()
    return stream.getvalue()


def draw_scene(canvas: Canvas, scene: Scene) -> None:
    """Draw what lies in the frame, clipped to it, then what lies around it."""
    canvas.saveState()
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(scene.frame.left, scene.frame.bottom, scene.frame.width, scene.frame.height)
    canvas.clipPath(path, stroke=0)
    for item in scene.inside:
        _DRAWERS[type(item)](canvas, item)
    canvas.restoreState()
    for item in scene.outside:
        _DRAWERS[type(item)](canvas, item)
    canvas.restoreState()


def _words(canvas: Canvas, words: Words) -> None:
    if words.backed:
        box = words.box
        canvas.setFillColor(colour(PAPER))
        canvas.rect(box.left, box.bottom, box.width, box.height, stroke=0, fill=1)
    canvas.setFillColor(colour(words.colour))
    canvas.setFont(BOLD if words.bold else REGULAR, words.size)
    canvas.drawString(words.x, words.y, clean(words.text))


def _stroke(canvas: Canvas, stroke: Stroke) -> None:
    canvas.setStrokeColor(colour(stroke.colour))
    canvas.setLineWidth(stroke.width)
    canvas.setDash(list(stroke.dash))
    canvas.drawPath(Path("\n".join(_line(places) for places in stroke.paths)), stroke=1, fill=0)
    canvas.setDash()


def _line(places: Sequence[Point]) -> str:
    (x, y), *others = places
    return " ".join([f"{x:.2f} {y:.2f} m", *[f"{x:.2f} {y:.2f} l" for x, y in others]])


def _area(canvas: Canvas, area: Area) -> None:
    if area.fill:
        canvas.setFillColor(colour(area.fill))
    if area.edge:
        canvas.setStrokeColor(colour(area.edge))
        canvas.setLineWidth(0.5)
    rect = area.rect
    canvas.rect(rect.left, rect.bottom, rect.width, rect.height, stroke=bool(area.edge), fill=bool(area.fill))


def _dots(canvas: Canvas, dots: Dots) -> None:
    if dots.glyph is Glyph.CIRCLE and not dots.hollow:
        _round_dots(canvas, dots)
        return
    canvas.setStrokeColor(colour(dots.colour))
    canvas.setFillColor(colour(PAPER if dots.hollow else dots.colour))
    canvas.setLineWidth(0.7 if dots.hollow else 0.3)
    path = canvas.beginPath()
    for x, y in dots.places:
        if dots.glyph is Glyph.CIRCLE:
            path.circle(x, y, dots.radius)
            continue
        for i, (dx, dy) in enumerate(CORNERS[dots.glyph]):
            (path.lineTo if i else path.moveTo)(x + dx * dots.radius, y + dy * dots.radius)
        path.close()
    canvas.drawPath(path, stroke=1, fill=dots.name != "ring")


def _round_dots(canvas: Canvas, dots: Dots) -> None:
    """Draw discs as lines of no length with round ends: one operator each instead of four curves."""
    canvas.setStrokeColor(colour(dots.colour))
    canvas.setLineWidth(2 * dots.radius)
    canvas.setLineCap(1)
    points = [f"{x:.2f} {y:.2f}" for x, y in dots.places]
    canvas.drawPath(Path("\n".join([f"{point} m {point} l" for point in points])), stroke=1, fill=0)
    canvas.setLineCap(0)


CORNERS = {
    Glyph.TRIANGLE: ((-1.2, -0.9), (1.2, -0.9), (0.0, 1.3)),
    Glyph.SQUARE: ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    Glyph.CROSS: (
        *((0.0, 0.45), (0.85, 1.3), (1.3, 0.85), (0.45, 0.0), (1.3, -0.85), (0.85, -1.3)),
        *((0.0, -0.45), (-0.85, -1.3), (-1.3, -0.85), (-0.45, 0.0), (-1.3, 0.85), (-0.85, 1.3)),
    ),
}
_DRAWERS: dict[type, Callable[[Canvas, Any], None]] = {Words: _words, Stroke: _stroke, Area: _area, Dots: _dots}
