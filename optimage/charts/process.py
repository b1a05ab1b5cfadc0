# SPDX-License-Identifier: LGPL-3.0-or-later
"""Charts of what is made from a trend to see small shifts: moving ranges, weighted means, cumulative sums."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise
from math import nan

from optimage.charts.spec import Axis, ChartSpec, Glyph, Line, Mark, Marker, Role, Series
from optimage.charts.ticks import number_axis, time_axis
from optimage.i18n import _


@dataclass(frozen=True, slots=True)
class Track:
    """A value at every point of a segment, with its limits.

    Attributes
    ----------
    at : tuple of datetime (n,)
        When, in order.
    values : tuple of float (n,)
        What is tested against the limits.
    upper, lower : tuple of float (n,)
        Limits at each point; `lower` may be empty.
    centre : float
        Where the values lie while nothing changes.
    below : tuple of float (n,)
        A second value at every point, tested too; empty for none.
    """

    at: tuple[datetime, ...]
    values: tuple[float, ...]
    upper: tuple[float, ...]
    lower: tuple[float, ...] = ()
    centre: float = 0.0
    below: tuple[float, ...] = ()


def moving_range_chart(tracks: Sequence[Track], *, title: str, unit: str) -> ChartSpec:
    """Build the chart of steps from one value to the next; `upper` is the line they seldom exceed."""
    told = (_("distance of each result from the one before; line: 3.267 mean distances"),)
    shown = _("{title}: moving range").format(title=title)
    return _chart(tracks, title=shown, y_title="" if unit == "1" else unit, notes=told, floor=0.0)


def ewma_chart(tracks: Sequence[Track], *, title: str, weight: str) -> ChartSpec:
    """Build the chart of exponentially weighted means, in standard deviations of the process."""
    told = (
        _("weight of the newest result {weight}; it remembers, so it sees small shifts early").format(weight=weight),
    )
    return _chart(tracks, title=_("{title}: EWMA").format(title=title), y_title="σ", notes=told)


def cusum_chart(tracks: Sequence[Track], *, title: str, slack: str) -> ChartSpec:
    """Build the chart of cumulative sums; `below` holds the lower sum as a negative number."""
    told = (_("sums of what exceeds {slack} σ upwards and downwards").format(slack=slack),)
    return _chart(tracks, title=_("{title}: CUSUM").format(title=title), y_title="σ", notes=told)


def _chart(
    tracks: Sequence[Track], *, title: str, y_title: str, notes: tuple[str, ...], floor: float | None = None
) -> ChartSpec:
    x_axis = time_axis([at.timestamp() for track in tracks for at in track.at], title=_("Acquired (UTC)"))
    shown = chain.from_iterable((*t.values, *t.below, *t.upper, *t.lower, t.centre) for t in tracks)
    markers = tuple(marker for track in tracks for marker in _markers(track))
    if not tracks:
        notes = (_("no control lines yet: too few previous results, or all of them equal"),)
    return ChartSpec(
        title=title,
        x_axis=x_axis,
        y_axis=number_axis(shown, title=y_title, floor_at=floor),
        series=(_joined(tracks, "values"), *_second(tracks), *_limits(tracks)),
        lines=tuple(_centres(tracks, x_axis)),
        markers=markers,
        marks=tuple(Mark(track.at[0].timestamp(), "", Role.REVISION) for track in tracks[1:]),
        notes=notes,
    )


def _joined(tracks: Sequence[Track], name: str, role: Role = Role.DATA) -> Series:
    """Return one series of all tracks, broken between them."""
    x: list[float] = []
    y: list[float] = []
    for track in tracks:
        values = getattr(track, name)
        x += [at.timestamp() for at, _value in zip(track.at, values, strict=False)] + [nan]
        y += [*values, nan]
    return Series(tuple(x[:-1]), tuple(y[:-1]), name, role)


def _second(tracks: Sequence[Track]) -> Iterator[Series]:
    if any(track.below for track in tracks):
        yield _joined(tracks, "below")


def _limits(tracks: Sequence[Track]) -> Iterator[Series]:
    for name in ("upper", "lower"):
        if any(getattr(track, name) for track in tracks):
            yield _joined(tracks, name, Role.ALARM)


def _centres(tracks: Sequence[Track], x_axis: Axis) -> Iterator[Line]:
    starts = [track.at[0].timestamp() for track in tracks]
    borders = [x_axis.low, *starts[1:], x_axis.high]
    for track, (low, high) in zip(tracks, pairwise(borders), strict=bool(tracks)):
        yield Line(track.centre, low, high, Role.CENTRE)


def _markers(track: Track) -> Iterator[Marker]:
    lower = track.lower or (float("-inf"),) * len(track.at)
    for values in (track.values, track.below):
        for at, value, low, high in zip(track.at, values, lower, track.upper, strict=False):
            outside = value < low or value > high
            glyph, role = (Glyph.TRIANGLE, Role.WARNING) if outside else (Glyph.CIRCLE, Role.NEUTRAL)
            yield Marker(at.timestamp(), value, glyph, role)
