# SPDX-License-Identifier: LGPL-3.0-or-later
"""What happened in a period, in a few queries however many results it holds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, select, true

from optimage.model.control import Signal, TrendKey, TrendPoint
from optimage.model.overview import Entry, Raised, TrendEntry
from optimage.model.tolerance import Verdict
from optimage.store.columns import or_nan
from optimage.store.database import Database
from optimage.store.reviews import reviews_of
from optimage.store.rulings import AT_ONCE
from optimage.store.schema import ANALYSIS, MEASUREMENT, REVIEW, RULING
from optimage.store.signals import signals_of
from optimage.store.trend_points import points_of
from optimage.store.trends import SUPERSEDED

OUTSIDE = (Verdict.WARNING, Verdict.FAIL)
JUDGED = (Verdict.PASS, *OUTSIDE)


@dataclass(frozen=True, slots=True)
class Within:
    """Which results: acquired from `since` up to, not including, `until`, of some profiles and devices or of all."""

    since: datetime | None = None
    until: datetime | None = None
    profile_ids: tuple[str, ...] | None = None
    device_ids: tuple[int, ...] | None = None


class Overview:
    """Many results at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def results(self, within: Within, *, also_superseded: bool = False) -> tuple[Entry, ...]:
        """Return results without their values, by the time they were acquired."""
        table = ANALYSIS.c
        which = and_(_chosen(ANALYSIS, within), true() if also_superseded else table.current)
        columns = (
            *(table.id, table.device_id, table.acquired_at, table.profile_id, table.profile_title, table.revision),
            *(table.operator, table.verdict, table.current),
        )
        query = select(*columns).where(which).order_by(table.acquired_at, table.id)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            outside = _outside(connection, which)
            reviews = reviews_of(connection, REVIEW.c.analysis_id.in_(select(table.id).where(which)))
        return tuple(
            Entry(
                *(one, device, at, profile or "", title, revision or 0, who, Verdict(verdict), current),
                outside=outside.get(one, {}),
                reviews=reviews.get(one, ()),
            )
            for one, device, at, profile, title, revision, who, verdict, current in rows
        )

    def trends(self, within: Within, keys: Sequence[str] = ()) -> tuple[TrendEntry, ...]:
        """Return the trends of summary values that have one in the period, of all measurements or of some."""
        table = MEASUREMENT.c
        names = (table.profile_id, table.device_id, table.key, table.method)
        judged = func.max(case((RULING.c.verdict.in_(list(map(str, JUDGED))), 1), else_=0))
        query = (
            select(*names, func.max(table.position), judged)
            .join(RULING, RULING.c.id == table.ruling_id)
            .where(_chosen(MEASUREMENT, within), table.profile_id != "", table.item == "", table.value.is_not(None))
            .where(table.analysis_id.not_in(SUPERSEDED))
            .group_by(*names)
        )
        if keys:
            query = query.where(table.key.in_(keys))
        with self._database.reading() as connection:
            rows = sorted(connection.execute(query))  # servers sort text by their own locale
        return tuple(
            TrendEntry(TrendKey(device, profile, key, method), bool(is_judged), place)
            for profile, device, key, method, place, is_judged in rows
        )

    def points(self, trends: Iterable[TrendKey]) -> Mapping[TrendKey, tuple[TrendPoint, ...]]:
        """Return the values of trends, each as `Results.points` does."""
        with self._database.reading() as connection:
            return points_of(connection, trends)

    def signals(self, within: Within) -> tuple[Raised, ...]:
        """Return the signals of current results, noted or not, by the time of the result and then as raised."""
        with self._database.reading() as connection:
            found = signals_of(connection, and_(_chosen(ANALYSIS, within), ANALYSIS.c.current))
            values = _values(connection, found)
        raised = [raised for signal in found if (raised := _raised(signal, values)) is not None]
        return tuple(sorted(raised, key=lambda one: (one.at, one.signal.id or 0)))


def _chosen(table: Table, within: Within) -> ColumnElement[bool]:
    wanted = [
        table.c.acquired_at >= within.since if within.since else None,
        table.c.acquired_at < within.until if within.until else None,
        table.c.profile_id.in_(within.profile_ids) if within.profile_ids is not None else None,
        table.c.device_id.in_(within.device_ids) if within.device_ids is not None else None,
    ]
    return and_(true(), *(condition for condition in wanted if condition is not None))


def _outside(connection: Connection, which: ColumnElement[bool]) -> Mapping[int, Mapping[str, Verdict]]:
    """Return the measurements that warn or fail, in the order of the results."""
    table = MEASUREMENT.c
    query = (
        select(table.analysis_id, table.key, RULING.c.verdict)
        .join(RULING, RULING.c.id == table.ruling_id)
        .join(ANALYSIS, ANALYSIS.c.id == table.analysis_id)
        .where(which, RULING.c.verdict.in_(list(map(str, OUTSIDE))))
        .order_by(table.analysis_id, table.position)
    )
    found: defaultdict[int, dict[str, Verdict]] = defaultdict(dict)
    for result_id, key, verdict in connection.execute(query):
        worst = max(OUTSIDE.index(Verdict(verdict)), OUTSIDE.index(found[result_id].get(key, Verdict.WARNING)))
        found[result_id][key] = OUTSIDE[worst]
    return found


@dataclass(frozen=True, slots=True)
class _Value:
    """A summary value, what it is of, and whether a tolerance judged it."""

    profile_id: str
    device_id: int
    at: datetime
    unit: str
    value: float
    judged: bool


def _values(connection: Connection, signals: Iterable[Signal]) -> Mapping[tuple[int, str], _Value]:
    """Return the values that signals speak of first and last, by result and key."""
    table = MEASUREMENT.c
    wanted = {(one, signal.key) for signal in signals for one in (signal.result_id or 0, *_ends(signal))}
    ids = sorted({result_id for result_id, _key in wanted})
    found: dict[tuple[int, str], _Value] = {}
    columns = (table.profile_id, table.device_id, table.acquired_at, table.unit, table.value, RULING.c.verdict)
    query = select(table.analysis_id, table.key, *columns).join(RULING, RULING.c.id == table.ruling_id)
    for start in range(0, len(ids), AT_ONCE):
        rows = query.where(table.analysis_id.in_(ids[start : start + AT_ONCE]), table.item == "")
        for result_id, key, profile_id, device_id, at, unit, value, verdict in connection.execute(rows):
            if (result_id, key) in wanted:
                found[result_id, key] = _Value(profile_id, device_id, at, unit, or_nan(value), verdict in JUDGED)
    return found


def _ends(signal: Signal) -> tuple[int, ...]:
    return (*signal.points[:1], *signal.points[-1:])


def _raised(signal: Signal, values: Mapping[tuple[int, str], _Value]) -> Raised | None:
    own = values.get((signal.result_id or 0, signal.key))
    if own is None:  # a signal of what the result does not hold says nothing of it
        return None
    ends = {one: values[one, signal.key].value for one in _ends(signal) if (one, signal.key) in values}
    return Raised(signal, own.profile_id, own.device_id, own.at, own.unit, own.judged, ends)
