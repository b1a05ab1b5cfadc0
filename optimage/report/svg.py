# SPDX-License-Identifier: LGPL-3.0-or-later
"""Charts and pictures as SVG that stands inside a page of HTML.

Every text is as wide as it was measured, whichever font shows it: so nothing
touches on a computer without DejaVu Sans, either.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from html import escape
from io import BytesIO
from typing import Any

from optimage.charts.palette import OVERLAY
from optimage.charts.picture import PictureSpec
from optimage.charts.printable import printable
from optimage.charts.scene import Area, Dots, Measure, Point, Rect, Scene, Stroke, Words
from optimage.charts.spec import Glyph
from optimage.report.outlined import BASE_PT, NAME_PT, Name, bitmap, outlined
from optimage.report.pdf_chart import CORNERS

PAPER = "#fff"


def chart_svg(scene: Scene, *, title: str, number: int) -> str:
    """Return a chart; `number` tells it from the others of the page."""
    frame, clip = scene.frame, f"frame{number}"
    inside = "".join(text for item in scene.inside for text in _DRAWERS[type(item)](item, scene.height))
    outside = "".join(text for item in scene.outside for text in _DRAWERS[type(item)](item, scene.height))
    return (
        f"{_begin(scene.width, scene.height, title)}"
        f'<clipPath id="{clip}"><rect {_rect(frame, scene.height)}/></clipPath>'
        f'<g clip-path="url(#{clip})">{inside}</g>{outside}</svg>'
    )


def picture_svg(spec: PictureSpec, *, width: float, height: float, measure: Measure, title: str) -> str:
    """Return an image with its regions, as large as fits into `width` x `height` points; the image is inside as PNG."""
    shown = outlined(spec, width=width, height=height, measure=measure)
    stream = BytesIO()
    bitmap(spec).save(stream, "PNG")
    image = data_uri("image/png", stream.getvalue())
    outlines = "".join(_outline(places, shown.height, closed=closed) for places, closed in shown.outlines)
    names = "".join(_name(name, shown.height) for name in shown.names)
    size = f'width="{_number(shown.width)}" height="{_number(shown.height)}"'
    drawn = f'<image {size} preserveAspectRatio="none" href="{image}"/>'
    return f"{_begin(shown.width, shown.height, title)}{drawn}{outlines}{names}</svg>"


def data_uri(kind: str, data: bytes) -> str:
    """Return `data` as an address that holds all of it."""
    return f"data:{kind};base64,{b64encode(data).decode('ascii')}"


def _begin(width: float, height: float, title: str) -> str:
    label = escape(printable(title))
    return f'<svg viewBox="0 0 {_number(width)} {_number(height)}" role="img" aria-label="{label}">'


def _words(words: Words, height: float) -> Iterator[str]:
    text = printable(words.text)
    if not text.strip():
        return
    if words.backed:
        yield f'<rect {_rect(words.box, height)} fill="{PAPER}"/>'
    weight = ' font-weight="bold"' if words.bold else ""
    place = f'x="{_number(words.x)}" y="{_number(height - words.y)}" font-size="{_number(words.size)}"'
    yield f'<text {place} fill="{words.colour}"{weight} {_wide(words.width)}>{escape(text, quote=False)}</text>'


def _wide(width: float) -> str:
    return f'textLength="{_number(width)}" lengthAdjust="spacingAndGlyphs"'


def _stroke(stroke: Stroke, height: float) -> Iterator[str]:
    path = "".join(f"M{_joined(places, height)}" for places in stroke.paths if places)
    dash = f' stroke-dasharray="{" ".join(map(_number, stroke.dash))}"' if stroke.dash else ""
    yield f'<path d="{path}" fill="none" stroke="{stroke.colour}" stroke-width="{_number(stroke.width)}"{dash}/>'


def _area(area: Area, height: float) -> Iterator[str]:
    edge = f' stroke="{area.edge}" stroke-width=".5"' if area.edge else ""
    yield f'<rect {_rect(area.rect, height)} fill="{area.fill or "none"}"{edge}/>'


def _dots(dots: Dots, height: float) -> Iterator[str]:
    look = f'stroke="{dots.colour}"'
    if dots.glyph is Glyph.CIRCLE and not dots.hollow:
        path = "".join(f"M{_joined([place], height)}h0" for place in dots.places)
        yield f'<path d="{path}" {look} stroke-width="{_number(2 * dots.radius)}" stroke-linecap="round"/>'
        return
    fill = "none" if dots.name == "ring" else PAPER if dots.hollow else dots.colour
    width = 'stroke-width=".7"' if dots.hollow else 'stroke-width=".3"'
    path = "".join(_glyph(dots.glyph, x, height - y, dots.radius) for x, y in dots.places)
    yield f'<path d="{path}" fill="{fill}" {look} {width}/>'


def _glyph(glyph: Glyph, x: float, y: float, radius: float) -> str:
    if glyph is Glyph.CIRCLE:
        r, wide = _number(radius), _number(2 * radius)
        return f"M{_number(x - radius)} {_number(y)}a{r} {r} 0 1 0 {wide} 0a{r} {r} 0 1 0 -{wide} 0z"
    corners = ((x + dx * radius, y - dy * radius) for dx, dy in CORNERS[glyph])
    return "M" + "L".join(f"{_number(left)} {_number(down)}" for left, down in corners) + "z"


_DRAWERS: dict[type, Callable[[Any, float], Iterator[str]]] = {
    Words: _words,
    Stroke: _stroke,
    Area: _area,
    Dots: _dots,
}


def _outline(places: Iterable[Point], height: float, *, closed: bool) -> str:
    path = f"M{_joined(places, height)}{'z' if closed else ''}"
    looks = (("#000", "1.6"), (OVERLAY, ".7"))
    return "".join(f'<path d="{path}" fill="none" stroke="{shade}" stroke-width="{wide}"/>' for shade, wide in looks)


def _name(name: Name, height: float) -> str:
    box = name.box
    x, y = (box.left + box.right) / 2, height - box.bottom - BASE_PT
    place = f'x="{_number(x)}" y="{_number(y)}" font-size="{_number(NAME_PT)}" text-anchor="middle"'
    text = f'<text {place} fill="{OVERLAY}" {_wide(box.width - 2.4)}>{escape(name.text, quote=False)}</text>'
    return f'<rect {_rect(box, height)} fill-opacity=".55"/>{text if name.text.strip() else ""}'


def _joined(places: Iterable[Point], height: float) -> str:
    return "L".join(f"{_number(x)} {_number(height - y)}" for x, y in places)


def _rect(rect: Rect, height: float) -> str:
    place = f'x="{_number(rect.left)}" y="{_number(height - rect.top)}"'
    return f'{place} width="{_number(rect.width)}" height="{_number(rect.height)}"'


def _number(value: float) -> str:
    """Return a length to a hundredth of a point."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
