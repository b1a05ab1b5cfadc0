# SPDX-License-Identifier: LGPL-3.0-or-later
"""The tables of a profile's results: which results, which measurements, in which shape and format."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO, TextIOWrapper

from optimage.errors import UsageError
from optimage.export.cells import DIALECTS, Sheet, write_sheet
from optimage.export.csv import sheet as long_sheet
from optimage.export.json import envelope
from optimage.export.wide import wide_sheet, wide_table, wide_to_json
from optimage.export.xlsx import write_xlsx
from optimage.messages import N_
from optimage.model.outcome import Result
from optimage.store.engine import Store

FORMATS = ("csv", "xlsx", "json")


@dataclass(frozen=True, slots=True)
class TableRequest:
    """What a table should be like: `wide` has a row per result, else there is a row per value.

    `format` is one of `FORMATS`, `dialect` one of `DIALECTS` and counts for CSV alone; `keys` are the measurements
    wanted, all where it is empty.
    """

    format: str = "csv"
    dialect: str = "standard"
    wide: bool = False
    keys: tuple[str, ...] = ()


def export_table(
    store: Store,
    profile_id: str,
    request: TableRequest,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> bytes:
    """Return the results of a profile acquired from `since` up to `until` as a file.

    Raises
    ------
    UsageError
        `unknown_key` for a measurement that none of the results has.
    """
    results = store.results.list(profile_id=profile_id, since=since, until=until)
    require_keys(results, request.keys)
    if request.wide:
        table = wide_table(profile_id, results, request.keys)
        return _json(wide_to_json(table)) if request.format == "json" else _file(wide_sheet(table), request)
    chosen = tuple(_only(results, request.keys)) if request.keys else results
    return _json(envelope(chosen)) if request.format == "json" else _file(long_sheet(chosen), request)


def require_keys(results: Sequence[Result], keys: Sequence[str]) -> None:
    """Raise UsageError `unknown_key` for the first of `keys` that no result has; where none is, none is unknown."""
    known = dict.fromkeys(judged.measurement.key for result in results for judged in result.measurements)
    for key in keys if results else ():
        if key not in known:
            raise UsageError(
                "unknown_key",
                N_("no result has a measurement {key}"),
                advice=N_("choose one of {choices}"),
                key=key,
                choices=", ".join(known) or "–",
            )


def _only(results: Sequence[Result], keys: Sequence[str]) -> list[Result]:
    """Return the results that have one of `keys`, with these measurements alone."""
    wanted = set(keys)
    cut = (
        replace(result, measurements=tuple(one for one in result.measurements if one.measurement.key in wanted))
        for result in results
    )
    return [result for result in cut if result.measurements]


def _file(sheet: Sheet, request: TableRequest) -> bytes:
    if request.format == "xlsx":
        return write_xlsx(sheet)
    dialect = DIALECTS[request.dialect]
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding=dialect.encoding, newline="")
    write_sheet(sheet, stream, dialect)
    stream.flush()
    return raw.getvalue()


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()
