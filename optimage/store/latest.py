# SPDX-License-Identifier: LGPL-3.0-or-later
"""The last result of every profile on every device: index seeks, however long the history is."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from optimage.model.records import Latest
from optimage.model.tolerance import Verdict
from optimage.store.schema import ANALYSIS, PROFILE

AT_ONCE = 500


def latest(connection: Connection, profile_ids: Sequence[str] | None) -> tuple[Latest, ...]:
    """Return the current results acquired last, of the given profiles or of all, by profile and device."""
    pairs = _pairs(profile_ids).subquery()
    other = ANALYSIS.alias()
    newest = (
        select(other.c.id)
        .where(other.c.profile_id == pairs.c.profile_id, other.c.device_id == pairs.c.device_id, other.c.current)
        .order_by(other.c.acquired_at.desc(), other.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    ids = [one for one in connection.scalars(select(newest).select_from(pairs)) if one is not None]
    table = ANALYSIS.c
    columns = (table.profile_id, table.device_id, table.id, table.acquired_at, table.stored_at, table.verdict)
    rows: list[Row[Any]] = []
    for start in range(0, len(ids), AT_ONCE):  # by number, so that no planner thinks of reading the whole table instead
        rows += connection.execute(select(*columns).where(table.id.in_(ids[start : start + AT_ONCE])))
    rows.sort(key=lambda row: row[:2])  # servers sort text by their own locale
    return tuple(
        Latest(row.profile_id, row.device_id, row.id, row.acquired_at, row.stored_at, Verdict(row.verdict))
        for row in rows
    )


def _pairs(profile_ids: Sequence[str] | None) -> Select[Any]:
    """Return profiles with their devices, one after the other: each is the smallest above the one before."""
    first = select(PROFILE.c.id.label("profile_id"), _smallest(PROFILE.c.id, None).label("device_id"))
    if profile_ids is not None:
        first = first.where(PROFILE.c.id.in_(profile_ids))
    pair = first.cte("pair", recursive=True)
    following = select(pair.c.profile_id, _smallest(pair.c.profile_id, pair.c.device_id))
    pair = pair.union_all(following.where(pair.c.device_id.is_not(None)))
    return select(pair).where(pair.c.device_id.is_not(None))


def _smallest(profile_id: Any, above: Any) -> Any:
    other = ANALYSIS.alias()
    here = [other.c.profile_id == profile_id, other.c.current]
    if above is not None:
        here.append(other.c.device_id > above)
    return select(func.min(other.c.device_id)).where(and_(*here)).scalar_subquery()
