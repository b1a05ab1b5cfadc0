# SPDX-License-Identifier: LGPL-3.0-or-later
"""A curve behind the numbers of the latest result, such as an MTF, over the same curve of the baseline."""

from collections.abc import Iterator

from optimage.charts.curve import curve_chart
from optimage.charts.spec import ChartSpec
from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.outcome import Result
from optimage.model.results import Curve
from optimage.store.engine import Store

MOST_BEHIND = 30


def curve_over_baseline(store: Store, profile_id: str, name: str, *, device: str = "") -> ChartSpec:
    """Return the chart of the curve `name` of the latest result of a profile and device.

    Behind it lie those of the results that carry the profile's latest frozen
    baseline, at most 30; without one that of the first result.

    Raises
    ------
    UsageError
        `unknown_profile`, `unknown_device`, `several_devices`; `unknown_curve`
        where the latest result has none of that name.
    """
    store.profiles.get(profile_id)
    device_id = store.devices.find(device).id if device else None
    latest = [one for one in store.results.latest_of([profile_id]) if device_id in (None, one.device_id)]
    newest = max(latest, key=lambda one: one.acquired_at, default=None)
    own = store.results.get(newest.result_id) if newest else None
    curve = _named(own, name) if own else None
    if own is None or newest is None or curve is None:
        raise UsageError(
            "unknown_curve",
            N_("the latest result of {profile} has no curve {name}"),
            advice=N_("choose one of {known}"),
            profile=profile_id,
            name=name,
            known=", ".join(one.name for one in own.curves) if own and own.curves else "–",
        )
    numbers = (number for number in _baseline(store, profile_id, newest.device_id) if number != own.id)
    behind = (_named(store.results.get(number), name) for number in numbers)
    return curve_chart(curve, baseline=tuple(one for one in behind if one is not None and _alike(one, curve)))


def _baseline(store: Store, profile_id: str, device_id: int) -> Iterator[int]:
    """Yield the results that carry the baseline in use that was frozen last; else the first result."""
    found = store.baselines.list(profile_id=profile_id, also_released=False)
    own = [one for one in found if one.trend.device_id == device_id]
    if own:
        yield from max(own, key=lambda one: (one.valid_from, one.at)).result_ids[:MOST_BEHIND]
        return
    trends = [one for one in store.results.trends(profile_id) if one.device_id == device_id]
    points = store.results.points(trends[0]) if trends else ()
    yield from (point.result_id for point in points[:1])


def _named(result: Result, name: str) -> Curve | None:
    return next((curve for curve in result.curves if curve.name == name), None)


def _alike(one: Curve, other: Curve) -> bool:
    return (one.x_unit, one.y_unit) == (other.x_unit, other.y_unit)
