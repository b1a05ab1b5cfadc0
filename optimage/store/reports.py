# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reports: which documents were made."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, exists, func, insert, or_, select, true

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.records import NewReport, ReportRecord
from optimage.model.selection import Selection
from optimage.store.audit import record
from optimage.store.codec import dump, load, utc_now
from optimage.store.database import Database
from optimage.store.jobs import SYSTEM
from optimage.store.schema import ANALYSIS, JOB
from optimage.store.schema_reports import REPORT

SEVERAL = and_(REPORT.c.analysis_id.is_(None), REPORT.c.result_ids != "[]")


class Reports:
    """Reports on results and on periods; the files lie elsewhere."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, report: NewReport, *, operator: str = SYSTEM) -> ReportRecord:
        """Remember that a report was made."""
        with self._database.writing() as connection:
            return add_report(connection, report, operator=operator)

    def get(self, report_id: int) -> ReportRecord:
        """Return one report; UsageError `unknown_report` if there is none."""
        with self._database.reading() as connection:
            row = connection.execute(select(REPORT).where(REPORT.c.id == report_id)).one_or_none()
        if row is None:
            raise UsageError(
                "unknown_report", N_("there is no report {id}"), advice=N_("see optimage report list"), id=report_id
            )
        return _report_of(row)

    def list(
        self,
        *,
        result_id: int | None = None,
        kind: str | None = None,
        template: str | None = None,
        file_name: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[ReportRecord, ...]:
        """Return reports, the earliest first: all of them, or those that fit every filter.

        `result_id` is a result they speak of, alone or among others; `since` and `until` are when they were made, from
        the first up to but not including the second.
        """
        wanted: list[ColumnElement[bool]] = [true()]
        if result_id is not None:
            wanted.append(or_(REPORT.c.analysis_id == result_id, SEVERAL))
        if kind is not None:
            wanted.append(REPORT.c.kind == kind)
        if template is not None:
            wanted.append(REPORT.c.template == template)
        if file_name is not None:
            wanted.append(REPORT.c.file_name == file_name)
        if since is not None:
            wanted.append(REPORT.c.at >= since)
        if until is not None:
            wanted.append(REPORT.c.at < until)
        query = select(REPORT).where(*wanted).order_by(REPORT.c.id)
        with self._database.reading() as connection:
            found = tuple(_report_of(row) for row in connection.execute(query))
        return tuple(one for one in found if result_id is None or result_id in one.result_ids)

    def owed(self, kind: str = "measurement") -> tuple[int, ...]:
        """Return the ids of the results that a service stored and made no report of, the earliest first.

        What a person analysed by hand had no worker, and gets its report when that person asks for it.
        """
        made = exists().where(REPORT.c.analysis_id == ANALYSIS.c.id, REPORT.c.kind == kind)
        job = and_(JOB.c.set_id == ANALYSIS.c.set_id, JOB.c.generation == ANALYSIS.c.generation, JOB.c.worker != "")
        query = select(ANALYSIS.c.id).join(JOB, job).where(~made).order_by(ANALYSIS.c.id)
        with self._database.reading() as connection:
            return tuple(connection.scalars(query))

    def last_results(self) -> Mapping[str, datetime]:
        """Return when the last result of each profile was stored: a table written before that lacks it."""
        # The last stored has the highest id, which the index on profiles holds: no row but that one is read.
        last = select(func.max(ANALYSIS.c.id)).where(ANALYSIS.c.profile_id.is_not(None)).group_by(ANALYSIS.c.profile_id)
        query = select(ANALYSIS.c.profile_id, ANALYSIS.c.stored_at).where(ANALYSIS.c.id.in_(last))
        with self._database.reading() as connection:
            return {row.profile_id: row.stored_at for row in connection.execute(query)}


def add_report(connection: Connection, report: NewReport, *, operator: str) -> ReportRecord:
    """Remember a report inside the transaction that has a part in it."""
    result_id = report.result_ids[0] if len(report.result_ids) == 1 else None
    values = {name: getattr(report, name) for name in AS_THEY_ARE} | {
        "analysis_id": result_id,
        "result_ids": dump(report.result_ids),
        "selection": dump(report.selection),
        "begin_at": report.begin,
        "end_at": report.end,
        "operator": operator,
        "at": utc_now(),
    }
    added = _report_of(connection.execute(insert(REPORT).values(**values).returning(REPORT)).one())
    subject = f"report:{added.id}" if result_id is None else f"result:{result_id}"
    detail = {"kind": added.kind, "sha256": added.sha256, "file": added.file_name}
    record(connection, "report_made", operator=operator, subject=subject, detail=detail)
    return added


AS_THEY_ARE = ("kind", "sha256", "file_name", "template", "form", "language", "behind")


def _report_of(row: Row[Any]) -> ReportRecord:
    return ReportRecord(
        id=row.id,
        result_id=row.analysis_id,
        result_ids=load(tuple[int, ...], row.result_ids),
        selection=load(Selection, row.selection),
        begin=row.begin_at,
        end=row.end_at,
        operator=row.operator,
        at=row.at,
        **{name: getattr(row, name) for name in AS_THEY_ARE},
    )
