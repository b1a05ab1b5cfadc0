# SPDX-License-Identifier: LGPL-3.0-or-later
"""Trends and control lines."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from optimage.model.control_rule import Spread
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


class TrendPoint(NamedTuple):
    """One value of a trend; a tuple, because trends have thousands and one is made in a fifth of the time.

    `counts` is False where a person rejected or excluded the result, `reason` is then what was said of it.
    `imported` is True where the value came from a file of older results instead of images.
    """

    result_id: int
    at: datetime
    value: float
    unit: str
    judgement: Judgement
    uncertainty: float
    revision: int
    counts: bool = True
    accepted: bool = False
    imported: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ControlLines:
    """Lines drawn from the process itself, never called tolerances.

    Attributes
    ----------
    phase : Phase
        How far the history carries them.
    n : int
        Points they come from.
    centre, sigma : float
        Centre line, and the standard deviation of the process (of the logarithms where `spread` is `LOG`).
    control_sigma, alarm_sigma : float
        Control lines (LCL, UCL) and alarm lines (LAL, UAL), in sigma from the centre.
    spread : Spread
        How the scatter became lines.
    levels : tuple of float or None
        LAL, LCL, UCL and UAL where they do not lie symmetrically about the centre.
    baseline_id : int or None
        The frozen baseline they belong to; None where they follow from the points themselves.
    """

    phase: Phase
    n: int
    centre: float
    sigma: float
    control_sigma: float = 2.0
    alarm_sigma: float = 3.0
    spread: Spread = Spread.SD
    levels: tuple[float, float, float, float] | None = None
    baseline_id: int | None = None

    @property
    def lcl(self) -> float:
        """Lower control line."""
        return self.levels[1] if self.levels else self.centre - self.control_sigma * self.sigma

    @property
    def ucl(self) -> float:
        """Upper control line."""
        return self.levels[2] if self.levels else self.centre + self.control_sigma * self.sigma

    @property
    def lal(self) -> float:
        """Lower alarm line."""
        return self.levels[0] if self.levels else self.centre - self.alarm_sigma * self.sigma

    @property
    def ual(self) -> float:
        """Upper alarm line."""
        return self.levels[3] if self.levels else self.centre + self.alarm_sigma * self.sigma


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person took note of a signal."""

    operator: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Signal:
    """A rule that became true at a point, raised once.

    Attributes
    ----------
    rule : str
        Id of the rule, such as `R1` (outside the alarm lines).
    key : str
        The measurement.
    value : float
        The value at which the rule became true.
    lines : ControlLines
        The lines it was seen against.
    result_id : int or None
        The result with that value.
    points : tuple of int
        All results that the rule speaks of, the earliest first.
    since : datetime or None
        When the earliest of them was acquired.
    id : int or None
        Number in the store.
    acknowledged : Acknowledgement or None
        Who took note of it, and why it needs nothing more.
    """

    rule: str
    key: str
    value: float
    lines: ControlLines
    result_id: int | None = None
    points: tuple[int, ...] = ()
    since: datetime | None = None
    id: int | None = None
    acknowledged: Acknowledgement | None = None
