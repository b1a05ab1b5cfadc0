# SPDX-License-Identifier: LGPL-3.0-or-later
"""Baselines that people froze: never changed, released by a row of their own."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, true

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.baseline import Baseline, Release
from optimage.model.control import ControlLines, TrendKey
from optimage.store.audit import record
from optimage.store.codec import dump, load, utc_now
from optimage.store.database import Database
from optimage.store.reasons import require_reason
from optimage.store.schema import BASELINE, BASELINE_RELEASE
from optimage.store.trends import in_trend, result_ids


class Baselines:
    """The baselines by trend."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def freeze(self, baseline: Baseline) -> Baseline:
        """Store a baseline and return it with its number.

        Raises
        ------
        UsageError
            `reason_missing`; `baseline_foreign_results` where a result that carries it is none of the trend;
            `baseline_exists` where one is in use that begins at the same result.
        """
        require_reason(baseline.reason)
        with self._database.writing() as connection:
            _require_own(connection, baseline)
            _require_place(connection, baseline)
            made = insert(BASELINE).values(**_values(baseline)).returning(BASELINE.c.id)
            found = _load(connection, BASELINE.c.id == connection.execute(made).scalar())[0]
            _record(connection, "baseline_frozen", found, operator=baseline.operator, reason=baseline.reason)
            return found

    def release(self, baseline_id: int, *, operator: str, reason: str) -> Baseline:
        """Take a baseline out of use; UsageError `unknown_baseline`, `baseline_released`, `reason_missing`."""
        require_reason(reason)
        with self._database.writing() as connection:
            found = _get(connection, baseline_id)
            if found.released is not None:
                raise UsageError(
                    "baseline_released",
                    N_("{operator} released baseline {id} already: {reason}"),
                    operator=found.released.operator,
                    id=baseline_id,
                    reason=found.released.reason,
                )
            values = {"baseline_id": baseline_id, "operator": operator, "at": utc_now(), "reason": reason}
            connection.execute(insert(BASELINE_RELEASE).values(**values))
            _record(connection, "baseline_released", found, operator=operator, reason=reason)
            return _get(connection, baseline_id)

    def get(self, baseline_id: int) -> Baseline:
        """Return one baseline; UsageError `unknown_baseline` if there is none."""
        with self._database.reading() as connection:
            return _get(connection, baseline_id)

    def list(
        self, *, trend: TrendKey | None = None, profile_id: str | None = None, also_released: bool = True
    ) -> tuple[Baseline, ...]:
        """Return all baselines, or those of a trend or a profile, by the time from which they hold."""
        wanted: list[ColumnElement[bool]] = [true()]
        if trend is not None:
            wanted.append(in_trend(BASELINE, trend))
        if profile_id is not None:
            wanted.append(BASELINE.c.profile_id == profile_id)
        if not also_released:
            wanted.append(BASELINE_RELEASE.c.baseline_id.is_(None))
        with self._database.reading() as connection:
            return _load(connection, *wanted)


def _require_own(connection: Connection, baseline: Baseline) -> None:
    foreign = set(baseline.result_ids) - result_ids(connection, baseline.trend)
    if foreign or not baseline.result_ids:
        raise UsageError(
            "baseline_foreign_results",
            N_("a baseline of {key} comes from results of the same trend; these are none: {ids}"),
            advice=N_("one device, one profile, one method and one item make a trend"),
            key=baseline.trend.key,
            ids=", ".join(map(str, sorted(foreign))) or "–",
        )


def _require_place(connection: Connection, baseline: Baseline) -> None:
    same = in_trend(BASELINE, baseline.trend), BASELINE.c.valid_from == baseline.valid_from
    for standing in _load(connection, *same, BASELINE_RELEASE.c.baseline_id.is_(None)):
        raise UsageError(
            "baseline_exists",
            N_("baseline {id} of {key} holds from the same result on"),
            advice=N_("release it first"),
            id=standing.id or 0,
            key=baseline.trend.key,
        )


def _get(connection: Connection, baseline_id: int) -> Baseline:
    found = _load(connection, BASELINE.c.id == baseline_id)
    if not found:
        raise UsageError("unknown_baseline", N_("there is no baseline {id}"), id=baseline_id)
    return found[0]


def _record(connection: Connection, action: str, baseline: Baseline, *, operator: str, reason: str) -> None:
    trend = baseline.trend
    names = {"profile": trend.profile_id, "device": str(trend.device_id), "key": trend.key, "item": trend.item}
    detail = names | {"valid_from": baseline.valid_from.isoformat(), "reason": reason}
    record(connection, action, operator=operator, subject=f"baseline:{baseline.id}", detail=detail)


def _values(baseline: Baseline) -> dict[str, Any]:
    trend = baseline.trend
    return {
        "device_id": trend.device_id,
        "profile_id": trend.profile_id,
        "key": trend.key,
        "method": trend.method,
        "item": trend.item,
        "unit": str(baseline.unit),
        "valid_from": baseline.valid_from,
        "until": baseline.until,
        "reason": baseline.reason,
        "operator": baseline.operator,
        "at": baseline.at,
        "lines": dump(baseline.lines),
        "checks": dump(baseline.checks),
        "excluded": dump(baseline.excluded),
        "result_ids": dump(baseline.result_ids),
    }


def _load(connection: Connection, *which: ColumnElement[bool]) -> tuple[Baseline, ...]:
    out = BASELINE_RELEASE.c
    query = (
        select(BASELINE, out.operator.label("out_by"), out.at.label("out_at"), out.reason.label("out_reason"))
        .outerjoin(BASELINE_RELEASE, out.baseline_id == BASELINE.c.id)
        .where(*which)
        .order_by(BASELINE.c.valid_from, BASELINE.c.id)
    )
    return tuple(_baseline_of(row) for row in connection.execute(query))


def _baseline_of(row: Row[Any]) -> Baseline:
    lines = load(ControlLines, row.lines)
    return Baseline(
        trend=TrendKey(row.device_id, row.profile_id, row.key, row.method, row.item),
        lines=replace(lines, baseline_id=row.id),
        result_ids=load(tuple[int, ...], row.result_ids),
        valid_from=row.valid_from,
        until=row.until,
        unit=row.unit,
        operator=row.operator,
        at=row.at,
        reason=row.reason,
        excluded=load(Mapping[str, str], row.excluded),  # type: ignore[type-abstract]
        checks=load(Mapping[str, float], row.checks),  # type: ignore[type-abstract]
        id=row.id,
        released=None if row.out_at is None else Release(row.out_by, row.out_at, row.out_reason),
    )
