# SPDX-License-Identifier: LGPL-3.0-or-later
"""A hash of everything in the store that a report on a period stands on."""

import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from optimage.document.period import Alarm, Configured, Failed, Happened, Listed, TrendView
from optimage.model.outcome import Result
from optimage.model.plain import to_plain


def behind(read: Mapping[str, Any]) -> str:
    """Return the SHA-256 of what was read, by the names of the context.

    It is the same in every language and whenever it is taken, as long as nothing changed: a new result or one that
    was superseded, a review, a note on a signal, a revision, a baseline, an event. What is due is left out, since it
    follows from results and the day.
    """
    return _hash({name: [OF[name](one) for one in parts] for name, parts in read.items() if name in OF})


def behind_results(results: Sequence[Result]) -> str:
    """Return the SHA-256 of results as they stand: what they hold, what people said, whether they are current."""
    return _hash([to_plain(result) for result in results])


def _hash(said: Any) -> str:
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _result(one: Listed) -> list[Any]:
    return [one.result_id, str(one.verdict), one.current, to_plain(one.standing)]


def _trend(one: TrendView) -> list[Any]:
    points = [[point.result_id, point.at.isoformat(), point.value, point.counts] for point in one.history.points]
    return [one.profile_id, one.key, points, to_plain(one.lines), to_plain(one.limits)]


def _alarm(one: Alarm) -> list[Any]:
    return [one.signal.id, to_plain(one.signal.acknowledged)]


def _failed(one: Failed) -> list[Any]:
    return [one.result_id, to_plain(one.reviews)]


def _configured(one: Configured) -> list[Any]:
    return [
        [[revision.profile.id, revision.revision, revision.sha256] for revision in one.revisions],
        [baseline.id for baseline in one.baselines],
    ]


def _happened(one: Happened) -> Any:
    return to_plain(one.event)


OF: Mapping[str, Callable[[Any], Any]] = {
    "results": _result,
    "trends": _trend,
    "alarms": _alarm,
    "failures": _failed,
    "configuration": _configured,
    "events": _happened,
}
