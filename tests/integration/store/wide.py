# SPDX-License-Identifier: LGPL-3.0-or-later
"""A store wide enough for a planner to think about, and what the store really asks of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import event

from optimage.model.outcome import ProfileReference
from optimage.store.engine import Store
from tests.integration.store.samples import PROFILE, digest, judged
from tests.integration.store.statistics import bring, older

PROFILES, RESULTS, KEYS = 20, 60, 5


def wide(store: Store) -> None:
    """Import results of many profiles, day by day."""
    names = [f"p{number}" for number in range(PROFILES)]
    for name in names:
        store.profiles.apply(replace(PROFILE, id=name), text=name, sha256=digest(b""), author="me", reason="r")
    values = tuple(judged(4.0, key=f"k{number}") for number in range(KEYS))
    bring(
        store,
        *(
            replace(older(4.0, day), profile=ProfileReference(name, 1), measurements=values)
            for day in range(RESULTS)
            for name in names
        ),
    )


def asked(store: Store) -> Mapping[str, tuple[str, Any]]:
    """Return the statements, as the driver sees them, by which the store finds a trend and the latest results."""
    (trend,) = [one for one in store.results.trends("p7") if one.key == "k3"]
    assert len(store.results.points(trend)) == RESULTS
    seen: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:
        seen.append((arguments[2], arguments[3]))

    event.listen(store.database.engine, "before_cursor_execute", note)
    try:
        store.results.points(trend)
        store.results.latest_of()
    finally:
        event.remove(store.database.engine, "before_cursor_execute", note)
    (points,) = [one for one in seen if "measurement.uncertainty" in one[0]]
    (latest,) = [one for one in seen if "RECURSIVE" in one[0]]
    return {"trend": points, "latest": latest, "rows": seen[-1]}
