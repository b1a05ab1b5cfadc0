# SPDX-License-Identifier: LGPL-3.0-or-later
"""What stood out or failed in a period, and what was done about it."""

from optimage.document.period import Alarm, Failed
from optimage.model.overview import Entry, Raised
from optimage.model.tolerance import Verdict
from optimage.spc.words import told
from optimage.workflow.reporting.results import outside
from optimage.workflow.reporting.sources import Sources

ONLY_A_LINE = "R1w"


def alarms(sources: Sources) -> tuple[Alarm, ...]:
    """Return the signals of current results, noted or not, in the order of acquisition.

    Unless the whole list is asked for, single points outside the control lines are left out, and measurements that no
    tolerance judges, as everywhere.
    """
    found = sources.store.overview.signals(sources.within)
    chosen = (one for one in found if sources.chosen.takes(one.profile_id, one.device_id))
    return tuple(_alarm(sources, one) for one in chosen if sources.ask.whole or _matters(one))


def failures(sources: Sources) -> tuple[Failed, ...]:
    """Return the current results that failed, in the order of acquisition."""
    return tuple(
        _failed(sources, entry) for entry in sources.entries if entry.current and entry.verdict is Verdict.FAIL
    )


def _matters(one: Raised) -> bool:
    return one.judged and one.signal.rule != ONLY_A_LINE


def _alarm(sources: Sources, one: Raised) -> Alarm:
    return Alarm(
        signal=one.signal,
        profile_id=one.profile_id,
        profile=sources.names.profile(one.profile_id),
        device=sources.names.device(one.device_id),
        at=one.at,
        unit=one.unit,
        title=sources.names.measurement(one.profile_id, one.signal.key),
        words=told(one.signal, one.ends if one.signal.rule == "N3" else {}),
        after=sources.after(one.device_id, one.at),
        reviews=sources.reviews.get(one.signal.result_id or 0, ()),
    )


def _failed(sources: Sources, entry: Entry) -> Failed:
    return Failed(
        result_id=entry.result_id,
        profile_id=entry.profile_id,
        profile=sources.names.profile(entry.profile_id, entry.profile_title),
        device=sources.names.device(entry.device_id),
        at=entry.at,
        titles=outside(sources, entry, Verdict.FAIL),
        reviews=entry.reviews,
        after=sources.after(entry.device_id, entry.at),
    )
