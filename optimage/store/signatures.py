# SPDX-License-Identifier: LGPL-3.0-or-later
"""Signatures: who stands for a result or a report; written once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select, true

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.signature import Signature, Subject
from optimage.store.audit import record
from optimage.store.database import Database
from optimage.store.reasons import require_reason
from optimage.store.schema import ANALYSIS
from optimage.store.schema_reports import REPORT, SIGNATURE

VALUES = ("subject_id", "name", "operator", "reason", "at", "behind")
UNKNOWN = {
    Subject.RESULT: ("unknown_result", N_("there is no result {id}")),
    Subject.REPORT: ("unknown_report", N_("there is no report {id}")),
}


class Signatures:
    """Signatures by what was signed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, signature: Signature) -> Signature:
        """Store a signature and return it with its number.

        Raises
        ------
        UsageError
            `unknown_result` or `unknown_report`: there is nothing of that number; `reason_missing`; `name_missing`.
        """
        require_reason(signature.reason)
        if not signature.name.strip():
            raise UsageError(
                "name_missing", N_("the name of who signs is missing"), advice=N_("say who stands for it; it is shown")
            )
        with self._database.writing() as connection:
            _require_subject(connection, signature)
            values = {name: getattr(signature, name) for name in VALUES} | {"subject": str(signature.subject)}
            row = connection.execute(insert(SIGNATURE).values(**values).returning(SIGNATURE)).one()
            added = _signature_of(row)
            subject = f"{added.subject}:{added.subject_id}"
            detail = {"name": added.name, "reason": added.reason, "behind": added.behind}
            record(connection, "signed", operator=added.operator, subject=subject, detail=detail)
            return added

    def of(self, subject: Subject, ids: Iterable[int]) -> Mapping[int, tuple[Signature, ...]]:
        """Return the signatures of some results or reports by their number; those without any are left out."""
        here = SIGNATURE.c.subject == str(subject), SIGNATURE.c.subject_id.in_(list(ids))
        found: dict[int, list[Signature]] = defaultdict(list)
        for one in self._load(*here):
            found[one.subject_id].append(one)
        return {number: tuple(some) for number, some in found.items()}

    def list(self, subject: Subject | None = None) -> tuple[Signature, ...]:
        """Return all signatures, or those of results or of reports alone, the earliest first."""
        return self._load(true() if subject is None else SIGNATURE.c.subject == str(subject))

    def _load(self, *which: ColumnElement[bool]) -> tuple[Signature, ...]:
        query = select(SIGNATURE).where(*which).order_by(SIGNATURE.c.id)
        with self._database.reading() as connection:
            return tuple(_signature_of(row) for row in connection.execute(query))


def _require_subject(connection: Connection, signature: Signature) -> None:
    table = ANALYSIS if signature.subject is Subject.RESULT else REPORT
    if connection.scalar(select(table.c.id).where(table.c.id == signature.subject_id)) is None:
        code, sentence = UNKNOWN[signature.subject]
        raise UsageError(code, sentence, id=signature.subject_id)


def _signature_of(row: Row[Any]) -> Signature:
    return Signature(subject=Subject(row.subject), id=row.id, **{name: getattr(row, name) for name in VALUES})
