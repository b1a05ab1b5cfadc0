# SPDX-License-Identifier: LGPL-3.0-or-later
"""Charts as PNG and SVG files, the same bytes for the same chart."""

from collections.abc import Iterable
from itertools import groupby
from math import isfinite
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from optimage.charts.palette import DARK, DASHES, INK, PALE, QUIET, RULE, STROKES
from optimage.charts.spec import ChartSpec, Glyph, Line, Marker

SIZE_IN, DPI = (8.0, 4.2), 120
GLYPHS = {Glyph.CIRCLE: "o", Glyph.TRIANGLE: "^", Glyph.CROSS: "X", Glyph.SQUARE: "s"}
SETTINGS: Any = {
    "svg.hashsalt": "optimage",  # ids of SVG elements follow from their content alone
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.parse_math": False,  # a dollar sign in a title is a dollar sign
}
POINTS_ID = "points"


def save_chart(spec: ChartSpec, path: Path) -> None:
    """Draw `spec` to `path`; its suffix, `.png` or `.svg`, is the format."""
    with mpl.rc_context(SETTINGS):
        figure = _draw(spec)
        metadata: dict[str, None] = {"Date": None} if path.suffix == ".svg" else {"Software": None}
        figure.savefig(path, dpi=DPI, metadata=metadata)


def _draw(spec: ChartSpec) -> Figure:
    figure = Figure(figsize=SIZE_IN, layout="constrained")
    axes = figure.add_subplot()
    for band in spec.bands:
        x, width = [(band.x_low, band.x_high - band.x_low)], (band.y_low, band.y_high - band.y_low)
        axes.broken_barh(x, width, color=PALE[band.role], linewidth=0, zorder=0)
    for line in spec.lines:
        _draw_line(axes, spec, line)
    for number, series in enumerate(spec.series):
        dashes = STROKES[number % len(STROKES)]
        style = (0, dashes) if dashes else "solid"
        axes.plot(series.x, series.y, color=QUIET, linewidth=0.8, linestyle=style, zorder=2)
    _draw_markers(axes, [marker for marker in spec.markers if isfinite(marker.y)])
    _dress(axes, spec)
    return figure


def _draw_line(axes: Axes, spec: ChartSpec, line: Line) -> None:
    dashes = DASHES[line.role]
    style = (0, dashes) if dashes else "solid"
    axes.hlines(line.y, line.x_low, line.x_high, color=DARK[line.role], linestyle=style, linewidth=0.9, zorder=1)
    axes.annotate(
        line.label,
        (spec.x_axis.high, line.y),
        xytext=(4, 0),
        textcoords="offset points",
        va="center",
        color=DARK[line.role],
        annotation_clip=False,
    )


def _draw_markers(axes: Axes, markers: Iterable[Marker]) -> None:
    looks = sorted(markers, key=_look)
    for (glyph, role, hollow), group in groupby(looks, key=_look):
        same = list(group)
        colour = DARK[same[0].role]
        points = axes.scatter(
            [marker.x for marker in same],
            [marker.y for marker in same],
            s=26,
            marker=GLYPHS[Glyph(glyph)],
            facecolors="white" if hollow else colour,
            edgecolors=colour,
            linewidths=0.9,
            zorder=3,
        )
        points.set_gid(f"{POINTS_ID}-{glyph}-{role}{'-hollow' if hollow else ''}")
    rings = [marker for marker in looks if marker.highlighted]
    for ring in rings:
        axes.scatter(ring.x, ring.y, s=130, facecolors="none", edgecolors=DARK[ring.role], linewidths=1.1, zorder=4)


def _look(marker: Marker) -> tuple[str, str, bool]:
    return marker.glyph.value, marker.role.value, marker.hollow


def _dress(axes: Axes, spec: ChartSpec) -> None:
    axes.set_xlim(spec.x_axis.low, spec.x_axis.high)
    axes.set_ylim(spec.y_axis.low, spec.y_axis.high)
    axes.set_xticks([tick.at for tick in spec.x_axis.ticks], [tick.label for tick in spec.x_axis.ticks])
    axes.set_yticks([tick.at for tick in spec.y_axis.ticks], [tick.label for tick in spec.y_axis.ticks])
    axes.tick_params(colors=QUIET, labelcolor=INK)
    axes.set_xlabel(spec.x_axis.title, color=QUIET)
    axes.set_ylabel(spec.y_axis.title, color=QUIET)
    axes.set_title("\n".join(spec.notes), loc="left", fontsize=8, color=QUIET)
    axes.figure.suptitle(spec.title, x=0.01, ha="left", fontsize=12, fontweight="bold", color=INK)
    for side in axes.spines.values():
        side.set_color(RULE)
