# SPDX-License-Identifier: LGPL-3.0-or-later
"""A chart as plain values: everything to draw, nothing about how it is drawn.

Built once here, drawn by the PDF report, by matplotlib and on the screen.
Colours follow from roles, so that each renderer can be light or dark.
"""

from dataclasses import dataclass
from enum import StrEnum


class Glyph(StrEnum):
    """Shape of a marker: one per verdict, so that colour is never the only sign."""

    CIRCLE = "circle"
    TRIANGLE = "triangle"
    CROSS = "cross"
    SQUARE = "square"


class Role(StrEnum):
    """What a line, band or marker means."""

    PASS = "pass"  # noqa: S105 - a word, not a secret
    WARNING = "warning"
    FAIL = "fail"
    NEUTRAL = "neutral"
    CENTRE = "centre"
    CONTROL = "control"
    ALARM = "alarm"
    REFERENCE = "reference"
    DATA = "data"
    AVERAGE = "average"
    SECOND = "second"
    BASELINE = "baseline"
    EVENT = "event"
    REVISION = "revision"
    HIT = "hit"


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and its label."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis from `low` to `high` > `low`; times are seconds since 1970-01-01 UTC."""

    low: float
    high: float
    ticks: tuple[Tick, ...]
    title: str = ""
    time: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """Points joined in order. NaN stays in place and breaks the line; `right` belongs to the axis on the right."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    name: str = ""
    role: Role = Role.DATA
    right: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A level at `y` from `x_low` to `x_high`, labelled at its right end."""

    y: float
    x_low: float
    x_high: float
    role: Role
    label: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A filled rectangle, clipped to the axes."""

    x_low: float
    x_high: float
    y_low: float
    y_high: float
    role: Role


@dataclass(frozen=True, slots=True)
class Marker:
    """One point: hollow where it does not count, highlighted where the chart is about it."""

    x: float
    y: float
    glyph: Glyph
    role: Role
    hollow: bool = False
    highlighted: bool = False
    right: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line at `x` over the whole height, its short label above the frame."""

    x: float
    label: str
    role: Role = Role.EVENT


@dataclass(frozen=True, slots=True)
class Callout:
    """A point with a short label beside it, and with a frame around it where a rule became true there."""

    x: float
    y: float
    label: str
    framed: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the legend: what a short label in the chart stands for."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A chart.

    Attributes
    ----------
    title : str
        What is shown.
    x_axis, y_axis : Axis
        The axes below and on the left.
    right_axis : Axis or None
        A second axis of heights, for what is marked as `right`.
    bands, bars : tuple of Band
        Rectangles behind everything: tolerances, and the bars of a histogram.
    lines, series, markers
        Levels, joined points and single points.
    marks, callouts, legend
        Vertical lines, points with labels, and what the labels stand for.
    captions : tuple of Tick
        Short texts above places of the x axis, such as counts.
    rug : tuple of float
        Places of points that carry the lines, ticked along the bottom.
    notes : tuple of str
        Short sentences below the title.
    badge : str
        One word beside the title, such as what is provisional.
    """

    title: str
    x_axis: Axis
    y_axis: Axis
    series: tuple[Series, ...] = ()
    bands: tuple[Band, ...] = ()
    lines: tuple[Line, ...] = ()
    markers: tuple[Marker, ...] = ()
    notes: tuple[str, ...] = ()
    right_axis: Axis | None = None
    bars: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()
    captions: tuple[Tick, ...] = ()
    callouts: tuple[Callout, ...] = ()
    legend: tuple[Entry, ...] = ()
    rug: tuple[float, ...] = ()
    badge: str = ""
