# SPDX-License-Identifier: LGPL-3.0-or-later
"""What each rule says in plain words."""

from collections.abc import Mapping

from optimage.messages import N_, Message
from optimage.model.control import Signal

TITLES: Mapping[str, str] = {
    "R1": N_("outside the alarm lines"),
    "R1w": N_("outside the control lines"),
    "WE2": N_("two of three results beyond two sigma on the same side"),
    "WE3": N_("four of five results beyond one sigma on the same side"),
    "WE4": N_("eight results in a row on one side of the centre line"),
    "N2": N_("nine results in a row on one side of the centre line"),
    "N3": N_("six results in a row rising or falling"),
    "N4": N_("fourteen results in a row up and down in turn"),
    "N7": N_("fifteen results in a row within one sigma of the centre line"),
    "N8": N_("eight results in a row, none within one sigma of the centre line"),
    "EWMA": N_("weighted mean outside its limits"),
    "CUSUM": N_("cumulative sum beyond its limit"),
}
"""What became true, by the id of the rule; to be translated where it is shown."""

_SINCE: Mapping[tuple[str, int], str] = {
    ("R1", 1): N_("above the upper alarm line"),
    ("R1", -1): N_("below the lower alarm line"),
    ("R1w", 1): N_("above the upper control line"),
    ("R1w", -1): N_("below the lower control line"),
    ("WE2", 1): N_("two of three results more than two sigma above the centre line since {since}"),
    ("WE2", -1): N_("two of three results more than two sigma below the centre line since {since}"),
    ("WE3", 1): N_("four of five results more than one sigma above the centre line since {since}"),
    ("WE3", -1): N_("four of five results more than one sigma below the centre line since {since}"),
    ("WE4", 1): N_("eight results in a row above the centre line since {since}"),
    ("WE4", -1): N_("eight results in a row below the centre line since {since}"),
    ("N2", 1): N_("nine results in a row above the centre line since {since}"),
    ("N2", -1): N_("nine results in a row below the centre line since {since}"),
    ("N3", 1): N_("six results in a row rising since {since}"),
    ("N3", -1): N_("six results in a row falling since {since}"),
    ("N3", 0): N_("six results in a row rising or falling since {since}"),
    ("N4", 0): N_("fourteen results in a row up and down in turn since {since}"),
    ("N7", 0): N_("fifteen results in a row within one sigma of the centre line since {since}"),
    ("N8", 0): N_("eight results in a row, none within one sigma of the centre line, since {since}"),
    ("EWMA", 0): N_("weighted mean outside its limits, away from the centre line since {since}"),
    ("CUSUM", 0): N_("cumulative sum beyond its limit, adding up since {since}"),
}
_UNDIRECTED = frozenset({"N4", "N7", "N8", "EWMA", "CUSUM"})


def told(signal: Signal, values: Mapping[int, float] | None = None) -> Message:
    """Return a signal as one sentence, such as "six results in a row rising since 2026-03-03".

    Parameters
    ----------
    signal : Signal
        A rule that `TITLES` does not know is told by its id.
    values : mapping of int to float, optional
        Value of each result; tells whether a trend rises or falls.
    """
    template = _SINCE.get((signal.rule, _direction(signal, values or {})))
    if template is None or (signal.since is None and "{since}" in template):
        return Message(TITLES.get(signal.rule, signal.rule))
    return Message(template, {"since": f"{signal.since:%Y-%m-%d}"} if signal.since else {})


def _direction(signal: Signal, values: Mapping[int, float]) -> int:
    if signal.rule in _UNDIRECTED:
        return 0
    if signal.rule != "N3":
        return 1 if signal.value > signal.lines.centre else -1
    ends = [values[number] for number in (signal.points[:1] + signal.points[-1:]) if number in values]
    return (ends[-1] > ends[0]) - (ends[-1] < ends[0]) if ends else 0
