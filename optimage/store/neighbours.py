# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the results before and after another one on its device say of one DICOM attribute."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select

from optimage.model.outcome import Acquisition
from optimage.model.records import Seen
from optimage.store.codec import load
from optimage.store.columns import storable
from optimage.store.database import Database
from optimage.store.schema import ANALYSIS, PROFILE

COLUMNS = tuple(ANALYSIS.c[name] for name in ("id", "device_id", "profile_id", "acquired_at", "acquisition"))


class Neighbours:
    """Current results with a known time of acquisition, by device and time. A result without the attribute is none."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, result_id: int, keyword: str) -> Seen | None:
        """Return what a result itself says; None where it is not current or says nothing."""
        with self._database.reading() as connection:
            return _first(connection, select(*COLUMNS).where(ANALYSIS.c.id == result_id, *_telling(keyword)), keyword)

    def at(self, device_id: int, at: datetime, keyword: str) -> tuple[Seen, ...]:
        """Return what all results say that were acquired at one moment on a device."""
        query = select(*COLUMNS).where(
            ANALYSIS.c.acquired_at == at, ANALYSIS.c.device_id == device_id, *_telling(keyword)
        )
        with self._database.reading() as connection:
            return tuple(_seen(row, keyword) for row in connection.execute(query.order_by(ANALYSIS.c.id)))

    def before(self, seen: Seen, *, any_profile: bool = False) -> Seen | None:
        """Return the nearest earlier one under the same profile, or under any; None if there is none."""
        return self._nearest(seen, earlier=True, any_profile=any_profile)

    def after(self, seen: Seen, *, any_profile: bool = False) -> Seen | None:
        """Return the nearest later one under the same profile, or under any; None if there is none."""
        return self._nearest(seen, earlier=False, any_profile=any_profile)

    def _nearest(self, seen: Seen, *, earlier: bool, any_profile: bool) -> Seen | None:
        with self._database.reading() as connection:
            if any_profile or seen.profile_id is None:
                found = list(_in_every_profile(connection, seen, earlier))
            else:
                query = _seek(seen, ANALYSIS.c.profile_id == seen.profile_id, earlier)
                found = [_first(connection, query, seen.keyword)]
        known = [one for one in found if one is not None]
        chosen = max if earlier else min
        return chosen(known, key=lambda one: (one.at, one.result_id), default=None)


def _in_every_profile(connection: Connection, seen: Seen, earlier: bool) -> Iterator[Seen | None]:
    """Yield the nearest one of each profile, and of results without a profile: index seeks, however many there are."""
    yield _first(connection, _seek(seen, ANALYSIS.c.profile_id.is_(None), earlier), seen.keyword)
    one = _seek(seen, ANALYSIS.c.profile_id == PROFILE.c.id, earlier).with_only_columns(ANALYSIS.c.id)
    each = select(one.correlate(PROFILE).scalar_subquery()).select_from(PROFILE)
    ids = [found for found in connection.scalars(each) if found is not None]
    for row in connection.execute(select(*COLUMNS).where(ANALYSIS.c.id.in_(ids))):
        yield _seen(row, seen.keyword)


def _seek(seen: Seen, of_profile: ColumnElement[bool], earlier: bool) -> Select[Any]:
    """Return the query for the nearest one in the order of time, then of number."""
    at, number = ANALYSIS.c.acquired_at, ANALYSIS.c.id
    if earlier:
        beyond = and_(at <= seen.at, or_(at < seen.at, number < seen.result_id))
        order = (at.desc(), number.desc())
    else:
        beyond = and_(at >= seen.at, or_(at > seen.at, number > seen.result_id))
        order = (at.asc(), number.asc())
    here = ANALYSIS.c.device_id == seen.device_id
    return select(*COLUMNS).where(of_profile, here, beyond, *_telling(seen.keyword)).order_by(*order).limit(1)


def _telling(keyword: str) -> tuple[ColumnElement[bool], ...]:
    """Return what is true of results that count here and hold the attribute."""
    # The name with its quotes stands nowhere else in the text: a quote inside a value is escaped there.
    return (
        ANALYSIS.c.current,
        ANALYSIS.c.acquired_source != "",
        ANALYSIS.c.acquisition.contains(f'"{keyword}":', autoescape=True),
    )


def _first(connection: Connection, query: Select[Any], keyword: str) -> Seen | None:
    row = connection.execute(query).one_or_none()
    return _seen(row, keyword) if row else None


def _seen(row: Row[Any], keyword: str) -> Seen:
    value = load(Acquisition, row.acquisition).attributes[keyword]
    return Seen(row.id, row.device_id, row.profile_id, row.acquired_at, keyword, storable(value))
