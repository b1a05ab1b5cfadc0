# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the store remembers beside results: who did what, which reports were made, what is out of order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from optimage.messages import Message


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One thing a person or the network changed. `sha256` chains it to the entry before."""

    id: int
    at: datetime
    operator: str
    action: str
    subject: str
    detail: Mapping[str, str]
    sha256: str


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """A report that was made of a result: its kind, its file name and the hash of its bytes."""

    id: int
    result_id: int
    kind: str
    sha256: str
    file_name: str
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of all reviews: the latest of accept and reject, and of exclude and include."""

    accepted: bool = False
    rejected: bool = False
    excluded: bool = False

    @property
    def counts(self) -> bool:
        """False where the result stays out of control lines."""
        return not (self.rejected or self.excluded)


@dataclass(frozen=True, slots=True)
class Finding(Message):
    """Something out of order in database or spool: a sentence with a stable code."""

    code: str = ""
