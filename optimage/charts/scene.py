# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a chart of a given size consists of: texts, strokes, areas and dots at places in points.

The origin lies at the lower left. Whoever draws a scene has nothing left to
decide, so a chart looks the same in the report, as SVG and as PNG.
"""

from collections.abc import Callable
from dataclasses import dataclass

from optimage.charts.spec import Glyph

Point = tuple[float, float]
Measure = Callable[[str, float, bool], float]
"""Width in points of a text, of its size in points, bold or not."""
RISE, FALL = 0.78, 0.24  # of the size: how far DejaVu Sans reaches above and below its baseline


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in points."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From bottom to top."""
        return self.top - self.bottom

    def meets(self, other: "Rect") -> bool:
        """Tell whether both share more than an edge."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top

    def holds(self, other: "Rect") -> bool:
        """Tell whether the other lies inside."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.bottom <= other.bottom and other.top <= self.top


@dataclass(frozen=True, slots=True)
class Words:
    """A text that begins at `x` on the baseline `y` and is `width` wide; `backed` ones have paper behind them."""

    x: float
    y: float
    text: str
    size: float
    width: float
    colour: str
    bold: bool = False
    backed: bool = False

    @property
    def box(self) -> Rect:
        """What it fills."""
        return Rect(self.x, self.y - FALL * self.size, self.x + self.width, self.y + RISE * self.size)


@dataclass(frozen=True, slots=True)
class Stroke:
    """Lines of one look through points."""

    paths: tuple[tuple[Point, ...], ...]
    colour: str
    width: float
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """A filled rectangle, with an edge where one is named."""

    rect: Rect
    fill: str
    edge: str = ""


@dataclass(frozen=True, slots=True)
class Dots:
    """Markers of one look. `name` tells it, such as `circle-pass-hollow`."""

    name: str
    glyph: Glyph
    places: tuple[Point, ...]
    radius: float
    colour: str
    hollow: bool = False


Item = Words | Stroke | Area | Dots


@dataclass(frozen=True, slots=True)
class Scene:
    """A chart of `width` x `height` points: what is clipped to `frame`, and what lies above and around it."""

    width: float
    height: float
    frame: Rect
    inside: tuple[Item, ...]
    outside: tuple[Item, ...]

    @property
    def words(self) -> tuple[Words, ...]:
        """All texts."""
        return tuple(item for item in (*self.inside, *self.outside) if isinstance(item, Words))
