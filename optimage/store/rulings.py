# SPDX-License-Identifier: LGPL-3.0-or-later
"""What was said of values: each verdict with its limits once, however many values share it."""

from collections.abc import Iterable, Iterator, Mapping
from math import inf
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, insert, select

from optimage.model.tolerance import Judgement, Limits, Verdict
from optimage.store.codec import digest
from optimage.store.columns import finite
from optimage.store.schema import RULING

AT_ONCE = 500

T = TypeVar("T")


def rulings_for(connection: Connection, judgements: Iterable[Judgement]) -> Mapping[Judgement, int]:
    """Return the numbers of judgements, entered where they are new."""
    identities = {judgement: digest(judgement) for judgement in dict.fromkeys(judgements)}
    wanted = {identity: judgement for judgement, identity in identities.items()}
    known = _numbers(connection, tuple(wanted))
    missing = [_values(judgement, identity) for identity, judgement in wanted.items() if identity not in known]
    if missing:
        connection.execute(insert(RULING), missing)
        known |= _numbers(connection, tuple(row["identity"] for row in missing))
    return {judgement: known[identity] for judgement, identity in identities.items()}


def judgements_by_number(connection: Connection, numbers: Iterable[int]) -> Mapping[int, Judgement]:
    """Return judgements by their numbers."""
    found: dict[int, Judgement] = {}
    for some in _chunks(tuple(set(numbers))):
        rows = connection.execute(select(RULING).where(RULING.c.id.in_(some)))
        found |= {row.id: _judgement_of(row) for row in rows}
    return found


def _numbers(connection: Connection, identities: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in _chunks(identities):
        query = select(RULING.c.identity, RULING.c.id).where(RULING.c.identity.in_(some))
        found |= {row.identity: row.id for row in connection.execute(query)}
    return found


def _chunks(items: tuple[T, ...]) -> Iterator[tuple[T, ...]]:
    return (items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE))


def _values(judgement: Judgement, identity: str) -> dict[str, Any]:
    limits = judgement.limits or Limits()
    return {
        "identity": identity,
        "verdict": str(judgement.verdict),
        "reference": judgement.reference,
        "limited": judgement.limits is not None,
        "warning_low": finite(limits.warning_low),
        "warning_high": finite(limits.warning_high),
        "fail_low": finite(limits.fail_low),
        "fail_high": finite(limits.fail_high),
        "source": judgement.source,
        "verified": judgement.verified,
    }


def _judgement_of(row: Row[Any]) -> Judgement:
    limits = None
    if row.limited:
        limits = Limits(
            -inf if row.warning_low is None else row.warning_low,
            inf if row.warning_high is None else row.warning_high,
            -inf if row.fail_low is None else row.fail_low,
            inf if row.fail_high is None else row.fail_high,
        )
    return Judgement(Verdict(row.verdict), row.reference, limits, row.source, row.verified)
