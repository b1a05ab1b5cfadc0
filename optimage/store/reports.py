# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reports: which documents were made of a result."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, exists, func, insert, select

from optimage.model.records import ReportRecord
from optimage.store.audit import record
from optimage.store.codec import utc_now
from optimage.store.database import Database
from optimage.store.jobs import SYSTEM
from optimage.store.schema import ANALYSIS, JOB, REPORT


class Reports:
    """Reports by result; the files lie elsewhere."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, result_id: int, kind: str, *, sha256: str, file_name: str, operator: str = SYSTEM) -> ReportRecord:
        """Remember that a report was made."""
        values = {"kind": kind, "sha256": sha256, "file_name": file_name, "operator": operator, "at": utc_now()}
        statement = insert(REPORT).values(analysis_id=result_id, **values).returning(REPORT)
        with self._database.writing() as connection:
            row = connection.execute(statement).one()
            detail = {"kind": kind, "sha256": sha256}
            record(connection, "report_made", operator=operator, subject=f"result:{result_id}", detail=detail)
            return _report_of(row)

    def list(self, *, result_id: int | None = None) -> tuple[ReportRecord, ...]:
        """Return all reports, or those of one result, the earliest first."""
        query = select(REPORT).order_by(REPORT.c.id)
        if result_id is not None:
            query = query.where(REPORT.c.analysis_id == result_id)
        with self._database.reading() as connection:
            return tuple(_report_of(row) for row in connection.execute(query))

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


def _report_of(row: Row[Any]) -> ReportRecord:
    return ReportRecord(row.id, row.analysis_id, row.kind, row.sha256, row.file_name, row.operator, row.at)
