# SPDX-License-Identifier: LGPL-3.0-or-later
"""Baselines that a person froze, and what was done to a device."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from optimage.model.control import ControlLines, TrendKey


@dataclass(frozen=True, slots=True)
class Release:
    """A person took a baseline out of use; it stays in the record."""

    operator: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Baseline:
    """Lines that a person froze, with everything they came from. Never changed; released at most once.

    Attributes
    ----------
    trend : TrendKey
        What it is the baseline of.
    lines : ControlLines
        The lines as they hold.
    result_ids : tuple of int
        Results that carry the lines, the earliest first.
    excluded : mapping of str to str
        Results in the same time that do not carry them, by number, each with the reason.
    valid_from, until : datetime
        Acquisition of the first and of the last of the results; the lines hold from the first on.
    unit : str
        Unit of the values.
    checks : mapping of str to float
        What was found when it was frozen: p of normality, autocorrelation and so on.
    operator, at, reason
        Who froze it, when, and why.
    id : int or None
        Number in the store.
    released : Release or None
        Who took it out of use.
    """

    trend: TrendKey
    lines: ControlLines
    result_ids: tuple[int, ...]
    valid_from: datetime
    until: datetime
    unit: str
    operator: str
    at: datetime
    reason: str
    excluded: Mapping[str, str] = field(default_factory=dict)
    checks: Mapping[str, float] = field(default_factory=dict)
    id: int | None = None
    released: Release | None = None


class EventKind(StrEnum):
    """What was done to a device; `RETIRED` takes it out of service."""

    INSTALLATION = "installation"
    REPAIR = "repair"
    CALIBRATION = "calibration"
    SOFTWARE = "software"
    DETECTOR = "detector"
    TUBE = "tube"
    COIL = "coil"
    RETIRED = "retired"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ServiceEvent:
    """Something that was done to a device, entered by a person or found in DICOM headers.

    Attributes
    ----------
    device_id : int
        The device.
    at : datetime
        When it happened; for one found in headers, the first acquisition that shows it.
    kind : EventKind
        What was done.
    text : str
        In a person's words; empty for one found in headers.
    operator : str
        Who entered it.
    keyword, before, after : str
        The DICOM attribute that changed, from what to what; empty for one that a person entered.
    border : bool
        A person said that statistics begin anew here.
    id : int or None
        Number in the store.
    """

    device_id: int
    at: datetime
    kind: EventKind
    text: str = ""
    operator: str = ""
    keyword: str = ""
    before: str = ""
    after: str = ""
    border: bool = False
    id: int | None = None
