# SPDX-License-Identifier: LGPL-3.0-or-later
"""Results as one long table: a row per value, read back exactly as it was stored.

RFC 4180 in UTF-8 without byte order mark. Numbers are written so that the
same double comes back. Texts that a spreadsheet would take for a formula
are led by an apostrophe, which `read_csv` takes away again.
"""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from functools import partial
from math import nan
from typing import Any, TextIO

from optimage.errors import UsageError
from optimage.export.cells import STANDARD, Dialect, Sheet, write_sheet
from optimage.messages import N_
from optimage.model.outcome import JudgedMeasurement, Result
from optimage.model.results import Measurement
from optimage.model.tolerance import Judgement, Limits, Verdict

NO_VALUE = JudgedMeasurement(Measurement("", nan, ""), Judgement(Verdict.NOT_MEASURED))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. Limits are None where there was nothing to judge by; NaN is an empty cell."""

    result_id: int | None
    profile: str
    revision: int | None
    device: str
    acquired_at: datetime | None
    phantom: str
    phantom_version: str
    key: str
    item: str
    method: str
    value: float
    unit: str
    uncertainty: float
    verdict: Verdict
    reference: float | None
    warning_low: float | None
    warning_high: float | None
    fail_low: float | None
    fail_high: float | None
    source: str
    verified: bool
    current: bool
    review: str
    overall_verdict: Verdict
    imported: bool


COLUMNS = tuple(field.name for field in fields(Row))


def rows(result: Result) -> Iterator[Row]:
    """Yield a row per measurement; a result without any gives one row with an empty key."""
    for judged in result.measurements or (NO_VALUE,):
        yield _row(result, judged)


def sheet(results: Iterable[Result]) -> Sheet:
    """Return the table of `results`, made row by row while it is written."""
    lines = (tuple(getattr(row, name) for name in COLUMNS) for result in results for row in rows(result))
    return Sheet(COLUMNS, lines, fixed=1)


def write_csv(results: Iterable[Result], stream: TextIO, dialect: Dialect = STANDARD) -> None:
    """Write the table of `results` to `stream`, which was opened with `newline=""`; `read_csv` reads the standard."""
    write_sheet(sheet(results), stream, dialect)


def read_csv(stream: TextIO) -> tuple[Row, ...]:
    """Read a table that `write_csv` wrote, from a stream opened with `newline=""`.

    Raises
    ------
    UsageError
        The columns are not those of a table of results.
    """
    reader = csv.reader(stream)
    if tuple(next(reader, ())) != COLUMNS:
        raise UsageError(
            "not_a_result_table",
            N_("this is no table of results: its columns are not the expected ones"),
            advice=N_("choose a file that optimage export wrote"),
        )
    readers = [_READERS[str(field.type)] for field in fields(Row)]
    return tuple(Row(*(read(cell) for read, cell in zip(readers, cells, strict=True))) for cells in reader)


def review_state(result: Result) -> str:
    """Return what people last said: `accepted` or `rejected`, and `excluded`, joined by a blank; or nothing."""
    decision, exclusion = "", ""
    for review in result.reviews:
        decision = {"accept": "accepted", "reject": "rejected"}.get(review.action, decision)
        exclusion = {"exclude": "excluded", "include": ""}.get(review.action, exclusion)
    return " ".join(word for word in (decision, exclusion) if word)


def _row(result: Result, judged: JudgedMeasurement) -> Row:
    measurement, judgement, profile = judged.measurement, judged.judgement, result.profile
    limits = judgement.limits
    return Row(
        result_id=result.id,
        profile=profile.id if profile else "",
        revision=profile.revision if profile else None,
        device=result.acquisition.device.title,
        acquired_at=result.acquisition.at,
        phantom=result.phantom,
        phantom_version=result.provenance.module_version,
        key=measurement.key,
        item=measurement.item,
        method=measurement.method,
        value=measurement.value,
        unit=str(measurement.unit),
        uncertainty=measurement.uncertainty,
        verdict=judgement.verdict,
        reference=judgement.reference,
        **_limit_cells(limits),
        source=judgement.source,
        verified=judgement.verified,
        current=result.current,
        review=review_state(result),
        overall_verdict=result.verdict,
        imported=result.provenance.imported,
    )


def _limit_cells(limits: Limits | None) -> dict[str, Any]:
    return {field.name: getattr(limits, field.name, None) for field in fields(Limits)}


def _text(cell: str) -> str:
    return cell.removeprefix("'")


def _optional(read: Callable[[str], Any], cell: str) -> Any:
    return read(cell) if cell else None


def _float(cell: str) -> float:
    return float(cell) if cell else nan


_READERS: dict[str, Callable[[str], Any]] = {
    str(str): _text,
    str(float): _float,
    str(bool): "true".__eq__,
    str(Verdict): Verdict,
    str(int | None): partial(_optional, int),
    str(float | None): partial(_optional, float),
    str(datetime | None): partial(_optional, datetime.fromisoformat),
}
