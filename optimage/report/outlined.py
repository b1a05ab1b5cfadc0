# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where the outlines and names of a picture stand when it is shown at some size."""

from dataclasses import dataclass
from math import ceil

from PIL import Image as Bitmap

from optimage.charts.labels import fitted
from optimage.charts.picture import Outline, PictureSpec
from optimage.charts.printable import printable, shortened
from optimage.charts.scene import Measure, Point, Rect

NAME_GAP_PT = 2.5
NAME_PT = 5.8
BASE_PT = 1.4  # from the lower edge of the box behind a name to its baseline
MOST_IN_NAME = 120
MOST_PIXELS = 1200  # per side: 300 dpi at the largest size on the page


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a region, in the middle of the box that it fills."""

    text: str
    box: Rect


@dataclass(frozen=True, slots=True)
class Outlined:
    """A picture of `width` x `height` points: its outlines as points and whether they close, and its names."""

    width: float
    height: float
    outlines: tuple[tuple[tuple[Point, ...], bool], ...]
    names: tuple[Name, ...]


def outlined(spec: PictureSpec, *, width: float, height: float, measure: Measure) -> Outlined:
    """Lay a picture out as large as fits into `width` x `height` with its own proportions; names never meet."""
    rows, columns = spec.grey.shape
    scale = min(width / columns, height / (rows * spec.aspect))
    size = columns * scale, rows * spec.aspect * scale
    names: list[Name] = []
    for outline in spec.outlines:
        name = _name(spec, size, outline, measure)
        if not any(name.box.meets(other.box) for other in names):  # names on names help nobody
            names.append(name)
    placed = tuple((tuple(_place(spec, size, point) for point in o.points), o.closed) for o in spec.outlines)
    return Outlined(*size, placed, tuple(names))


def bitmap(spec: PictureSpec) -> Bitmap.Image:
    """Return the picture without outlines, reduced where it has more pixels than paper shows."""
    whole = Bitmap.fromarray(spec.grey)
    factor = ceil(max(whole.size) / MOST_PIXELS)
    if factor == 1:
        return whole
    return whole.resize((ceil(whole.width / factor), ceil(whole.height / factor)), Bitmap.Resampling.BOX)


def _name(spec: PictureSpec, size: tuple[float, float], outline: Outline, measure: Measure) -> Name:
    width, height = size
    text = fitted(printable(shortened(outline.name, MOST_IN_NAME)), width - 8, measure, NAME_PT)
    half = measure(text, NAME_PT, False) / 2
    x, y = _place(spec, size, outline.top)
    if y + NAME_GAP_PT + NAME_PT <= height:
        y += NAME_GAP_PT  # above the region
    else:  # the picture ends there
        x, y = _place(spec, size, outline.bottom)
        y -= NAME_GAP_PT + NAME_PT
    x = min(max(x, half + 2), width - half - 2)
    return Name(text, Rect(x - half - 1.2, y - BASE_PT, x + half + 1.2, y + NAME_PT - 0.6))


def _place(spec: PictureSpec, size: tuple[float, float], point: tuple[float, float]) -> Point:
    """Return where a pixel centre lies: half a pixel inside the picture's corner for (0, 0)."""
    rows, columns = spec.grey.shape
    row, column = point
    return (column + 0.5) / columns * size[0], size[1] - (row + 0.5) / rows * size[1]
