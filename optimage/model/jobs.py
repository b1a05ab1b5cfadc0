# SPDX-License-Identifier: LGPL-3.0-or-later
"""Measurement sets, instances and jobs as the store knows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from optimage.model.profile import ProfileRevision


class SetState(StrEnum):
    """A set collects images while open; complete, it has a job."""

    OPEN = "open"
    COMPLETE = "complete"


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class InstanceState(StrEnum):
    """What became of a received object."""

    NEW = "new"
    ASSIGNED = "assigned"
    UNMATCHED = "unmatched"
    NOT_AN_IMAGE = "not_an_image"
    UNREADABLE = "unreadable"
    QUARANTINED = "quarantined"
    IGNORED = "ignored"
    PURGED = "purged"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an object came: calling AE title, address and association, or the operator's file."""

    source: str
    calling_ae: str = ""
    address: str = ""
    association: str = ""


@dataclass(frozen=True, slots=True)
class NewInstance:
    """An object safe in the spool, about to be indexed."""

    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    sha256: str
    size: int
    arrival: Arrival


@dataclass(frozen=True, slots=True)
class Instance:
    """An indexed object.

    `conflict` is True where the same UID came with other bytes before;
    `detail` says more about its state.
    """

    id: int
    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    sha256: str
    size: int
    state: InstanceState
    received_at: datetime
    association: str = ""
    conflict: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SetInput:
    """An instance in a role of a set."""

    role: str
    instance: Instance


@dataclass(frozen=True, slots=True)
class MeasurementSet:
    """What is analysed, stored, superseded and reported as one.

    `generation` rises each time late images re-open the set.
    """

    id: int
    profile_id: str | None
    revision: int | None
    phantom: str
    group_key: str
    state: SetState
    opened_at: datetime
    last_arrival_at: datetime
    generation: int
    inputs: tuple[SetInput, ...] = ()

    @property
    def images(self) -> tuple[SetInput, ...]:
        """The inputs to measure: of one image that came twice in other bytes, the first counts."""
        first = {(given.role, given.instance.sop_instance_uid): given for given in reversed(self.inputs)}
        return tuple(given for given in self.inputs if first[given.role, given.instance.sop_instance_uid] is given)


@dataclass(frozen=True, slots=True)
class OpenSet:
    """An open set in short: how many images each role has, and the associations they came over."""

    id: int
    profile_id: str | None
    opened_at: datetime
    last_arrival_at: datetime
    counts: Mapping[str, int]
    associations: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seat:
    """Where an instance belongs: a role of a set, which `maximum` images may fill.

    `group_key` is the text of a `GroupKey`; `acquired_within_s` is what its
    time is held against, None where time does not count.
    """

    revision: ProfileRevision | None
    phantom: str
    group_key: str
    role: str
    parameters_key: str = ""
    maximum: int | None = None
    acquired_within_s: float | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One evaluation of a set, claimed under a lease.

    `attempt` counts its claims; `service_deaths` and `worker_deaths` count
    those under which the service, or only its worker, ended without warning.
    """

    id: int
    set_id: int
    generation: int
    state: JobState
    attempt: int
    worker: str = ""
    lease_until: datetime | None = None
    service_deaths: int = 0
    worker_deaths: int = 0
