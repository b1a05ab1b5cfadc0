# SPDX-License-Identifier: LGPL-3.0-or-later
"""Trends and control lines."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from optimage.model.tolerance import Judgement


class Phase(StrEnum):
    """How far the history carries control lines."""

    NONE = "none"
    PROVISIONAL = "provisional"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class TrendKey:
    """What is compared over time: one device, one profile over all revisions, one key, method and item."""

    device_id: int
    profile_id: str
    key: str
    method: str = ""
    item: str = ""


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One value of a trend. `counts` is False where a person rejected or excluded the result."""

    result_id: int
    at: datetime
    value: float
    unit: str
    judgement: Judgement
    uncertainty: float
    revision: int
    counts: bool = True
    accepted: bool = False


@dataclass(frozen=True, slots=True)
class ControlLines:
    """Lines drawn from the process itself, never called tolerances.

    `n` previous accepted points gave `centre` and `sigma`; control lines
    (LCL, UCL) and alarm lines (LAL, UAL) lie symmetrically about the centre.
    """

    phase: Phase
    n: int
    centre: float
    sigma: float
    control_sigma: float = 2.0
    alarm_sigma: float = 3.0

    @property
    def lcl(self) -> float:
        """Lower control line."""
        return self.centre - self.control_sigma * self.sigma

    @property
    def ucl(self) -> float:
        """Upper control line."""
        return self.centre + self.control_sigma * self.sigma

    @property
    def lal(self) -> float:
        """Lower alarm line."""
        return self.centre - self.alarm_sigma * self.sigma

    @property
    def ual(self) -> float:
        """Upper alarm line."""
        return self.centre + self.alarm_sigma * self.sigma


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule hit worth acting on: `R1w` outside the control lines, `R1` outside the alarm lines."""

    rule: str
    key: str
    value: float
    lines: ControlLines
    result_id: int | None = None
