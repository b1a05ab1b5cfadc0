# SPDX-License-Identifier: LGPL-3.0-or-later
"""A chart drawn straight onto the page as vectors."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from optimage.charts.palette import DARK, DASHES, INK, PALE, QUIET, RULE, STROKES
from optimage.charts.spec import ChartSpec, Glyph, Line, Marker, Series
from optimage.i18n import _
from optimage.report.pdf_style import BOLD, REGULAR, TINY_PT, clean, colour

LEFT_PT, RIGHT_PT, TOP_PT, BOTTOM_PT = 32.0, 20.0, 23.0, 15.0
RADIUS_PT, RING_PT = 1.7, 4.0
LABEL_GAP_PT = 6.2


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the axes lie on the page, and how values get there."""

    spec: ChartSpec
    width: float
    height: float

    @property
    def size(self) -> tuple[float, float]:
        """Width and height inside the axes."""
        return self.width - LEFT_PT - RIGHT_PT, self.height - TOP_PT - BOTTOM_PT

    def x(self, value: float) -> float:
        """Return the page position of a value of the x axis."""
        axis = self.spec.x_axis
        return LEFT_PT + (value - axis.low) / (axis.high - axis.low) * self.size[0]

    def y(self, value: float) -> float:
        """Return the page position of a value of the y axis."""
        axis = self.spec.y_axis
        return BOTTOM_PT + (value - axis.low) / (axis.high - axis.low) * self.size[1]


class ChartFlowable(Flowable):
    """A chart of a fixed size."""

    def __init__(self, spec: ChartSpec, *, width: float, height: float) -> None:
        super().__init__()
        self.frame = Frame(spec, width, height)
        self.width, self.height = width, height

    def draw(self) -> None:
        """Draw onto the canvas that platypus has set."""
        draw_chart(self.canv, self.frame)


def draw_chart(canvas: Canvas, frame: Frame) -> None:
    """Draw bands, grid, lines, points and texts, in this order."""
    canvas.saveState()
    _draw_titles(canvas, frame)
    _draw_inside(canvas, frame)
    _draw_labels(canvas, frame)
    canvas.restoreState()


def _draw_titles(canvas: Canvas, frame: Frame) -> None:
    spec, top = frame.spec, frame.height
    canvas.setFillColor(colour(INK))
    canvas.setFont(BOLD, TINY_PT + 1.3)
    canvas.drawString(0, top - 8, _fitted(canvas, clean(spec.title), frame.width, BOLD))
    canvas.setFillColor(colour(QUIET))
    canvas.setFont(REGULAR, TINY_PT)
    y_title, texts = clean(spec.y_axis.title), (spec.x_axis.title, *spec.notes)
    if canvas.stringWidth(y_title, REGULAR, TINY_PT) <= LEFT_PT - 3:
        canvas.drawRightString(LEFT_PT - 3, top - 17.5, y_title)
        left = LEFT_PT
    else:  # too long to stand above its axis
        texts, left = (_("{y} over {x}").format(y=y_title, x=spec.x_axis.title), *spec.notes), 0.0
    notes = " · ".join(text for text in texts if text)
    canvas.drawString(left, top - 17.5, _fitted(canvas, clean(notes), frame.width - left, REGULAR))


def _fitted(canvas: Canvas, text: str, width: float, font: str) -> str:
    size = TINY_PT + 1.3 if font == BOLD else TINY_PT
    if canvas.stringWidth(text, font, size) <= width:
        return text
    while text and canvas.stringWidth(text + "…", font, size) > width:
        text = text[:-1]
    return text + "…"


def _draw_inside(canvas: Canvas, frame: Frame) -> None:
    width, height = frame.size
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(LEFT_PT, BOTTOM_PT, width, height)
    canvas.clipPath(path, stroke=0)
    for band in frame.spec.bands:
        canvas.setFillColor(colour(PALE[band.role]))
        x, y = frame.x(band.x_low), frame.y(band.y_low)
        canvas.rect(x, y, frame.x(band.x_high) - x, frame.y(band.y_high) - y, stroke=0, fill=1)
    for line in frame.spec.lines:
        _draw_line(canvas, frame, line)
    for number, series in enumerate(frame.spec.series):
        canvas.setDash(list(STROKES[number % len(STROKES)]))
        _draw_series(canvas, frame, series)
    canvas.setDash()
    for marker in frame.spec.markers:
        if isfinite(marker.y):
            _draw_marker(canvas, frame, marker)
    canvas.restoreState()


def _draw_line(canvas: Canvas, frame: Frame, line: Line) -> None:
    canvas.setStrokeColor(colour(DARK[line.role]))
    canvas.setLineWidth(0.6)
    canvas.setDash(list(DASHES[line.role]))
    y = frame.y(line.y)
    canvas.line(frame.x(line.x_low), y, frame.x(line.x_high), y)


def _draw_series(canvas: Canvas, frame: Frame, series: Series) -> None:
    canvas.setStrokeColor(colour(QUIET))
    canvas.setLineWidth(0.5)
    path = canvas.beginPath()
    drawing = False
    for x, y in zip(series.x, series.y, strict=True):
        finite = isfinite(x) and isfinite(y)
        if finite:
            (path.lineTo if drawing else path.moveTo)(frame.x(x), frame.y(y))
        drawing = finite
    canvas.drawPath(path, stroke=1, fill=0)


def _draw_marker(canvas: Canvas, frame: Frame, marker: Marker) -> None:
    x, y = frame.x(marker.x), frame.y(marker.y)
    shade = colour(DARK[marker.role])
    canvas.setStrokeColor(shade)
    canvas.setLineWidth(0.7)
    canvas.setFillColor(colour("#ffffff") if marker.hollow else shade)
    if marker.highlighted:
        canvas.circle(x, y, RING_PT, stroke=1, fill=0)
    if marker.glyph is Glyph.CIRCLE:
        canvas.circle(x, y, RADIUS_PT, stroke=1, fill=1)
        return
    path = canvas.beginPath()
    for i, (dx, dy) in enumerate(CORNERS[marker.glyph]):
        (path.lineTo if i else path.moveTo)(x + dx * RADIUS_PT, y + dy * RADIUS_PT)
    path.close()
    canvas.drawPath(path, stroke=1, fill=1)


CORNERS = {
    Glyph.TRIANGLE: ((-1.2, -0.9), (1.2, -0.9), (0.0, 1.3)),
    Glyph.SQUARE: ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    Glyph.CROSS: (
        *((0.0, 0.45), (0.85, 1.3), (1.3, 0.85), (0.45, 0.0), (1.3, -0.85), (0.85, -1.3)),
        *((0.0, -0.45), (-0.85, -1.3), (-1.3, -0.85), (-0.45, 0.0), (-1.3, 0.85), (-0.85, 1.3)),
    ),
}


def _draw_labels(canvas: Canvas, frame: Frame) -> None:
    width, height = frame.size
    canvas.setStrokeColor(colour(RULE))
    canvas.setLineWidth(0.5)
    canvas.rect(LEFT_PT, BOTTOM_PT, width, height, stroke=1, fill=0)
    canvas.setFont(REGULAR, TINY_PT)
    canvas.setFillColor(colour(QUIET))
    for tick in frame.spec.y_axis.ticks:
        canvas.line(LEFT_PT - 2, frame.y(tick.at), LEFT_PT, frame.y(tick.at))
        canvas.drawRightString(LEFT_PT - 3.5, frame.y(tick.at) - 2.2, tick.label)
    for x, label in _roomy_ticks(canvas, frame):
        canvas.line(x, BOTTOM_PT - 2, x, BOTTOM_PT)
        canvas.drawCentredString(x, BOTTOM_PT - 9, label)
    named = [line for line in frame.spec.lines if line.label]
    places = spread([frame.y(line.y) for line in named], LABEL_GAP_PT)
    for line, y in zip(named, places, strict=True):
        canvas.setFillColor(colour(DARK[line.role]))
        canvas.drawString(frame.width - RIGHT_PT + 2, y - 2.2, line.label)


def _roomy_ticks(canvas: Canvas, frame: Frame) -> Iterator[tuple[float, str]]:
    """Yield the x ticks whose labels do not touch the one before."""
    taken = 0.0
    for tick in frame.spec.x_axis.ticks:
        x, half = frame.x(tick.at), canvas.stringWidth(tick.label, REGULAR, TINY_PT) / 2
        if x - half >= taken:
            taken = x + half + 5
            yield x, tick.label


def spread(places: Sequence[float], gap: float) -> tuple[float, ...]:
    """Move `places` apart so that neighbours are at least `gap` away; their order and centre are kept."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = [places[i] for i in order]
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + gap)
    shift = sum(moved[i] - places[j] for i, j in enumerate(order)) / max(1, len(moved))
    result = [0.0] * len(places)
    for value, i in zip(moved, order, strict=True):
        result[i] = value - shift
    return tuple(result)
