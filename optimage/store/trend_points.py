# SPDX-License-Identifier: LGPL-3.0-or-later
"""The values of very many trends: one query for all that a profile measures on a device, not three for each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import nan

from sqlalchemy import Connection, select

from optimage.model.control import TrendKey, TrendPoint
from optimage.model.tolerance import Judgement
from optimage.store.reviews import reviews_of, standing
from optimage.store.rulings import AT_ONCE, judgements_by_number
from optimage.store.schema import ANALYSIS, MEASUREMENT, REVIEW
from optimage.store.trends import NOTHING_SAID, SUPERSEDED, in_short

Place = tuple[str, int, str]  # profile, device, item


def points_of(connection: Connection, trends: Iterable[TrendKey]) -> Mapping[TrendKey, tuple[TrendPoint, ...]]:
    """Return the values of each trend, as `optimage.store.trends.points` does of one."""
    places: defaultdict[Place, list[TrendKey]] = defaultdict(list)
    for trend in trends:
        places[trend.profile_id, trend.device_id, trend.item].append(trend)
    said_of = _said_of(connection, sorted({profile_id for profile_id, _device_id, _item in places}))
    judgements: dict[int, Judgement] = {}
    found: dict[TrendKey, tuple[TrendPoint, ...]] = {}
    for place, of_place in places.items():
        read = _of_place(connection, place, [trend.key for trend in of_place], judgements, said_of)
        found |= {trend: tuple(read.get((trend.key, trend.method), ())) for trend in of_place}
    return found


def _of_place(
    connection: Connection,
    place: Place,
    keys: list[str],
    judgements: dict[int, Judgement],
    said_of: Mapping[int, tuple[bool, bool, str]],
) -> Mapping[tuple[str, str], list[TrendPoint]]:
    table, (profile_id, device_id, item) = MEASUREMENT.c, place
    query = (
        select(
            *(table.key, table.method, table.analysis_id, table.acquired_at, table.value, table.unit),
            *(table.ruling_id, table.uncertainty, table.revision, table.imported),
        )
        .where(table.profile_id == profile_id, table.device_id == device_id, table.item == item, table.key.in_(keys))
        .where(table.value.is_not(None), table.analysis_id.not_in(SUPERSEDED))
        .order_by(table.acquired_at, table.analysis_id)
    )
    rows = connection.execute(query).all()
    judgements |= judgements_by_number(connection, {row[6] for row in rows} - judgements.keys())
    points: defaultdict[tuple[str, str], list[TrendPoint]] = defaultdict(list)
    # Written for very many points: a call for each of them would take as long as reading it.
    for key, method, one, at, value, unit, n, u, revision, imported in rows:
        counts, yes, why = said_of.get(one, NOTHING_SAID)
        of = judgements[n]
        uncertainty = nan if u is None else u
        points[key, method].append(
            TrendPoint(one, at, value, unit, of, uncertainty, revision, counts, yes, imported, why)
        )
    return points


def _said_of(connection: Connection, profile_ids: list[str]) -> Mapping[int, tuple[bool, bool, str]]:
    """Return what people said of the results of profiles, by the number of the result."""
    found: dict[int, tuple[bool, bool, str]] = {}
    for start in range(0, len(profile_ids), AT_ONCE):
        of_profiles = ANALYSIS.c.profile_id.in_(profile_ids[start : start + AT_ONCE])
        reviewed = REVIEW.c.analysis_id.in_(
            select(REVIEW.c.analysis_id).join(ANALYSIS, ANALYSIS.c.id == REVIEW.c.analysis_id).where(of_profiles)
        )
        said = reviews_of(connection, reviewed)
        found |= {one: in_short(standing(reviews)) for one, reviews in said.items()}
    return found
