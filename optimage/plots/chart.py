# SPDX-License-Identifier: LGPL-3.0-or-later
"""Charts as PNG and SVG files, the same bytes for the same chart."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.patches import Rectangle

from optimage.charts.layout import height_for, laid_out
from optimage.charts.scene import Area, Dots, Scene, Stroke, Words
from optimage.charts.spec import ChartSpec, Glyph

WIDTH_MM, DPI = 160.0, 200
MARGIN_PT = 4.0
MM_PT = 72 / 25.4
GLYPHS = {Glyph.CIRCLE: "o", Glyph.TRIANGLE: "^", Glyph.CROSS: "X", Glyph.SQUARE: "s"}
SIZES = {Glyph.CIRCLE: 2.0, Glyph.TRIANGLE: 2.4, Glyph.CROSS: 2.6, Glyph.SQUARE: 1.8}
"""Of the radius: how wide matplotlib draws a marker that is as large as the one in the report."""
HINTS_ROOM = 1.02  # of the width of texts: pixels round each letter
SETTINGS: Any = {
    "svg.hashsalt": "optimage",  # ids of SVG elements follow from their content alone
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.parse_math": False,  # a dollar sign in a title is a dollar sign
    "text.hinting": "none",
    "path.simplify": False,  # what may be left out is decided before
}
POINTS_ID = "points"


def save_chart(spec: ChartSpec, path: Path, *, width_mm: float = WIDTH_MM) -> None:
    """Draw `spec` to `path`; its suffix, `.png` or `.svg`, is the format."""
    path.write_bytes(draw_chart(spec, path.suffix.lstrip("."), width_mm=width_mm))


def draw_chart(spec: ChartSpec, form: str, *, width_mm: float = WIDTH_MM) -> bytes:
    """Return `spec` as the bytes of a file of this form, `png` or `svg`."""
    width = width_mm * MM_PT - 2 * MARGIN_PT
    height = height_for(spec, width=width, measure=measure)
    scene = laid_out(spec, width=width, height=height, measure=measure)
    stream = BytesIO()
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=((width + 2 * MARGIN_PT) / 72, (height + 2 * MARGIN_PT) / 72))
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.set_xlim(-MARGIN_PT, width + MARGIN_PT)
        axes.set_ylim(-MARGIN_PT, height + MARGIN_PT)
        _draw(axes, scene)
        metadata: dict[str, None] = {"Date": None} if form == "svg" else {"Software": None}
        figure.savefig(stream, format=form, dpi=DPI, metadata=metadata)
    return stream.getvalue()


def measure(text: str, size: float, bold: bool) -> float:
    """Return the width in points of a text in the font that charts are drawn with."""
    return _width(text, bold) * size * HINTS_ROOM


@cache
def _width(text: str, bold: bool) -> float:
    font = _font(bold)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64 / 100


@cache
def _font(bold: bool) -> FT2Font:
    font = FT2Font(findfont(FontProperties(family="DejaVu Sans", weight="bold" if bold else "normal")))
    font.set_size(100, 72)
    return font


def _draw(axes: Axes, scene: Scene) -> None:
    frame = scene.frame
    clip = Rectangle((frame.left, frame.bottom), frame.width, frame.height, transform=axes.transData)
    for order, item in enumerate((*scene.inside, *scene.outside)):
        drawn = _DRAWERS[type(item)](axes, item)
        drawn.set_zorder(order)
        if order < len(scene.inside) and not isinstance(item, Words):
            drawn.set_clip_path(clip)


def _words(axes: Axes, words: Words) -> Any:
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.0} if words.backed else None
    return axes.text(
        words.x,
        words.y,
        words.text,
        size=words.size,
        color=words.colour,
        weight="bold" if words.bold else "normal",
        va="baseline",
        bbox=paper,
    )


def _stroke(axes: Axes, stroke: Stroke) -> Any:
    lines = LineCollection(list(stroke.paths), colors=stroke.colour, linewidths=stroke.width)
    if stroke.dash:
        lines.set_linestyle([(0.0, tuple(length / stroke.width for length in stroke.dash))])
    return axes.add_collection(lines, autolim=False)


def _area(axes: Axes, area: Area) -> Any:
    rect = area.rect
    look: dict[str, Any] = {
        "facecolor": area.fill or "none",
        "edgecolor": area.edge or "none",
        "linewidth": 0.5 if area.edge else 0,
    }
    return axes.add_patch(Rectangle((rect.left, rect.bottom), rect.width, rect.height, **look))


def _dots(axes: Axes, dots: Dots) -> Any:
    filled = "none" if dots.name == "ring" else "white" if dots.hollow else dots.colour
    points = axes.scatter(
        [x for x, _y in dots.places],
        [y for _x, y in dots.places],
        s=(SIZES[dots.glyph] * dots.radius) ** 2,
        marker=GLYPHS[dots.glyph],
        facecolors=filled,
        edgecolors=dots.colour,
        linewidths=0.7 if dots.hollow else 0.3,
    )
    if dots.name != "ring":
        points.set_gid(f"{POINTS_ID}-{dots.name}")
    return points


_DRAWERS: dict[type, Callable[[Axes, Any], Any]] = {Words: _words, Stroke: _stroke, Area: _area, Dots: _dots}
