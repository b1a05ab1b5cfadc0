# SPDX-License-Identifier: LGPL-3.0-or-later
"""What people say of results: rows of their own beside a result that never changes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, insert, select

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.outcome import Review
from optimage.model.records import Standing
from optimage.store.audit import record
from optimage.store.codec import utc_now
from optimage.store.database import Database
from optimage.store.schema import REVIEW

ACTIONS = ("accept", "reject", "comment", "exclude", "include")
QUESTIONS = {"accept": "verdict", "reject": "verdict", "exclude": "place", "include": "place"}


class Reviews:
    """Reviews by result."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, result_id: int, action: str, *, operator: str, text: str = "") -> Review:
        """Append a review; UsageError `unknown_review` for an action that does not exist."""
        if action not in ACTIONS:
            raise UsageError(
                "unknown_review",
                N_("{action!r} is no review"),
                advice=N_("choose one of {choices}"),
                action=action,
                choices=", ".join(ACTIONS),
            )
        review = Review(action, operator, utc_now(), text)
        values = {"action": action, "operator": operator, "at": review.at, "text": text}
        with self._database.writing() as connection:
            connection.execute(insert(REVIEW).values(analysis_id=result_id, **values))
            record(
                connection,
                f"result_{action}",
                operator=operator,
                subject=f"result:{result_id}",
                detail={"text": text},
            )
        return review

    def list(self, result_id: int) -> tuple[Review, ...]:
        """Return the reviews of a result, the first first."""
        with self._database.reading() as connection:
            return reviews_of(connection, REVIEW.c.analysis_id == result_id).get(result_id, ())

    def of(self, result_ids: Iterable[int]) -> Mapping[int, tuple[Review, ...]]:
        """Return the reviews of results by the number of the result, the first first; none for one without."""
        with self._database.reading() as connection:
            return reviews_of(connection, REVIEW.c.analysis_id.in_(list(result_ids)))


def reviews_of(connection: Connection, which: ColumnElement[bool]) -> Mapping[int, tuple[Review, ...]]:
    """Return the chosen reviews by result, the first first."""
    query: Select[Any] = select(REVIEW).where(which).order_by(REVIEW.c.id)
    found = defaultdict(list)
    for row in connection.execute(query):
        found[int(row.analysis_id)].append(_review_of(row))
    return {result_id: tuple(reviews) for result_id, reviews in found.items()}


def standing(reviews: Iterable[Review]) -> Standing:
    """Return what counts: the latest of accept and reject, and of exclude and include."""
    latest: dict[str, Review] = {}
    for review in reviews:
        if about := QUESTIONS.get(review.action):
            latest.pop(about, None)  # so that the last one said comes last
            latest[about] = review
    said = {review.action: review.text for review in latest.values()}
    against = [text for action, text in said.items() if action in ("reject", "exclude")]
    return Standing("accept" in said, "reject" in said, "exclude" in said, against[-1] if against else "")


def _review_of(row: Row[Any]) -> Review:
    return Review(row.action, row.operator, row.at, row.text)
