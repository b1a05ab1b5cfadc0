# SPDX-License-Identifier: LGPL-3.0-or-later
"""Trends: one device, one profile over all revisions, one key, method and item; one index serves them."""

from math import nan
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, false, func, select

from optimage.model.control import TrendKey, TrendPoint
from optimage.model.records import Standing
from optimage.store.reviews import reviews_of, standing
from optimage.store.rulings import judgements_by_number
from optimage.store.schema import ANALYSIS, MEASUREMENT, REVIEW

# The few that do not count are quicker to leave out than the many that do are to look up.
SUPERSEDED = select(ANALYSIS.c.id).where(ANALYSIS.c.current == false())


def key_of(connection: Connection, result_id: int, key: str, item: str) -> TrendKey | None:
    """Return the trend that a measurement belongs to; None where it was not measured or no profile judged."""
    table = MEASUREMENT.c
    here = and_(table.analysis_id == result_id, table.key == key, table.item == item, table.profile_id != "")
    row = connection.execute(select(MEASUREMENT).where(here).limit(1)).one_or_none()
    return _key(row) if row else None


def keys_of_profile(connection: Connection, profile_id: str) -> tuple[TrendKey, ...]:
    """Return every trend of a profile."""
    table = MEASUREMENT.c
    columns = (table.device_id, table.profile_id, table.key, table.method, table.item)
    query = select(*columns).where(table.profile_id == profile_id).distinct()
    return tuple(_key(row) for row in sorted(connection.execute(query)))  # servers sort text by their own locale


def latest_key(connection: Connection, profile_id: str, key: str, item: str) -> TrendKey | None:
    """Return the trend that the latest current value of a profile belongs to."""
    table = MEASUREMENT.c
    last = func.max(table.acquired_at)
    query = (
        select(table.device_id, table.profile_id, table.key, table.method, table.item)
        .where(table.profile_id == profile_id, table.key == key, table.item == item)
        .where(table.analysis_id.not_in(SUPERSEDED))
        .group_by(table.profile_id, table.key, table.item, table.device_id, table.method)
        .order_by(last.desc(), func.max(table.analysis_id).desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return _key(row) if row else None


def points(connection: Connection, trend: TrendKey) -> tuple[TrendPoint, ...]:
    """Return the values of current results, ordered by time, then by result; values that are NaN are left out."""
    table, here = MEASUREMENT.c, in_trend(MEASUREMENT, trend)
    query = (
        select(
            *(table.analysis_id, table.acquired_at, table.value, table.unit, table.ruling_id),
            *(table.uncertainty, table.revision, table.imported),
        )
        .where(here, table.value.is_not(None), table.analysis_id.not_in(SUPERSEDED))
        .order_by(table.acquired_at, table.analysis_id)
    )
    found = connection.execute(query).all()
    said = judgements_by_number(connection, {row[4] for row in found})
    reviewed = REVIEW.c.analysis_id.in_(select(table.analysis_id).where(here))
    said_of = {one: in_short(standing(reviews)) for one, reviews in reviews_of(connection, reviewed).items()}
    # Written for thousands of points: a call for each of them would take as long as reading it.
    return tuple(
        [
            TrendPoint(one, at, value, unit, said[n], nan if u is None else u, revision, counts, yes, imported, why)
            for one, at, value, unit, n, u, revision, imported in found
            for counts, yes, why in (said_of.get(one, NOTHING_SAID),)
        ]
    )


def in_short(of: Standing) -> tuple[bool, bool, str]:
    """Return what a point is told of a standing: whether it counts, was accepted, and why it does not count."""
    return of.counts, of.accepted, of.reason


NOTHING_SAID = in_short(Standing())


def result_ids(connection: Connection, trend: TrendKey) -> frozenset[int]:
    """Return the results that have a value in a trend, superseded ones too."""
    return frozenset(connection.scalars(select(MEASUREMENT.c.analysis_id).where(in_trend(MEASUREMENT, trend))))


def in_trend(table: Table, trend: TrendKey) -> ColumnElement[bool]:
    """Return what is true of the rows of a table that belong to a trend."""
    return and_(
        table.c.profile_id == trend.profile_id,
        table.c.key == trend.key,
        table.c.item == trend.item,
        table.c.device_id == trend.device_id,
        table.c.method == trend.method,
    )


def _key(row: Any) -> TrendKey:
    return TrendKey(row.device_id, row.profile_id, row.key, row.method, row.item)
