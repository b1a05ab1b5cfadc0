# SPDX-License-Identifier: LGPL-3.0-or-later
"""News inside one process; the database is the only truth between processes."""

from dataclasses import dataclass
from datetime import datetime

from optimage.model.outcome import Result


@dataclass(frozen=True, slots=True)
class InstanceStored:
    """An object was received and indexed for good."""

    instance_id: int


@dataclass(frozen=True, slots=True)
class SetCompleted:
    """A measurement set is complete and its job queued."""

    set_id: int


@dataclass(frozen=True, slots=True)
class ResultStored:
    """A result was judged and stored."""

    result: Result


@dataclass(frozen=True, slots=True)
class Idle:
    """The coordinator has nothing to do for the moment."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Stopping:
    """The service is about to end; a few seconds are left."""


Event = InstanceStored | SetCompleted | ResultStored | Idle | Stopping
