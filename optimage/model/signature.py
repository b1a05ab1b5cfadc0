# SPDX-License-Identifier: LGPL-3.0-or-later
"""That a named person stands for a measurement or a report."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from optimage.messages import Message


class Subject(StrEnum):
    """What can be signed."""

    RESULT = "result"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature; never changed.

    Attributes
    ----------
    subject, subject_id : Subject, int
        What was signed, with its number in the store.
    name : str
        Who signed, as people call that person.
    operator : str
        Who was at work, as recorded with every change.
    reason : str
        What the person said to it.
    at : datetime
        When.
    behind : str
        SHA-256 of everything that stood behind it then.
    id : int or None
        Number in the store.
    """

    subject: Subject
    subject_id: int
    name: str
    operator: str
    reason: str
    at: datetime
    behind: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature, and in sentences what changed behind it since; none where it is as it was."""

    signature: Signature
    changes: tuple[Message, ...] = field(default=())
