# SPDX-License-Identifier: LGPL-3.0-or-later
"""Where the axes of a chart lie, and how values get there."""

from collections.abc import Iterable
from dataclasses import dataclass

from optimage.charts.palette import INK, QUIET
from optimage.charts.scene import Measure, Point, Rect, Words
from optimage.charts.spec import Axis, ChartSpec

MM_PT = 72 / 25.4
NARROW_MM, WIDE_MM = 80.0, 170.0
SMALLEST_PT, LARGEST_PT = 6.2, 8.0
LINE = 1.32  # of the size


def text_size(width_pt: float) -> float:
    """Return the size of texts, in points, for a chart of this width."""
    share = (width_pt / MM_PT - NARROW_MM) / (WIDE_MM - NARROW_MM)
    return SMALLEST_PT + (LARGEST_PT - SMALLEST_PT) * min(1.0, max(0.0, share))


@dataclass(frozen=True, slots=True)
class Canvas:
    """The size of a chart, its texts, and how wide they are."""

    spec: ChartSpec
    width: float
    height: float
    measure: Measure

    @property
    def size(self) -> float:
        """Size of most texts."""
        return text_size(self.width)

    @property
    def line(self) -> float:
        """Distance of two baselines."""
        return self.size * LINE

    def words(
        self, text: str, x: float, y: float, *, anchor: float = 0.0, colour: str = QUIET, backed: bool = False
    ) -> Words:
        """Return a text with its left end (`anchor` 0), middle (0.5) or right end (1) at `x`."""
        width = self.measure(text, self.size, False)
        return Words(x - anchor * width, y, text, self.size, width, colour, backed=backed)

    def heading(self, text: str, x: float, y: float) -> Words:
        """Return the title as it stands."""
        size = self.size + 1.3
        return Words(x, y, text, size, self.measure(text, size, True), INK, bold=True)


@dataclass(frozen=True, slots=True)
class Frame:
    """The axes: `rect` is what they enclose, `right` is how far the values go (names of lines may stand beyond)."""

    spec: ChartSpec
    rect: Rect
    right: float

    def x(self, value: float) -> float:
        """Return the place of a value of the x axis."""
        return _place(value, self.spec.x_axis, self.rect.left, self.right)

    def y(self, value: float, *, right: bool = False) -> float:
        """Return the place of a value of the left axis, or of the right one."""
        axis = self.spec.right_axis if right and self.spec.right_axis else self.spec.y_axis
        return _place(value, axis, self.rect.bottom, self.rect.top)

    def at(self, x: float, y: float, *, right: bool = False) -> Point:
        """Return the place of a point."""
        return self.x(x), self.y(y, right=right)

    def path(self, xs: Iterable[float], ys: Iterable[float], *, right: bool = False) -> list[Point]:
        """Return the places of many points of one axis."""
        across = self.spec.x_axis
        up = self.spec.right_axis if right and self.spec.right_axis else self.spec.y_axis
        left, bottom, width, height = self.rect.left, self.rect.bottom, self.right - self.rect.left, self.rect.height
        x_low, x_span, y_low, y_span = across.low, across.high - across.low, up.low, up.high - up.low
        pairs = zip(xs, ys, strict=True)
        return [(left + (x - x_low) / x_span * width, bottom + (y - y_low) / y_span * height) for x, y in pairs]


def _place(value: float, axis: Axis, first: float, last: float) -> float:
    return first + (value - axis.low) / (axis.high - axis.low) * (last - first)
