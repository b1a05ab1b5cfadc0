# SPDX-License-Identifier: LGPL-3.0-or-later
"""Service events, revisions, rule hits and excluded points, each with a short label and a line of the legend."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from optimage.charts.history import History
from optimage.charts.spec import Callout, Entry, Mark, Role
from optimage.i18n import _, local_date
from optimage.messages import N_
from optimage.model.baseline import EventKind, ServiceEvent
from optimage.model.control import TrendPoint

EVENT_WORDS: Mapping[EventKind, str] = {
    EventKind.INSTALLATION: N_("installation"),
    EventKind.REPAIR: N_("repair"),
    EventKind.CALIBRATION: N_("calibration"),
    EventKind.SOFTWARE: N_("software"),
    EventKind.DETECTOR: N_("detector"),
    EventKind.TUBE: N_("tube"),
    EventKind.COIL: N_("coil"),
    EventKind.RETIRED: N_("out of service"),
    EventKind.OTHER: N_("other event"),
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def marks(history: History) -> tuple[Mark, ...]:
    """Return a vertical line for each event, lettered in order of time, and for each revision within the trend."""
    lettered = zip(_events(history), _letters(), strict=False)
    events = [Mark(event.at.timestamp(), letter) for event, letter in lettered]
    revisions = [Mark(r.at.timestamp(), f"r{r.number}", Role.REVISION) for r in history.revisions]
    return (*events, *revisions)


def callouts(history: History) -> tuple[Callout, ...]:
    """Return the rule at each point where one became true, and the number of each excluded point."""
    places = {point.result_id: point for point in history.points}
    hits = [
        Callout(point.at.timestamp(), point.value, signal.rule)
        for signal in history.signals
        if (point := places.get(signal.result_id or 0)) is not None
    ]
    left_out = [
        Callout(point.at.timestamp(), point.value, str(number), framed=False)
        for number, point in enumerate(_left_out(history), 1)
    ]
    return (*hits, *left_out)


def legend(history: History) -> tuple[Entry, ...]:
    """Return what letters and numbers in the chart stand for."""
    events = [
        Entry(letter, f"{_day(event.at)} {_event_text(event)}")
        for event, letter in zip(_events(history), _letters(), strict=False)
    ]
    left_out = [
        Entry(str(number), f"{_day(point.at)} {_('does not count')}{': ' if point.reason else ''}{point.reason}")
        for number, point in enumerate(_left_out(history), 1)
    ]
    numbers = frozenset(point.result_id for point in history.points)
    counted = Counter(signal.rule for signal in history.signals if signal.result_id in numbers)
    rules = ", ".join(f"{rule} ×{count}" if count > 1 else rule for rule, count in counted.items())
    return (*([Entry("□", _("a rule became true: {rules}").format(rules=rules))] if rules else ()), *events, *left_out)


def _events(history: History) -> list[ServiceEvent]:
    return sorted(history.events, key=lambda event: event.at)


def _letters() -> Iterator[str]:
    yield from LETTERS
    yield from (first + second for first in LETTERS for second in LETTERS)


def _left_out(history: History) -> Iterator[TrendPoint]:
    return (point for point in history.points if not point.counts)


def _event_text(event: ServiceEvent) -> str:
    change = f"{event.keyword}: {event.before} → {event.after}" if event.keyword else ""
    told = [text for text in (event.text, change) if text]
    return ": ".join((_(EVENT_WORDS[event.kind]), *told))


def _day(at: datetime) -> str:
    return local_date(at)
