# SPDX-License-Identifier: LGPL-3.0-or-later
"""Profiles: which images belong together, how they are measured, and how they are judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from optimage.model.control_rule import ControlRule
from optimage.model.phantom import ParameterValue
from optimage.model.tolerance import Tolerance

RECORDED_METHOD = "dicom@1"
"""Method of measurements that were read from the header, not out of pixels."""
READING_METHOD = "reading@1"
"""Method of measurements that a person read and entered."""


@dataclass(frozen=True, slots=True)
class Equals:
    """The attribute equals one of `values`: numbers as numbers, texts trimmed and without case."""

    kind: ClassVar[str] = "equals"
    values: tuple[str | float, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """The attribute lies within `within` of `value`."""

    kind: ClassVar[str] = "near"
    value: float
    within: float


@dataclass(frozen=True, slots=True)
class Between:
    """The attribute lies between `low` and `high`, both included."""

    kind: ClassVar[str] = "between"
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Matches:
    """The regular expression is found in the attribute's text."""

    kind: ClassVar[str] = "matches"
    pattern: str


Condition = Equals | Near | Between | Matches


@dataclass(frozen=True, slots=True)
class MatchRule:
    """One line of the header comparison. A required rule that fails excludes the profile."""

    keyword: str
    condition: Condition
    required: bool = False


@dataclass(frozen=True, slots=True)
class InputRule:
    """How the images of one role come together.

    `same` names attributes that agree within a set; `within_s` is how long
    a set waits for its missing images; `match` tells the roles apart;
    `acquired_within_s` is the longest time from the first acquisition of a
    set to any other, None where time does not count; `wanted` is how many
    images a set should have, 0 where any number will do.
    """

    role: str
    minimum: int = 1
    maximum: int | None = None
    same: tuple[str, ...] = ("SeriesInstanceUID",)
    within_s: float | None = None
    match: tuple[MatchRule, ...] = ()
    acquired_within_s: float | None = None
    wanted: int = 0


@dataclass(frozen=True, slots=True)
class RecordRule:
    """A DICOM attribute stored, charted and judged like a measurement."""

    keyword: str
    unit: str


@dataclass(frozen=True, slots=True)
class ReadingRule:
    """A value that a person reads and enters, stored, charted and judged like a measurement.

    `minimum` and `maximum`, both included, are what is plausible: no limits
    of quality, but a guard against slips of the pen.
    """

    key: str
    unit: str
    title: str = ""
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    help: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """The anchor of a measurement.

    `beside` tells that it takes its images beside other profiles, so that
    one image can serve several measurements. `control_of_keys` holds the
    control rules of those measurements that `control` does not fit.
    """

    id: str
    title: str
    phantom: str
    match: tuple[MatchRule, ...] = ()
    inputs: tuple[InputRule, ...] = ()
    parameters: Mapping[str, ParameterValue] = field(default_factory=dict)
    record: tuple[RecordRule, ...] = ()
    readings: tuple[ReadingRule, ...] = ()
    tolerances: Mapping[str, Tolerance] = field(default_factory=dict)
    control: ControlRule = field(default_factory=ControlRule)
    control_of_keys: Mapping[str, ControlRule] = field(default_factory=dict)
    site: str = ""
    device: str = ""
    phantom_serial: str = ""
    schedule: str = ""
    report: str = "measurement"
    quiet_period_s: float | None = None
    beside: bool = False

    def control_of(self, key: str) -> ControlRule:
        """Return the control rule of a measurement."""
        return self.control_of_keys.get(key, self.control)


@dataclass(frozen=True, slots=True)
class ProfileRevision:
    """One applied state of a profile: what judged, who applied it, when, why, and from which file."""

    profile: Profile
    revision: int
    text: str
    sha256: str
    author: str = ""
    reason: str = ""
    applied_at: datetime | None = None
    source: str = ""
