# SPDX-License-Identifier: LGPL-3.0-or-later
"""What can be out of order in database and spool, each as a finding; none means all is well."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Integer, Select, cast, exists, func, select

from optimage.errors import StoreError
from optimage.messages import N_
from optimage.model.jobs import SetState
from optimage.model.records import Finding
from optimage.store.audit import Audit
from optimage.store.database import Database
from optimage.store.schema import ANALYSIS, JOB, MEASUREMENT_INPUT, MEASUREMENT_SET
from optimage.store.spool import Spool, data_set_sha256


def check_database(database: Database) -> tuple[Finding, ...]:
    """Check the file, its references, its sets and the chain of the audit trail."""
    with database.reading() as connection:
        findings = (*_file(connection), *_sets_without_job(connection), *_sets_without_current(connection))
    broken = Audit(database).first_broken()
    if broken is None:
        return findings
    sentence = N_("entry {id} of the audit trail or one before it was changed")
    return (*findings, Finding(sentence, {"id": broken}, "audit_broken"))


def verify_spool(spool: Spool, known: frozenset[str]) -> tuple[Finding, ...]:
    """Hash every received file again and compare with the hashes `known` to the database."""
    compared = spool.reconcile(known)
    return (
        *(_finding("spool_missing", N_("the received file {name} is missing"), n) for n in compared.missing),
        *(_finding("spool_orphan", N_("the file {name} is in no row of the database"), n) for n in compared.orphans),
        *(_finding("spool_foreign", N_("{name} is no file of ours"), str(path)) for path in compared.foreign),
        *(
            _finding("spool_changed", N_("the received file {name} is not what was received"), sha256)
            for sha256 in sorted(known - set(compared.missing))
            if not _unchanged(spool, sha256)
        ),
    )


def _unchanged(spool: Spool, sha256: str) -> bool:
    try:
        return data_set_sha256(spool.read(sha256)) == sha256
    except StoreError:  # an unreadable sector is a change, and the other files are still to be looked at
        return False


def _file(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name != "sqlite":
        return
    for (said,) in connection.exec_driver_sql("PRAGMA integrity_check"):
        if said != "ok":
            yield Finding(N_("the database is damaged: {said}"), {"said": said}, "database_damaged")
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        sentence = N_("a row of {table} refers to a row of {parent} that does not exist")
        yield Finding(sentence, {"table": row[0], "parent": row[2]}, "reference_broken")


def _sets_without_job(connection: Connection) -> Iterator[Finding]:
    table = MEASUREMENT_SET.c
    has_images = exists().where(MEASUREMENT_INPUT.c.set_id == table.id)  # a set of readings alone needs no job
    has_job = exists().where(JOB.c.set_id == table.id, JOB.c.generation == table.generation)
    query = select(table.id).where(table.state == str(SetState.COMPLETE), has_images, ~has_job)
    yield from _of_sets(connection, query, "set_without_job", N_("the complete set {id} has no job"))


def _sets_without_current(connection: Connection) -> Iterator[Finding]:
    current = func.sum(cast(ANALYSIS.c.current, Integer))
    query = select(ANALYSIS.c.set_id).group_by(ANALYSIS.c.set_id).having(current != 1)
    yield from _of_sets(connection, query, "set_without_current", N_("the set {id} has not exactly one current result"))


def _of_sets(connection: Connection, query: Select[Any], code: str, sentence: str) -> Iterator[Finding]:
    for set_id in connection.scalars(query):
        yield Finding(sentence, {"id": set_id}, code)


def _finding(code: str, sentence: str, name: str) -> Finding:
    return Finding(sentence, {"name": name}, code)
