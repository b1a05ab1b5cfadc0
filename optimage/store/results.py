# SPDX-License-Identifier: LGPL-3.0-or-later
"""Results: written once with all they hold, superseded but never changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, insert, select, true, update

from optimage.errors import StoreError, UsageError
from optimage.messages import N_
from optimage.model.control import TrendKey, TrendPoint
from optimage.model.outcome import Acquisition, JudgedMeasurement, Result
from optimage.model.records import Latest
from optimage.model.tolerance import Verdict
from optimage.store import trends
from optimage.store.audit import record
from optimage.store.codec import load, utc_now
from optimage.store.database import Database
from optimage.store.devices import device_of
from optimage.store.jobs import finish
from optimage.store.latest import latest
from optimage.store.reviews import reviews_of
from optimage.store.rows import (
    acquired_at,
    analysis_values,
    judged_of,
    measurement_values,
    result_of,
    work_of,
)
from optimage.store.rulings import judgements_by_number, rulings_for
from optimage.store.schema import ANALYSIS, JOB, MEASUREMENT, MEASUREMENT_SET, REVIEW

AT_ONCE = 50  # results in memory while all are read one after another
_IN_TIME = ANALYSIS.c.acquired_at, ANALYSIS.c.id


class Results:
    """The results. Each set has at most one that is current; the database itself sees to that."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        result: Result,
        *,
        set_id: int,
        job_id: int | None,
        operator: str,
        over: int | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> Result:
        """Store a result and end its job, in one transaction.

        It supersedes the current result of the set, unless that one saw a later generation of images.
        Where the same work (inputs, module, version, parameters, revision) is stored already, that result is
        returned and nothing new is written. One exception: what was not measured before, because its
        worker died, say, may be measured now.

        `over` is the current result that this one continues, 0 if there was none; StoreError `result_overtaken` if
        another has taken its place by now. `detail` goes into the audit trail.
        """
        with self._database.writing() as connection:
            now = utc_now()
            generation = _generation(connection, set_id, job_id, over)
            work = work_of(result, set_id)
            known = _known(connection, result, work)
            if known is None:
                current = _supersede(connection, set_id, generation, over)
                values = work | {"generation": generation, "current": current, "operator": operator}
                known = _insert(connection, result, values, now)
                record(connection, "result_stored", operator=operator, subject=f"result:{known}", detail=detail)
            if job_id is not None:
                finish(connection, job_id, now)
            return _load(connection, ANALYSIS.c.id == known)[0]

    def get(self, result_id: int) -> Result:
        """Return one result; UsageError `unknown_result` if there is none."""
        with self._database.reading() as connection:
            found = _load(connection, ANALYSIS.c.id == result_id)
        if not found:
            raise _unknown(result_id)
        return found[0]

    def list(
        self, *, profile_id: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Result, ...]:
        """Return all results acquired from `since` up to but not including `until`, the newest last."""
        with self._database.reading() as connection:
            return _load(connection, _chosen(profile_id, since, until))

    def each(
        self, *, profile_id: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Result]:
        """Yield what `list` returns, with never more than a few results in memory.

        Reads while it yields: a result superseded meanwhile may be told as it was or as it is.
        """
        order = select(ANALYSIS.c.id).where(_chosen(profile_id, since, until)).order_by(*_IN_TIME)
        with self._database.reading() as connection:
            ids = list(connection.scalars(order))
        for start in range(0, len(ids), AT_ONCE):
            with self._database.reading() as connection:
                some = _load(connection, ANALYSIS.c.id.in_(ids[start : start + AT_ONCE]))
            yield from some

    def current(
        self, *, profile_id: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Result, ...]:
        """Return the results that no later one supersedes, otherwise as `list`."""
        with self._database.reading() as connection:
            return _load(connection, and_(_chosen(profile_id, since, until), ANALYSIS.c.current))

    def current_of(self, set_id: int) -> Result | None:
        """Return the current result of a set, None where it has none yet."""
        with self._database.reading() as connection:
            found = _load(connection, and_(ANALYSIS.c.set_id == set_id, ANALYSIS.c.current))
        return found[0] if found else None

    def latest(self, profile_id: str) -> Result | None:
        """Return the current result of a profile that was acquired last, None if there is none."""
        here = and_(ANALYSIS.c.profile_id == profile_id, ANALYSIS.c.current)
        newest = select(ANALYSIS.c.id).where(here).order_by(ANALYSIS.c.acquired_at.desc(), ANALYSIS.c.id.desc())
        with self._database.reading() as connection:
            result_id = connection.scalar(newest.limit(1))
            return None if result_id is None else _load(connection, ANALYSIS.c.id == result_id)[0]

    def latest_of(self, profile_ids: Sequence[str] | None = None) -> tuple[Latest, ...]:
        """Return the current results acquired last, of some profiles or of all: one for each profile and device."""
        with self._database.reading() as connection:
            return latest(connection, profile_ids)

    def previous(self, result_id: int, *, same_profile: bool = True) -> Result | None:
        """Return the current result acquired last before another one on its device; None if there is none.

        `same_profile` leaves out results of other profiles.
        """
        table = ANALYSIS.c
        with self._database.reading() as connection:
            one = connection.execute(select(ANALYSIS).where(table.id == result_id)).one_or_none()
            if one is None:
                raise _unknown(result_id)
            here = [table.device_id == one.device_id, table.current, table.acquired_at < one.acquired_at]
            if same_profile:
                here.append(table.profile_id == one.profile_id)
            newest = select(table.id).where(*here).order_by(table.acquired_at.desc(), table.id.desc()).limit(1)
            found = connection.scalar(newest)
            return None if found is None else _load(connection, table.id == found)[0]

    def attributes(self, result_ids: Iterable[int]) -> Mapping[int, Mapping[str, str]]:
        """Return the DICOM attributes that were remembered of results, by the number of the result."""
        table = ANALYSIS.c
        query = select(table.id, table.acquisition).where(table.id.in_(list(result_ids)))
        with self._database.reading() as connection:
            return {row.id: load(Acquisition, row.acquisition).attributes for row in connection.execute(query)}

    def trend_key(self, result_id: int, key: str, *, item: str = "") -> TrendKey | None:
        """Return the trend that a result's measurement belongs to; None for one without a profile or a value."""
        with self._database.reading() as connection:
            return trends.key_of(connection, result_id, key, item)

    def trend(self, result_id: int, key: str, *, item: str = "") -> tuple[TrendPoint, ...]:
        """Return the trend that a result's measurement belongs to; empty for a result without a profile."""
        with self._database.reading() as connection:
            trend = trends.key_of(connection, result_id, key, item)
            return trends.points(connection, trend) if trend else ()

    def trend_of_profile(self, profile_id: str, key: str, *, item: str = "") -> tuple[TrendPoint, ...]:
        """Return the trend that the latest value of a profile belongs to, by its device and method."""
        with self._database.reading() as connection:
            trend = trends.latest_key(connection, profile_id, key, item)
            return trends.points(connection, trend) if trend else ()

    def trends(self, profile_id: str) -> tuple[TrendKey, ...]:
        """Return all trends of a profile, of every device, key, method and item."""
        with self._database.reading() as connection:
            return trends.keys_of_profile(connection, profile_id)

    def points(self, trend: TrendKey) -> tuple[TrendPoint, ...]:
        """Return the values of one trend."""
        with self._database.reading() as connection:
            return trends.points(connection, trend)


def _unknown(result_id: int) -> UsageError:
    return UsageError(
        "unknown_result", N_("there is no result {id}"), advice=N_('see "optimage results"'), id=result_id
    )


def _known(connection: Connection, result: Result, work: dict[str, Any]) -> int | None:
    same = [ANALYSIS.c[name] == value for name, value in work.items()]
    if result.verdict is not Verdict.NOT_MEASURED:
        same.append(ANALYSIS.c.measured)
    return connection.scalar(select(ANALYSIS.c.id).where(*same).order_by(ANALYSIS.c.measured.desc()).limit(1))


def _generation(connection: Connection, set_id: int, job_id: int | None, over: int | None) -> int:
    """Return which images were seen: those of the job, else of the result that is continued, else the latest."""
    query = select(MEASUREMENT_SET.c.generation).where(MEASUREMENT_SET.c.id == set_id)
    if job_id is not None:
        query = select(JOB.c.generation).where(JOB.c.id == job_id)
    elif over:
        query = select(ANALYSIS.c.generation).where(ANALYSIS.c.id == over)
    found = connection.scalar(query)
    if found is None:
        raise UsageError("unknown_set", N_("there is no measurement set {id}"), id=set_id)
    return int(found)


def _supersede(connection: Connection, set_id: int, generation: int, over: int | None) -> bool:
    """Make way for a new result; False where the current one saw later images and stays."""
    here = and_(ANALYSIS.c.set_id == set_id, ANALYSIS.c.current)
    standing = connection.execute(select(ANALYSIS.c.id, ANALYSIS.c.generation).where(here)).one_or_none()
    if over is not None and over != (standing.id if standing else 0):
        raise StoreError(
            "result_overtaken",
            N_("result {id} was superseded a moment ago"),
            advice=N_("try again"),
            id=over,
        )
    if standing is not None and standing.generation > generation:
        return False
    connection.execute(update(ANALYSIS).where(here).values(current=False))
    return True


def _insert(connection: Connection, result: Result, values: dict[str, Any], now: datetime) -> int:
    device_id = device_of(connection, result.acquisition)
    row = values | analysis_values(result, now) | {"device_id": device_id}
    analysis_id = int(connection.execute(insert(ANALYSIS).values(**row).returning(ANALYSIS.c.id)).scalar_one())
    rulings = rulings_for(connection, (judged.judgement for judged in result.measurements))
    at = acquired_at(result, now)
    rows = measurement_values(result, analysis_id=analysis_id, device_id=device_id, at=at, rulings=rulings)
    if rows:
        connection.execute(insert(MEASUREMENT), rows)
    return analysis_id


def _chosen(profile_id: str | None, since: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    wanted = [
        ANALYSIS.c.profile_id == profile_id if profile_id is not None else None,
        ANALYSIS.c.acquired_at >= since if since else None,
        ANALYSIS.c.acquired_at < until if until else None,
    ]
    return and_(true(), *(condition for condition in wanted if condition is not None))


def _load(connection: Connection, which: ColumnElement[bool]) -> tuple[Result, ...]:
    ids = select(ANALYSIS.c.id).where(which)
    table, here = MEASUREMENT.c, MEASUREMENT.c.analysis_id.in_(ids)
    rows = connection.execute(select(MEASUREMENT).where(here).order_by(table.analysis_id, table.position)).all()
    said = judgements_by_number(connection, (row.ruling_id for row in rows))
    judged: defaultdict[int, list[JudgedMeasurement]] = defaultdict(list)
    for row in rows:
        judged[row.analysis_id].append(judged_of(row, said[row.ruling_id]))
    reviews = reviews_of(connection, REVIEW.c.analysis_id.in_(ids))
    analyses = connection.execute(select(ANALYSIS).where(which).order_by(*_IN_TIME))
    return tuple(result_of(row, judged[row.id], reviews.get(row.id, ())) for row in analyses)
