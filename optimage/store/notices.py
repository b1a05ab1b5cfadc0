# SPDX-License-Identifier: LGPL-3.0-or-later
"""The outbox: what is to be told to whom, each once however many services there are."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, update

from optimage.errors import StoreError, UsageError
from optimage.messages import N_
from optimage.model.notice import Channel, Notice, NoticeState, Recipient
from optimage.store.codec import dump, load, utc_now
from optimage.store.columns import storable
from optimage.store.database import Database
from optimage.store.schema_reports import NOTICE

AS_THEY_ARE = (
    *("about", "subject", "text", "attempts", "worker", "lease_until", "next_try", "code", "error"),
    *("created_at", "sent_at", "id"),
)
FAR = timedelta(days=2)  # no lease and no pause is as long: such a time was set by a clock that was ahead


class Notices:
    """Notices by what they are about."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, notice: Notice, *, now: datetime | None = None) -> Notice:
        """Queue a notice and return it with its number.

        The same recipient is told of the same thing once: the notice that is there already is returned then.
        """
        with self._database.writing() as connection:
            return add_notice(connection, notice, now=now or utc_now())

    def claim(self, worker: str, *, lease_s: float, now: datetime) -> Notice | None:
        """Take a notice that waits and may be tried now, the oldest first; None if there is none."""
        mine = {"worker": worker, "lease_until": now + timedelta(seconds=lease_s), "attempts": NOTICE.c.attempts + 1}
        with self._database.writing() as connection:
            number = connection.scalar(select(NOTICE.c.id).where(_free(now)).order_by(NOTICE.c.id).limit(1))
            if number is None:
                return None
            claimed = update(NOTICE).where(NOTICE.c.id == number).values(**mine).returning(NOTICE)
            return _notice_of(connection.execute(claimed).one())

    def sent(self, notice_id: int, *, worker: str, now: datetime) -> Notice:
        """Remember that a notice was sent; StoreError `notice_lost` where it is no longer this worker's."""
        return self._end(notice_id, worker, state=str(NoticeState.SENT), sent_at=now, code="", error="")

    def failed(self, notice_id: int, *, worker: str, code: str, error: str, next_try: datetime | None) -> Notice:
        """Remember that an attempt failed, and when the next is to be; None ends it.

        StoreError `notice_lost` where it is no longer this worker's.
        """
        state = NoticeState.WAITING if next_try else NoticeState.FAILED
        return self._end(notice_id, worker, state=str(state), next_try=next_try, code=code, error=storable(error))

    def retry(self, notice_id: int) -> Notice:
        """Let a notice be tried again at once, whatever became of it unless it was sent."""
        anew = {"state": str(NoticeState.WAITING), "next_try": None, "attempts": 0}
        with self._database.writing() as connection:
            found = _one(connection, notice_id)
            if found.state is NoticeState.SENT:
                return found
            connection.execute(update(NOTICE).where(NOTICE.c.id == notice_id).values(**anew))
            return _one(connection, notice_id)

    def get(self, notice_id: int) -> Notice:
        """Return one notice; UsageError `unknown_notice` if there is none."""
        with self._database.reading() as connection:
            return _one(connection, notice_id)

    def list(
        self, *, about: str | None = None, states: Collection[NoticeState] = (), since: datetime | None = None
    ) -> tuple[Notice, ...]:
        """Return notices, the earliest first: all of them, or those that fit every filter."""
        wanted: list[ColumnElement[bool]] = [NOTICE.c.id > 0]
        if about is not None:
            wanted.append(NOTICE.c.about == about)
        if states:
            wanted.append(NOTICE.c.state.in_(map(str, states)))
        if since is not None:
            wanted.append(NOTICE.c.created_at >= since)
        with self._database.reading() as connection:
            return _load(connection, *wanted)

    def counts(self) -> Mapping[NoticeState, int]:
        """Return how many notices are in each state."""
        query = select(NOTICE.c.state, func.count()).group_by(NOTICE.c.state)
        with self._database.reading() as connection:
            found = {NoticeState(state): count for state, count in connection.execute(query)}
        return {state: found.get(state, 0) for state in NoticeState}

    def _end(self, notice_id: int, worker: str, **values: Any) -> Notice:
        held = and_(NOTICE.c.id == notice_id, NOTICE.c.worker == worker, NOTICE.c.lease_until.is_not(None))
        ended = update(NOTICE).where(held).values(lease_until=None, **values).returning(NOTICE)
        with self._database.writing() as connection:
            row = connection.execute(ended).one_or_none()
        if row is None:
            raise StoreError(
                "notice_lost",
                N_("notice {id} was given to another service, because this one was silent for too long"),
                id=notice_id,
            )
        return _notice_of(row)


def add_notice(
    connection: Connection, notice: Notice, *, now: datetime, report_ids: tuple[int, ...] | None = None
) -> Notice:
    """Queue a notice inside the transaction that has a part in it; `report_ids` replaces those it has."""
    notice = notice if report_ids is None else replace(notice, report_ids=report_ids)
    channel, address = str(notice.recipient.channel), storable(notice.recipient.address)
    here = NOTICE.c.about == storable(notice.about), NOTICE.c.channel == channel, NOTICE.c.recipient == address
    known = _load(connection, *here)
    if known:
        return known[0]
    values = {name: getattr(notice, name) for name in ("about", "subject", "text", "next_try")} | {
        "channel": channel,
        "recipient": address,
        "payload": dump(notice.payload),
        "report_ids": dump(notice.report_ids),
        "state": str(NoticeState.WAITING),
        "created_at": now,
    }
    return _notice_of(connection.execute(insert(NOTICE).values(**values).returning(NOTICE)).one())


def _free(now: datetime) -> ColumnElement[bool]:
    def over(moment: Any) -> ColumnElement[bool]:
        return or_(moment.is_(None), moment <= now, moment > now + FAR)

    return and_(NOTICE.c.state == str(NoticeState.WAITING), over(NOTICE.c.lease_until), over(NOTICE.c.next_try))


def _one(connection: Connection, notice_id: int) -> Notice:
    found = _load(connection, NOTICE.c.id == notice_id)
    if not found:
        raise UsageError("unknown_notice", N_("there is no notice {id}"), id=notice_id)
    return found[0]


def _load(connection: Connection, *which: ColumnElement[bool]) -> tuple[Notice, ...]:
    query = select(NOTICE).where(*which).order_by(NOTICE.c.id)
    return tuple(_notice_of(row) for row in connection.execute(query))


def _notice_of(row: Row[Any]) -> Notice:
    return Notice(
        recipient=Recipient(Channel(row.channel), row.recipient),
        payload=load(dict, row.payload),
        report_ids=load(tuple[int, ...], row.report_ids),
        state=NoticeState(row.state),
        **{name: getattr(row, name) for name in AS_THEY_ARE},
    )
