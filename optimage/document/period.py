# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a report on a period is made from: measurements, trends, due dates, limits, alarms of what was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from optimage.charts.history import History
from optimage.messages import Message
from optimage.model.baseline import Baseline, ServiceEvent
from optimage.model.control import ControlLines, Signal
from optimage.model.outcome import Review
from optimage.model.profile import ProfileRevision
from optimage.model.records import Device, Standing
from optimage.model.selection import Selection as Selection  # noqa: PLC0414 - blocks find all of a context here
from optimage.model.signature import Signed
from optimage.model.tolerance import Limits, Verdict
from optimage.schedule import Due
from optimage.spc.slope import Slope


@dataclass(frozen=True, slots=True)
class Period:
    """From `begin` up to, not including, `end`; None is open. `zone` is the one whose days are told; None for UTC."""

    begin: datetime | None = None
    end: datetime | None = None
    zone: tzinfo | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment lies in it."""
        return (self.begin is None or at >= self.begin) and (self.end is None or at < self.end)


@dataclass(frozen=True, slots=True)
class Listed:
    """One measurement in a list: what, on what, when, and what came of it.

    `failed` and `warned` are titles of the measurements that did not pass, in the reader's language; `schedule` is how
    often its profile asks for it now.
    """

    result_id: int
    at: datetime | None
    profile_id: str
    profile: str
    device: str
    site: str
    operator: str
    verdict: Verdict
    standing: Standing
    current: bool = True
    failed: tuple[str, ...] = ()
    warned: tuple[str, ...] = ()
    signatures: tuple[Signed, ...] = ()
    schedule: str = ""


@dataclass(frozen=True, slots=True)
class TrendView:
    """One measurement over time on one device, and what its values in the period say.

    `n`, `mean` and `sd` are of the values in the period that count; NaN where there are too few. `lines` and `limits`
    are the ones that hold at its end, None where there are none. `slope` is where the values since statistics last
    began anew are going, and `reaches` when they are at the limit of their tolerance if they go on like that.
    """

    profile_id: str
    profile: str
    device: str
    key: str
    title: str
    unit: str
    history: History
    n: int
    mean: float
    sd: float
    lines: ControlLines | None = None
    limits: Limits | None = None
    reaches: datetime | None = None
    slope: Slope | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """A signal, on what it was raised, in words, and (within it) what was done about it.

    `after` is the first thing that was done to the device from then on, where something was; `reviews` are what people
    said of the result.
    """

    signal: Signal
    profile_id: str
    profile: str
    device: str
    at: datetime | None
    unit: str
    title: str
    words: Message
    after: ServiceEvent | None = None
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A current result that failed, by which measurements, what people said of it, and what was done to the device."""

    result_id: int
    profile_id: str
    profile: str
    device: str
    at: datetime
    titles: tuple[str, ...]
    reviews: tuple[Review, ...] = ()
    after: ServiceEvent | None = None


@dataclass(frozen=True, slots=True)
class Configured:
    """What holds for a profile: its revisions, the earliest first, and the baselines that are in use.

    `titles` and `units` are those of its measurements, by key.
    """

    revisions: tuple[ProfileRevision, ...]
    baselines: tuple[Baseline, ...] = ()
    devices: tuple[Device, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Happened:
    """A service event, and on which device."""

    event: ServiceEvent
    device: str


@dataclass(frozen=True, slots=True)
class Origin:
    """What a report comes from.

    Attributes
    ----------
    software, schema : str
        Version of Optimage, and of the database.
    behind : str
        SHA-256 of everything in the store that stands behind it, whenever and in whatever language it is made.
    """

    software: str = ""
    schema: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True)
class PeriodContext:
    """Everything that a report on a period is made from; what no block of its template needs is empty.

    Attributes
    ----------
    title : str
        What the template calls the report, in the reader's language.
    selection : Selection
        What was chosen.
    period : Period
        For which time.
    now : datetime
        When it is made; what is due is told for that day.
    operator : str
        Who makes it.
    names : mapping of str to str
        What was chosen, as people call it: `site`, `device`, `profile`, `parameter`; empty texts where nothing was.
    """

    title: str
    selection: Selection
    period: Period
    now: datetime
    operator: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    results: tuple[Listed, ...] = ()
    trends: tuple[TrendView, ...] = ()
    due: tuple[Due, ...] = ()
    configuration: tuple[Configured, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    failures: tuple[Failed, ...] = ()
    events: tuple[Happened, ...] = ()
    signatures: tuple[Signed, ...] = ()
    origin: Origin = field(default_factory=Origin)
