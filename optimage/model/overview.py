# SPDX-License-Identifier: LGPL-3.0-or-later
"""Results, trends and signals in short, for lists of very many."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from optimage.model.control import Signal, TrendKey
from optimage.model.outcome import Review
from optimage.model.tolerance import Verdict


@dataclass(frozen=True, slots=True)
class Entry:
    """A result without its values.

    Attributes
    ----------
    result_id, device_id : int
        Numbers in the store.
    at : datetime
        When it was acquired; where nothing tells that, when it was analysed or stored.
    profile_id, profile_title, revision : str, str, int
        What judged, as it was called then; empty and 0 for a result without a profile.
    operator : str
        Who had it analysed.
    verdict : Verdict
        Of the whole result.
    current : bool
        False once a later result of the same images supersedes it.
    outside : mapping of str to Verdict
        Measurements that warn or fail, by key, each with the worst verdict of its items.
    reviews : tuple of Review
        What people said of it, the first first.
    """

    result_id: int
    device_id: int
    at: datetime
    profile_id: str
    profile_title: str
    revision: int
    operator: str
    verdict: Verdict
    current: bool = True
    outside: Mapping[str, Verdict] = field(default_factory=dict)
    reviews: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True)
class TrendEntry:
    """A trend with values in a period: whether a tolerance judged one, and its place within its results."""

    trend: TrendKey
    judged: bool
    position: int


@dataclass(frozen=True, slots=True)
class Raised:
    """A signal of a current result, and what that result says of its measurement.

    `judged` tells whether a tolerance judged the value; `ends` are the values of the first and the last result that the
    signal speaks of, by their number.
    """

    signal: Signal
    profile_id: str
    device_id: int
    at: datetime
    unit: str
    judged: bool
    ends: Mapping[int, float] = field(default_factory=dict)
