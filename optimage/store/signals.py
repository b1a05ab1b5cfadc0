# SPDX-License-Identifier: LGPL-3.0-or-later
"""Signals: what a rule noticed of a result, raised once, and who took note of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.control import Acknowledgement, ControlLines, Signal
from optimage.store.audit import record
from optimage.store.codec import dump, load, utc_now
from optimage.store.columns import known, or_nan
from optimage.store.database import Database
from optimage.store.reasons import require_reason
from optimage.store.schema import ACKNOWLEDGEMENT, ANALYSIS, SIGNAL


class Signals:
    """Rule hits by result."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, signal: Signal) -> Signal:
        """Store a signal of a stored result and return it with its number.

        The same rule and key of a result are stored once only: the first signal is returned then. Where a person took
        note of the same signal of a result that this one took the place of, with the same value, that note goes on.
        """
        if signal.result_id is None:
            raise UsageError("unknown_result", N_("a signal belongs to a stored result"))
        with self._database.writing() as connection:
            here = (SIGNAL.c.analysis_id == signal.result_id, SIGNAL.c.rule == signal.rule, SIGNAL.c.key == signal.key)
            signal_id = connection.scalar(select(SIGNAL.c.id).where(*here))
            if signal_id is None:
                signal_id = connection.execute(insert(SIGNAL).values(**_values(signal)).returning(SIGNAL.c.id)).scalar()
                _carry_note(connection, signal, int(signal_id or 0))
            return signals_of(connection, SIGNAL.c.id == signal_id)[0]

    def list(self, *, result_id: int | None = None) -> tuple[Signal, ...]:
        """Return all signals, or those of one result, the earliest first."""
        which = SIGNAL.c.id > 0 if result_id is None else SIGNAL.c.analysis_id == result_id
        with self._database.reading() as connection:
            return signals_of(connection, which)

    def open(self, *, profile_id: str | None = None, since: datetime | None = None) -> tuple[Signal, ...]:
        """Return the signals that nobody took note of, the earliest first.

        Those of superseded results are left out: the result that took its place raises its own. `since` is the
        earliest acquisition of the results.
        """
        wanted = [ACKNOWLEDGEMENT.c.signal_id.is_(None), ANALYSIS.c.current]
        if profile_id is not None:
            wanted.append(ANALYSIS.c.profile_id == profile_id)
        if since is not None:
            wanted.append(ANALYSIS.c.acquired_at >= since)
        with self._database.reading() as connection:
            return signals_of(connection, and_(*wanted))

    def acknowledge(self, signal_id: int, *, operator: str, reason: str) -> Signal:
        """Remember that a person took note of a signal, and why it needs nothing more.

        Raises
        ------
        UsageError
            `unknown_signal`, `signal_acknowledged` for the second time, `reason_missing`.
        """
        require_reason(reason)
        with self._database.writing() as connection:
            found = signals_of(connection, SIGNAL.c.id == signal_id)
            if not found:
                raise UsageError("unknown_signal", N_("there is no signal {id}"), id=signal_id)
            before = found[0].acknowledged
            if before is not None:
                raise UsageError(
                    "signal_acknowledged",
                    N_("{operator} took note of signal {id} already: {reason}"),
                    operator=before.operator,
                    id=signal_id,
                    reason=before.reason,
                )
            values = {"signal_id": signal_id, "operator": operator, "at": utc_now(), "reason": reason}
            connection.execute(insert(ACKNOWLEDGEMENT).values(**values))
            detail = {"result": str(found[0].result_id), "rule": found[0].rule, "key": found[0].key, "reason": reason}
            record(connection, "signal_acknowledged", operator=operator, subject=f"signal:{signal_id}", detail=detail)
            return signals_of(connection, SIGNAL.c.id == signal_id)[0]


def _values(signal: Signal) -> dict[str, Any]:
    return {
        "analysis_id": signal.result_id,
        "rule": signal.rule,
        "key": signal.key,
        "value": known(signal.value),
        "lines": dump(signal.lines),
        "points": dump(signal.points),
        "since": signal.since,
        "at": utc_now(),
    }


def _carry_note(connection: Connection, signal: Signal, signal_id: int) -> None:
    """Let the note of the same signal of an earlier result of the set hold for this one, with its person and time."""
    other, own = ANALYSIS.alias(), ANALYSIS.alias()
    note = ACKNOWLEDGEMENT.c
    query = (
        select(note.operator, note.at, note.reason)
        .join(SIGNAL, SIGNAL.c.id == note.signal_id)
        .join(other, other.c.id == SIGNAL.c.analysis_id)
        .join(own, and_(own.c.set_id == other.c.set_id, own.c.id == signal.result_id))
        .where(SIGNAL.c.rule == signal.rule, SIGNAL.c.key == signal.key, SIGNAL.c.value == known(signal.value))
        .order_by(note.signal_id.desc())
        .limit(1)
    )
    if row := connection.execute(query).one_or_none():
        connection.execute(insert(ACKNOWLEDGEMENT).values(signal_id=signal_id, **row._asdict()))


def signals_of(connection: Connection, which: ColumnElement[bool]) -> tuple[Signal, ...]:
    """Return the chosen signals with the notes on them, as they were raised."""
    took_note = ACKNOWLEDGEMENT.c
    query = (
        select(SIGNAL, took_note.operator, took_note.at.label("noted_at"), took_note.reason)
        .join(ANALYSIS, ANALYSIS.c.id == SIGNAL.c.analysis_id)
        .outerjoin(ACKNOWLEDGEMENT, took_note.signal_id == SIGNAL.c.id)
        .where(which)
        .order_by(SIGNAL.c.id)
    )
    return tuple(_signal_of(row) for row in connection.execute(query))


def _signal_of(row: Row[Any]) -> Signal:
    return Signal(
        rule=row.rule,
        key=row.key,
        value=or_nan(row.value),
        lines=load(ControlLines, row.lines),
        result_id=row.analysis_id,
        points=load(tuple[int, ...], row.points),
        since=row.since,
        id=row.id,
        acknowledged=None if row.noted_at is None else Acknowledgement(row.operator, row.noted_at, row.reason),
    )
