# SPDX-License-Identifier: LGPL-3.0-or-later
"""The trend that a person means by a profile, a key and, where it takes that, a device."""

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.control import TrendKey
from optimage.store.engine import Store


def which_trend(store: Store, profile_id: str, key: str, *, device: str = "", item: str = "") -> TrendKey:
    """Return the trend with these names; of several methods the one with the latest value.

    Raises
    ------
    UsageError
        `unknown_profile`, `unknown_device`, `several_devices`; `unknown_trend`
        for a key without values; `device_needed` where several devices have some.
    """
    store.profiles.get(profile_id)
    known = store.results.trends(profile_id)
    fitting = [trend for trend in known if (trend.key, trend.item) == (key, item)]
    if device:
        wanted = store.devices.find(device).id
        fitting = [trend for trend in fitting if trend.device_id == wanted]
    if not fitting:
        keys = ", ".join(sorted({trend.key for trend in known if trend.item == item}))
        raise UsageError(
            "unknown_trend",
            N_("the profile {profile} has no values of {key}"),
            advice=N_("choose one of {known}"),
            profile=profile_id,
            key=key,
            known=keys or "–",
        )
    _require_one_device(store, fitting)
    return fitting[0] if len(fitting) == 1 else max(fitting, key=lambda trend: store.results.points(trend)[-1].at)


def _require_one_device(store: Store, trends: list[TrendKey]) -> None:
    ids = {trend.device_id for trend in trends}
    if len(ids) > 1:
        names = "; ".join(f"{one.id} {one.identity.title}" for one in store.devices.list() if one.id in ids)
        raise UsageError(
            "device_needed",
            N_("several devices have values of {key}: {devices}"),
            advice=N_("choose one of them with --device"),
            key=trends[0].key,
            devices=names,
        )
