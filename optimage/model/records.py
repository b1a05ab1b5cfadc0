# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the store remembers beside results: who did what, which reports were made, what is out of order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from optimage.messages import Message
from optimage.model.outcome import DeviceIdentity
from optimage.model.selection import EVERYTHING, Selection
from optimage.model.tolerance import Verdict


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
class NewReport:
    """A report that was just written.

    Attributes
    ----------
    kind : str
        `measurement` or `period`.
    sha256, file_name : str
        Hash of its bytes, and name of its file.
    template, form, language : str
        Template, format (`pdf`, `html`, `rtf`, `json`) and language.
    result_ids : tuple of int
        Results it reports on one by one; none where it reports on a period.
    selection : Selection
        What a report on a period was made of.
    begin, end : datetime or None
        That period; None where it is open.
    behind : str
        Hash of everything that stood behind it.
    """

    kind: str
    sha256: str
    file_name: str
    template: str = ""
    form: str = "pdf"
    language: str = ""
    result_ids: tuple[int, ...] = ()
    selection: Selection = EVERYTHING
    begin: datetime | None = None
    end: datetime | None = None
    behind: str = ""


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """A report in the store: see `NewReport`; `result_id` is the one result it speaks of, None where it is not one."""

    id: int
    result_id: int | None
    kind: str
    sha256: str
    file_name: str
    operator: str
    at: datetime
    template: str = ""
    form: str = "pdf"
    language: str = ""
    result_ids: tuple[int, ...] = ()
    selection: Selection = EVERYTHING
    begin: datetime | None = None
    end: datetime | None = None
    behind: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """A unit that results are known of: its number in the store, what it is called, and where it stands."""

    id: int
    identity: DeviceIdentity
    site: str = ""


@dataclass(frozen=True, slots=True)
class Latest:
    """The current result of a profile on one device that was acquired last, without its values."""

    profile_id: str
    device_id: int
    result_id: int
    acquired_at: datetime
    stored_at: datetime
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Seen:
    """What a result says of one DICOM attribute of its device, and when."""

    result_id: int
    device_id: int
    profile_id: str | None
    at: datetime
    keyword: str
    value: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What counts of all reviews: the latest of accept and reject, and of exclude and include.

    `reason` is the text of the review that takes the result out, the later one where two do.
    """

    accepted: bool = False
    rejected: bool = False
    excluded: bool = False
    reason: str = ""

    @property
    def counts(self) -> bool:
        """False where the result stays out of control lines."""
        return not (self.rejected or self.excluded)


@dataclass(frozen=True, slots=True)
class Finding(Message):
    """Something out of order in database or spool: a sentence with a stable code."""

    code: str = ""
