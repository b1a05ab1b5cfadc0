# SPDX-License-Identifier: LGPL-3.0-or-later
"""Many results of before at once, as a department brings them along: all of a file in one transaction."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, and_, insert, select, update

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.outcome import DeviceIdentity, Result
from optimage.model.results import Measurement
from optimage.store.audit import record
from optimage.store.bulk import insert_rows
from optimage.store.codec import digest, utc_now
from optimage.store.database import Database
from optimage.store.devices import device_of, identity_of
from optimage.store.entered import set_values
from optimage.store.rows import analysis_values, measurement_values, work_of
from optimage.store.rulings import rulings_for
from optimage.store.schema import ANALYSIS, MEASUREMENT, MEASUREMENT_SET

IMPORTED = "imported"  # in the place of parameters, so that no set of images or readings is ever the same
AT_ONCE = 500

T = TypeVar("T")


class Imports:
    """Results without images, from files that other programs wrote."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, results: Sequence[Result], *, sha256: str, file_name: str, operator: str) -> tuple[int, ...]:
        """Store results in the order of the file: all of them, or nothing where one is refused.

        A result is marked as imported, here and not by the caller. What was measured at an instant on a device under a
        profile is one measurement; several in one file are told apart by their order. So a file that is imported
        again adds nothing, a longer one adds what is new in it, and other values of a known measurement supersede
        the earlier ones, which stay.

        Parameters
        ----------
        results : sequence of Result
            With profile and time of acquisition; those without a single measurement are refused.
        sha256, file_name, operator : str
            Hash and name of the file, and who imports it.

        Returns
        -------
        tuple of int
            Numbers of the results that are new.

        Raises
        ------
        UsageError
            `import_incomplete`; `unknown_reference` for a profile that was not applied.
        """
        marked = [_marked(result, sha256) for result in results]
        with self._database.writing() as connection:
            now = utc_now()
            fresh = _fresh(connection, list(zip(_sets(connection, marked, now), marked, strict=True)))
            _supersede(connection, [set_id for set_id, _ in fresh])
            added = tuple(_insert(connection, fresh, now, operator))
            if added:
                known = len(marked) - len(added)
                detail = {"file": file_name, "results": str(len(added)), "known": str(known)}
                record(connection, "history_imported", operator=operator, subject=f"file:{sha256}", detail=detail)
            return added


def _marked(result: Result, sha256: str) -> Result:
    if result.profile is None or result.acquisition.at is None or not result.measurements:
        raise UsageError("import_incomplete", N_("an imported result needs a profile, a time and a value"))
    # Without judgements: what is known stays as it was judged, whatever the profile says by now.
    values = digest([str(_values(judged.measurement)) for judged in result.measurements])
    provenance = replace(result.provenance, imported_sha256=sha256, inputs_sha256=values)
    return replace(result, provenance=provenance, inputs=())


def _values(measurement: Measurement) -> tuple[str, float, str, float, str, str]:
    one = measurement
    return one.key, float(one.value), str(one.unit), float(one.uncertainty), one.method, one.item


def _sets(connection: Connection, results: Sequence[Result], now: datetime) -> list[int]:
    """Return the set of each result, made where there is none."""
    rows = [_set(result, moment, now) for result, moment in zip(results, _moments(results), strict=True)]
    table = MEASUREMENT_SET.c
    known: dict[str, int] = {}
    for some in _chunks([row["identity"] for row in rows]):
        query = select(table.identity, table.id).where(table.identity.in_(some))
        known |= {row.identity: row.id for row in connection.execute(query)}
    for missing in _chunks([row for row in rows if row["identity"] not in known]):
        made = insert(MEASUREMENT_SET).returning(table.identity, table.id)
        known |= {row.identity: row.id for row in connection.execute(made, missing)}
    return [known[row["identity"]] for row in rows]


def _set(result: Result, moment: str, now: datetime) -> dict[str, Any]:
    assert result.profile is not None  # noqa: S101 - asked before
    return set_values(result.profile, result.phantom, moment, kind=IMPORTED, now=now)


def _moments(results: Sequence[Result]) -> Iterator[str]:
    """Return what tells the measurements of a profile apart: instant, device, and which one it was of several."""
    seen: Counter[tuple[str, str]] = Counter()
    for result in results:
        assert result.profile is not None  # noqa: S101 - asked before
        assert result.acquisition.at is not None  # noqa: S101 - asked before
        moment = f"{result.acquisition.at.astimezone(UTC).isoformat()} {identity_of(result.acquisition.device)}"
        seen[result.profile.id, moment] += 1
        yield f"{moment} {seen[result.profile.id, moment]}"


def _fresh(connection: Connection, given: Sequence[tuple[int, Result]]) -> list[tuple[int, Result]]:
    """Leave out what is stored already, whether superseded meanwhile or not."""
    table = ANALYSIS.c
    stored: set[tuple[int, str]] = set()
    for some in _chunks([set_id for set_id, _ in given]):
        query = select(table.set_id, table.inputs_sha256).where(table.set_id.in_(some))
        stored |= {(set_id, values) for set_id, values in connection.execute(query)}
    return [one for one in given if (one[0], one[1].provenance.inputs_sha256) not in stored]


def _supersede(connection: Connection, set_ids: Sequence[int]) -> None:
    for some in _chunks(set_ids):
        here = and_(ANALYSIS.c.set_id.in_(some), ANALYSIS.c.current)
        connection.execute(update(ANALYSIS).where(here).values(current=False))


def _insert(connection: Connection, fresh: Sequence[tuple[int, Result]], now: datetime, operator: str) -> Iterator[int]:
    devices: dict[tuple[DeviceIdentity, str], int] = {}
    common = {"generation": 1, "current": True, "operator": operator}
    statement = insert(ANALYSIS).returning(ANALYSIS.c.id, sort_by_parameter_order=True)
    for some in _chunks(fresh):
        rows = []
        for set_id, result in some:
            unit = result.acquisition.device, result.acquisition.institution
            if unit not in devices:
                devices[unit] = device_of(connection, result.acquisition)
            which = work_of(result, set_id) | {"device_id": devices[unit]}
            rows.append(which | common | analysis_values(result, now))
        ids = tuple(connection.scalars(statement, rows))
        _insert_values(connection, some, rows, ids)
        yield from ids


def _insert_values(
    connection: Connection, given: Sequence[tuple[int, Result]], rows: Sequence[dict[str, Any]], ids: Sequence[int]
) -> None:
    rulings = rulings_for(connection, (judged.judgement for _, result in given for judged in result.measurements))
    values: list[dict[str, Any]] = []
    for analysis_id, row, (_, result) in zip(ids, rows, given, strict=True):
        device_id, at = row["device_id"], row["acquired_at"]
        values += measurement_values(result, analysis_id=analysis_id, device_id=device_id, at=at, rulings=rulings)
    insert_rows(connection, MEASUREMENT, values)


def _chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))
