# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is to be told to whom: rows of an outbox, each sent once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Channel(StrEnum):
    """How somebody is told."""

    LOG = "log"
    MAIL = "mail"
    WEBHOOK = "webhook"


class NoticeState(StrEnum):
    """Where a notice stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told, and how: an address of mail, or of a web hook; empty for the log."""

    channel: Channel
    address: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell somebody.

    Attributes
    ----------
    about : str
        What it is about, such as `signal:12`: a recipient is told of it once.
    recipient : Recipient
        Who is told, and how.
    subject, text : str
        For people.
    payload : mapping
        For machines: plain JSON values.
    report_ids : tuple of int
        Reports that go with it.
    state : NoticeState
        Where it stands.
    attempts : int
        How often it was tried.
    worker, lease_until : str, datetime or None
        Who is sending it, and until when it is that one's alone.
    next_try : datetime or None
        Before that it is not tried again.
    code, error : str
        Why the last attempt failed.
    created_at, sent_at : datetime or None
        When it was queued, and sent.
    id : int or None
        Number in the store.
    """

    about: str
    recipient: Recipient
    subject: str
    text: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    report_ids: tuple[int, ...] = ()
    state: NoticeState = NoticeState.WAITING
    attempts: int = 0
    worker: str = ""
    lease_until: datetime | None = None
    next_try: datetime | None = None
    code: str = ""
    error: str = ""
    created_at: datetime | None = None
    sent_at: datetime | None = None
    id: int | None = None
