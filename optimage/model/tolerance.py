# SPDX-License-Identifier: LGPL-3.0-or-later
"""Tolerances, limits and verdicts."""

from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import ClassVar


class Verdict(StrEnum):
    """The same five words everywhere."""

    PASS = "pass"  # noqa: S105 - a word, not a secret
    WARNING = "warning"
    FAIL = "fail"
    NOT_JUDGED = "not_judged"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True)
class Band:
    """Two nested bands about a reference; a limit itself is inside.

    Attributes
    ----------
    reference : float
        Expected value.
    warning, fail : float
        Half widths, 0 <= warning <= fail, in the unit of the value, or
        as fractions of the reference where `relative`.
    relative : bool
        Half widths are fractions of `abs(reference)`.
    floor : float
        Smallest half width, in the unit of the value ("10 % or 0.2 HU, whichever is larger").
    source : str
        Where the numbers come from.
    verified : bool
        False where the source could not be checked against its printed text.
    """

    kind: ClassVar[str] = "band"
    reference: float
    warning: float
    fail: float
    relative: bool = False
    floor: float = 0.0
    source: str = ""
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Bound:
    """One-sided limits: the value is at least, or at most, this; a limit itself is inside."""

    kind: ClassVar[str] = "bound"
    warning: float
    fail: float
    upper: bool
    reference: float | None = None
    source: str = ""
    verified: bool = True


Tolerance = Band | Bound


@dataclass(frozen=True, slots=True)
class Limits:
    """Closed intervals in the unit of the value; infinite where there is no limit on that side."""

    warning_low: float = -inf
    warning_high: float = inf
    fail_low: float = -inf
    fail_high: float = inf


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with the limits that led to it, copied so that it stands alone for ever."""

    verdict: Verdict
    reference: float | None = None
    limits: Limits | None = None
    source: str = ""
    verified: bool = True
