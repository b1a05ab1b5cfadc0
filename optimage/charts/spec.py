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
    """Points joined in order. NaN stays in place and breaks the line."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    name: str = ""


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


@dataclass(frozen=True, slots=True)
class ChartSpec:
    """A chart. `notes` are short sentences below the title, such as what is provisional."""

    title: str
    x_axis: Axis
    y_axis: Axis
    series: tuple[Series, ...] = ()
    bands: tuple[Band, ...] = ()
    lines: tuple[Line, ...] = ()
    markers: tuple[Marker, ...] = ()
    notes: tuple[str, ...] = ()
