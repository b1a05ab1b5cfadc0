# SPDX-License-Identifier: LGPL-3.0-or-later
"""Service events that the headers of images tell: an attribute of the device is not what it was before.

A result is compared with its neighbours in time, whatever the order in which
results come: one that comes late can tell that a known change happened
earlier, and tells it once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from optimage.model.baseline import EventKind, ServiceEvent
from optimage.model.outcome import Result
from optimage.model.records import Seen
from optimage.store.engine import Store


@dataclass(frozen=True, slots=True)
class Sign:
    """What a change of an attribute says was done.

    `common` tells that every protocol of the device has the same value. Other
    parts are chosen by the protocol, such as one of several detectors: these
    are compared within a profile.
    """

    kind: EventKind
    common: bool = False


SIGNS: Mapping[str, Sign] = {
    "SoftwareVersions": Sign(EventKind.SOFTWARE, common=True),
    "DateOfLastCalibration": Sign(EventKind.CALIBRATION, common=True),
    "GantryID": Sign(EventKind.OTHER, common=True),
    "DetectorID": Sign(EventKind.DETECTOR),
    "DateOfLastDetectorCalibration": Sign(EventKind.CALIBRATION),
    "XRaySourceID": Sign(EventKind.TUBE),
    "ReceiveCoilName": Sign(EventKind.COIL),
    "TransmitCoilName": Sign(EventKind.COIL),
}


def keep_found_events(store: Store, result: Result) -> tuple[ServiceEvent, ...]:
    """Store what the images of a stored result tell of their device; the same again changes nothing.

    Returns
    -------
    tuple of ServiceEvent
        Events that are new, or told better now. None where the time of
        acquisition or the device is unknown; an attribute that is missing
        says nothing.
    """
    acquired = result.acquisition
    device = acquired.device
    if result.id is None or not (device.serial or device.station or device.name):
        return ()
    told = [store.neighbours.of(result.id, keyword) for keyword in SIGNS if keyword in acquired.attributes]
    return tuple(event for seen in told if seen is not None for event in _events(store, seen))


def _events(store: Store, seen: Seen) -> Iterator[ServiceEvent]:
    before = _predecessor(store, seen)
    after = store.neighbours.after(seen, any_profile=SIGNS[seen.keyword].common)
    if after is not None:
        yield from _change(store, seen, after, doubted=before)
    if before is not None:
        yield from _change(store, before, seen)


def _predecessor(store: Store, seen: Seen) -> Seen | None:
    return store.neighbours.before(seen, any_profile=SIGNS[seen.keyword].common)


def _change(store: Store, old: Seen, new: Seen, *, doubted: Seen | None = None) -> Iterator[ServiceEvent]:
    """Keep the change from one neighbour to the next, if there is one; `doubted` was taken for `old` until now."""
    if old.value == new.value or _take_turns(store, old, new):
        return
    known = [
        event
        for event in store.events.list(device_id=new.device_id, since=old.at)
        if (event.keyword, event.after) == (new.keyword, new.value)
    ]
    first = known[0] if known else None
    if first is None or (first.at > new.at and _stands(store, first, new)):
        kind = SIGNS[new.keyword].kind
        yield store.events.add(
            ServiceEvent(new.device_id, new.at, kind, keyword=new.keyword, before=old.value, after=new.value)
        )
    elif first.at > new.at:
        yield store.events.correct(first, at=new.at, before=first.before)
    elif doubted is not None and (first.at, first.before) == (new.at, doubted.value):
        yield store.events.correct(first, at=first.at, before=old.value)


def _stands(store: Store, event: ServiceEvent, new: Seen) -> bool:
    """Whether the device was seen without what a later event brought, after `new` showed it: then it is another one."""
    for origin in store.neighbours.at(event.device_id, event.at, event.keyword):
        last = _predecessor(store, origin) if origin.value == event.after else None
        if last and last.value != event.after and (last.at, last.result_id) > (new.at, new.result_id):
            return True
    return False


def _take_turns(store: Store, old: Seen, new: Seen) -> bool:
    """Whether two profiles differ all the time: each has the value that it had before the other's last result."""
    if old.profile_id == new.profile_id:
        return False
    own = store.neighbours.before(new)
    if own is None or own.value != new.value:
        return False
    others = store.neighbours.before(replace(own, profile_id=old.profile_id))
    return others is not None and others.value == old.value
