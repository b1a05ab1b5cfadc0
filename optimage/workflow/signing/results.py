# SPDX-License-Identifier: LGPL-3.0-or-later
"""A named person stands for a result, and what changed since."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from optimage.document.words import action_text
from optimage.errors import UsageError
from optimage.messages import N_, Message
from optimage.model.outcome import Result
from optimage.model.signature import Signature, Signed, Subject
from optimage.store.engine import Store
from optimage.workflow.reporting.behind import behind_results

AGAINST = ("reject", "exclude")
CHANGING = (*AGAINST, "include")


def sign_result(store: Store, result_id: int, *, name: str, reason: str, operator: str, now: datetime) -> Signature:
    """Accept a result as a named person.

    Raises
    ------
    UsageError
        `unknown_result`; `name_missing`, `reason_missing`; `result_superseded` for one that another took the place of.
    """
    result = store.results.get(result_id)
    if not result.current:
        raise UsageError(
            "result_superseded",
            N_("a later result took the place of result {id}"),
            advice=N_("sign the later one"),
            id=result_id,
        )
    signature = Signature(Subject.RESULT, result_id, name, operator, reason, now, _content(result))
    added = store.signatures.add(signature)
    store.reviews.add(result_id, "accept", operator=operator, text=f"{name}: {reason}")
    return added


def signed_result(store: Store, result: Result) -> tuple[Signed, ...]:
    """Return who stands for a stored result, each with what changed since."""
    if result.id is None:
        return ()
    signatures = store.signatures.of(Subject.RESULT, [result.id]).get(result.id, ())
    return tuple(Signed(one, tuple(_changes(store, result, one))) for one in signatures)


def _content(result: Result) -> str:
    """Return the SHA-256 of what a result holds, whatever people say of it and whether it is current."""
    return behind_results([replace(result, reviews=(), current=True)])


def _changes(store: Store, result: Result, signature: Signature) -> Iterator[Message]:
    if _content(result) != signature.behind:
        yield Message(N_("what the database holds is not what was signed"))
    if not result.current:
        later = store.results.current_of(result.set_id) if result.set_id is not None else None
        if later is None or later.id is None:
            yield Message(N_("it was set aside"))
        else:
            yield Message(N_("result {id} took its place"), {"id": later.id})
    for review in result.reviews:
        if review.action in CHANGING and review.at > signature.at:
            values = {"operator": review.operator, "action": action_text(review.action), "text": review.text}
            yield Message(N_("{action} by {operator}: {text}"), values)
