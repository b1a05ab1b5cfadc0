# SPDX-License-Identifier: LGPL-3.0-or-later
"""Images with their regions as PNG files."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon
from matplotlib.patheffects import AbstractPathEffect, withStroke

from optimage.charts.palette import OVERLAY
from optimage.charts.picture import Outline, PictureSpec
from optimage.plots.chart import SETTINGS

DPI = 100
FONT_PT = 8
WANTED_PX = 800  # smaller images are enlarged by a whole factor up to about this


def save_picture(spec: PictureSpec, path: Path) -> None:
    """Draw `spec` to the PNG file `path`.

    The picture fills the file. A pixel of the image is `enlargement(spec)`
    pixels wide in it, so that the centre of pixel (row, column) lies at
    ((row + 0.5) · height / M, (column + 0.5) · width / N).
    """
    rows, columns = spec.grey.shape
    factor = enlargement(spec)
    size = columns * factor / DPI, round(rows * spec.aspect * factor) / DPI
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=size, dpi=DPI)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        axes.imshow(spec.grey, cmap="gray", vmin=0, vmax=255, interpolation="nearest", aspect="auto")
        axes.set_xlim(-0.5, columns - 0.5)
        axes.set_ylim(rows - 0.5, -0.5)
        for outline in spec.outlines:
            _draw_outline(axes, outline, pixel_pt=factor * 72 / DPI)
        figure.savefig(path, dpi=DPI, format="png", metadata={"Software": None})


def enlargement(spec: PictureSpec) -> int:
    """Return how many pixels of the file a pixel of the image is wide."""
    return max(1, WANTED_PX // int(max(spec.grey.shape)))


def _draw_outline(axes: Axes, outline: Outline, *, pixel_pt: float) -> None:
    halo: list[AbstractPathEffect] = [withStroke(linewidth=2.4, foreground="black")]
    places = [(column, row) for row, column in outline.points]
    line = Polygon(places, closed=outline.closed, fill=False, edgecolor=OVERLAY, linewidth=1.0)
    look: dict[str, Any] = {"ha": "center", "color": OVERLAY, "fontsize": FONT_PT, "textcoords": "offset points"}
    row, column = outline.top
    if row * pixel_pt > 2 * FONT_PT:
        name = axes.annotate(outline.name, (column, row), xytext=(0, 3), **look)
    else:  # the picture ends above the region
        row, column = outline.bottom
        name = axes.annotate(outline.name, (column, row), xytext=(0, -3), va="top", **look)
    line.set_path_effects(halo)
    name.set_path_effects(halo)
    axes.add_patch(line)
