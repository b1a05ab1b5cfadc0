# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a control chart shows: stretches of a trend with their lines, and what happened meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from optimage.model.baseline import ServiceEvent
from optimage.model.control import ControlLines, Signal, TrendPoint


class Segment(Protocol):
    """Points between two borders in order of time, the lines that hold there, and which results carry these."""

    @property
    def points(self) -> tuple[TrendPoint, ...]:
        """All of them, also those that do not count."""

    @property
    def lines(self) -> ControlLines | None:
        """None where there are none."""

    @property
    def carriers(self) -> frozenset[int]:
        """Results that carry the lines, by their number."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The simplest `Segment`."""

    points: tuple[TrendPoint, ...]
    lines: ControlLines | None = None
    carriers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Revision:
    """From this time on another revision of the profile held."""

    at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class History:
    """One trend and everything known of it.

    Attributes
    ----------
    segments : sequence of Segment
        In order of time.
    average : tuple of (datetime, float)
        The moving average; NaN breaks its line, empty shows none.
    signals : tuple of Signal
        Rules that became true; each is marked at its result.
    events : tuple of ServiceEvent
        What was done to the device.
    revisions : tuple of Revision
        When the profile changed.
    """

    segments: Sequence[Segment]
    average: tuple[tuple[datetime, float], ...] = ()
    signals: tuple[Signal, ...] = ()
    events: tuple[ServiceEvent, ...] = ()
    revisions: tuple[Revision, ...] = ()

    @property
    def points(self) -> tuple[TrendPoint, ...]:
        """All points, oldest first."""
        return tuple(point for segment in self.segments for point in segment.points)


def of_one_piece(points: Sequence[TrendPoint], lines: ControlLines | None) -> History:
    """Return a history without borders and events."""
    return History((Stretch(tuple(points), lines),))
