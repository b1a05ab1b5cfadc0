# SPDX-License-Identifier: LGPL-3.0-or-later
"""Results by date: a row per result, a column per measurement, and below them mean, two standard deviations and n."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import isfinite, isnan, nan
from statistics import fmean, stdev
from typing import Any

from optimage.export.cells import Cell, Sheet
from optimage.export.csv import review_state
from optimage.model.outcome import Result
from optimage.model.results import Measurement
from optimage.model.tolerance import Verdict
from optimage.model.units import digits

SCHEMA = 1
OUT = frozenset({"rejected", "excluded"})
LEAD = ("acquired_at_utc", "device", "result_id", "revision", "verdict", "review", "origin")


@dataclass(frozen=True, slots=True)
class Column:
    """One measurement as it can be compared: values of another method or unit have a column of their own."""

    key: str
    unit: str
    method: str


@dataclass(frozen=True, slots=True)
class Line:
    """One result. `values` go with the columns, NaN where it has none; `counts` is False after reject or exclude."""

    result_id: int | None
    at: datetime | None
    device: str
    revision: int | None
    verdict: Verdict
    review: str
    imported: bool
    counts: bool
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Foot:
    """What the results of one device come to, by column: mean and 2 SD (n - 1), NaN where there are too few values."""

    device: str
    mean: tuple[float, ...]
    two_sd: tuple[float, ...]
    n: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WideTable:
    """The whole table, the oldest result first, and one foot for each device."""

    profile: str
    columns: tuple[Column, ...] = ()
    lines: tuple[Line, ...] = ()
    feet: tuple[Foot, ...] = field(default=())


def wide_table(profile: str, results: Sequence[Result], keys: Sequence[str] = ()) -> WideTable:
    """Return the table of results of one profile.

    Parameters
    ----------
    profile : str
        Id of the profile.
    results : sequence of Result
        The oldest first. Superseded ones are left out.
    keys : sequence of str
        The measurements wanted, in this order; all where it is empty. Only summaries (empty item) have columns.
    """
    current = [result for result in results if result.current]
    columns = _columns(current, keys)
    lines = tuple(_line(result, columns) for result in current)
    devices = dict.fromkeys(line.device for line in lines)
    feet = tuple(_foot(device, [line for line in lines if line.device == device], len(columns)) for device in devices)
    return WideTable(profile, columns, lines, feet)


def wide_sheet(table: WideTable) -> Sheet:
    """Return a table as cells; a method stands in the head where a measurement has several."""
    several = len(table.feet) > 1
    return Sheet(
        head=(*LEAD, *_titles(table.columns)),
        rows=(_lead(line) + line.values for line in table.lines),
        foot=tuple(row for foot in table.feet for row in _foot_rows(foot, several=several)),
        decimals=(*(None for _ in LEAD), *(digits(column.unit) for column in table.columns)),
        fixed=2,
    )


def wide_to_json(table: WideTable) -> dict[str, Any]:
    """Return a table as dicts, lists, texts and finite numbers; NaN and infinities become None."""
    return {
        "schema": SCHEMA,
        "profile": table.profile,
        "columns": [{"key": one.key, "unit": one.unit, "method": one.method} for one in table.columns],
        "rows": [
            {
                "acquired_at": line.at.isoformat() if line.at else None,
                "device": line.device,
                "result_id": line.result_id,
                "revision": line.revision,
                "verdict": line.verdict.value,
                "review": line.review,
                "origin": _origin(line),
                "counts": line.counts,
                "values": _numbers(line.values),
            }
            for line in table.lines
        ],
        "foot": [
            {"device": foot.device, "mean": _numbers(foot.mean), "two_sd": _numbers(foot.two_sd), "n": list(foot.n)}
            for foot in table.feet
        ],
    }


def _columns(results: Sequence[Result], keys: Sequence[str]) -> tuple[Column, ...]:
    """Return the columns: in the order of `keys`, else of the newest result, then of those before."""
    measured: dict[Column, None] = {}
    missing: dict[Column, None] = {}
    for one in _summaries(reversed(results)):
        if not keys or one.key in keys:
            target = missing if isnan(one.value) else measured
            target[Column(one.key, str(one.unit), one.method)] = None
    known = {column.key for column in measured}
    columns = [*measured, *(column for column in missing if column.key not in known)]
    return tuple(sorted(columns, key=lambda column: keys.index(column.key))) if keys else tuple(columns)


def _summaries(results: Iterable[Result]) -> Iterator[Measurement]:
    return (judged.measurement for result in results for judged in result.measurements if not judged.measurement.item)


def _line(result: Result, columns: Sequence[Column]) -> Line:
    found = {Column(one.key, str(one.unit), one.method): one.value for one in _summaries([result])}
    review = review_state(result)
    return Line(
        result_id=result.id,
        at=result.acquisition.at,
        device=result.acquisition.device.title,
        revision=result.profile.revision if result.profile else None,
        verdict=result.verdict,
        review=review,
        imported=result.provenance.imported,
        counts=not OUT & set(review.split()),
        values=tuple(found.get(column, nan) for column in columns),
    )


def _foot(device: str, lines: Sequence[Line], width: int) -> Foot:
    counted = [line.values for line in lines if line.counts]
    columns = [[values[place] for values in counted if isfinite(values[place])] for place in range(width)]
    return Foot(
        device,
        mean=tuple(fmean(values) if values else nan for values in columns),
        two_sd=tuple(2 * stdev(values) if len(values) > 1 else nan for values in columns),
        n=tuple(len(values) for values in columns),
    )


def _titles(columns: Sequence[Column]) -> Iterator[str]:
    keys = [column.key for column in columns]
    for column in columns:
        method = f" {column.method}" if keys.count(column.key) > 1 and column.method else ""
        yield f"{column.key} [{column.unit}]{method}"


def _lead(line: Line) -> tuple[Cell, ...]:
    at = line.at.astimezone(UTC).replace(tzinfo=None) if line.at else None
    return (at, line.device, line.result_id, line.revision, line.verdict.value, line.review, _origin(line))


def _foot_rows(foot: Foot, *, several: bool) -> Iterator[tuple[Cell, ...]]:
    blank = (foot.device if several else None, *(None for _ in LEAD[2:]))
    yield ("mean", *blank, *foot.mean)
    yield ("2 SD", *blank, *foot.two_sd)
    yield ("n", *blank, *foot.n)


def _origin(line: Line) -> str:
    return "imported" if line.imported else "measured"


def _numbers(values: Iterable[float]) -> list[float | None]:
    return [value if isfinite(value) else None for value in values]
