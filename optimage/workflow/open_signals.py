# SPDX-License-Identifier: LGPL-3.0-or-later
"""Signals that nobody took note of, in words, with what they are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from optimage.i18n import say
from optimage.messages import Message
from optimage.model.control import Signal
from optimage.model.outcome import Result
from optimage.model.plain import to_plain
from optimage.model.tolerance import Verdict
from optimage.spc.words import told
from optimage.store.engine import Store


@dataclass(frozen=True, slots=True)
class OpenSignal:
    """A signal with the profile, device and time of its result, the unit of its value, and what it says."""

    signal: Signal
    profile_id: str
    device: str
    acquired_at: datetime | None
    unit: str
    words: Message

    def plain(self) -> dict[str, Any]:
        """Return it as plain JSON values, the sentence in the user's language."""
        values: dict[str, Any] = to_plain(self.signal)
        return values | {
            "profile": self.profile_id,
            "device": self.device,
            "acquired_at": to_plain(self.acquired_at),
            "unit": self.unit,
            "words": say(self.words),
        }


def open_signals(
    store: Store, *, profile_id: str | None = None, since: datetime | None = None, whole: bool = False
) -> tuple[OpenSignal, ...]:
    """Return the signals that nobody took note of, the earliest first; `since` is the earliest acquisition.

    Unless the `whole` list is asked for, single points outside the control
    lines are left out, and measurements that no tolerance judges: chance alone
    raises such signals in about every second result of a healthy device.
    """
    found = store.signals.open(profile_id=profile_id, since=since)
    results = {number: store.results.get(number) for number in {s.result_id for s in found if s.result_id is not None}}
    with_result = ((signal, results[signal.result_id]) for signal in found if signal.result_id is not None)
    return tuple(_opened(store, signal, result) for signal, result in with_result if whole or _matters(signal, result))


def signals_of(store: Store, result: Result) -> tuple[OpenSignal, ...]:
    """Return the signals of one result that are listed unless the whole list is asked for."""
    found = store.signals.list(result_id=result.id)
    matter = (signal for signal in found if signal.acknowledged is None and _matters(signal, result))
    return tuple(_opened(store, signal, result) for signal in matter)


def _matters(signal: Signal, result: Result) -> bool:
    judged = {j.measurement.key for j in result.measurements if j.judgement.verdict is not Verdict.NOT_JUDGED}
    return signal.rule != "R1w" and signal.key in judged


def _opened(store: Store, signal: Signal, result: Result) -> OpenSignal:
    unit = next((j.measurement.unit for j in result.measurements if j.measurement.key == signal.key), "1")
    return OpenSignal(
        signal,
        result.profile.id if result.profile else "",
        result.acquisition.device.title,
        result.acquisition.at,
        str(unit),
        told(signal, _values(store, signal)),
    )


def _values(store: Store, signal: Signal) -> Mapping[int, float]:
    """Return the values of the first and the last result that a signal speaks of: they tell which way it went."""
    if signal.rule != "N3" or not signal.points:
        return {}
    ends = (store.results.get(number) for number in {signal.points[0], signal.points[-1]})
    return {
        result.id or 0: judged.measurement.value
        for result in ends
        for judged in result.measurements
        if judged.measurement.key == signal.key and not judged.measurement.item
    }
