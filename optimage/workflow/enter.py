# SPDX-License-Identifier: LGPL-3.0-or-later
"""Entering readings: what a person typed is checked, and becomes part of a new result that supersedes the old one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import isnan

from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.events import ResultStored
from optimage.model.outcome import Acquisition, DeviceIdentity, ProfileReference, Provenance, Reading, Result
from optimage.model.profile import ProfileRevision
from optimage.model.tolerance import Verdict
from optimage.store.engine import Store
from optimage.store.entered import devices_of, set_without_images
from optimage.store.reviews import standing
from optimage.version import VERSION
from optimage.workflow.bus import Bus
from optimage.workflow.entries import Entries, readings_of, refuse_measured
from optimage.workflow.readings import open_rules, until_undisturbed, with_readings
from optimage.workflow.watch import keep_signals

ENTERED = "entered"  # where the time of a result without images comes from


def enter_readings(store: Store, bus: Bus, result_id: int, entries: Entries, *, operator: str) -> Result:
    """Add readings to the measurement set of a result; the new result supersedes the current one of the set.

    Returns
    -------
    Result
        The new result, or the current one where it has the same values already.

    Raises
    ------
    UsageError
        `unknown_result`, `result_without_profile`, `result_set_aside`, or what is wrong with an entry:
        `unknown_reading`, `measured_reading`, `no_number`, `ambiguous_number`, `implausible_reading`,
        `implausible_uncertainty`, `uncertainty_without_reading`.
    """
    named = store.results.get(result_id)
    if named.profile is None or named.set_id is None:
        raise UsageError(
            "result_without_profile",
            N_("result {id} has no profile, and only a profile says which values a person reads"),
            advice=N_("analyse the images again with --profile"),
            id=result_id,
        )
    set_id = named.set_id

    def attempt() -> Result:
        base = store.results.current_of(set_id) or named
        return _continue(store, bus, base, set_id=set_id, entries=entries, operator=operator)

    return until_undisturbed(attempt)


def enter_without_images(
    store: Store, bus: Bus, profile_id: str, at: datetime, entries: Entries, *, operator: str, device: str = ""
) -> Result:
    """Store a measurement that consists of readings alone; at the same time once more it adds to that one.

    Raises
    ------
    UsageError
        `unknown_profile`, `unknown_device`, `several_devices`, and the errors of `enter_readings`.
    """
    revision = store.profiles.get(profile_id)
    unit = device_named(devices_of(store.database, profile_id), device, revision)
    blank = _blank(revision, Acquisition(at, ENTERED, device=unit), operator)
    readings_of(entries, open_rules(blank, revision.profile), operator=operator, at=at)  # before anything is written
    group_key = f"{at.astimezone(UTC).isoformat()} {unit.serial or unit.station or unit.title}"
    set_id = set_without_images(store.database, revision, group_key=group_key, now=datetime.now(UTC))

    def attempt() -> Result:
        base = store.results.current_of(set_id) or blank
        return _continue(store, bus, base, set_id=set_id, entries=entries, operator=operator)

    return until_undisturbed(attempt)


def device_named(known: Sequence[DeviceIdentity], name: str, revision: ProfileRevision) -> DeviceIdentity:
    """Return the device that `name` means among those a profile knows, or a first one of that name."""
    fitting = [device for device in known if not name or name in (device.title, device.serial, device.station)]
    if len(fitting) == 1:
        return fitting[0]
    shown = "; ".join(device.title for device in known)
    if len(fitting) > 1:
        raise UsageError(
            "several_devices",
            N_("the profile {profile} has several devices: {known}"),
            advice=N_("choose one with --device, by its name, serial number or station"),
            profile=revision.profile.id,
            known=shown,
        )
    called = name or revision.profile.device
    if known or not called:
        raise UsageError(
            "unknown_device",
            N_("it is unknown which device of the profile {profile} was measured; known: {known}"),
            advice=N_("name it with --device, or in the profile"),
            profile=revision.profile.id,
            known=shown or "–",
        )
    return DeviceIdentity(name=called)


def _continue(store: Store, bus: Bus, base: Result, *, set_id: int, entries: Entries, operator: str) -> Result:
    """Store the result that continues `base`, unless nothing is new."""
    reviews = standing(base.reviews)
    if not reviews.counts:
        raise UsageError(
            "result_set_aside",
            N_("result {id} was rejected or excluded, which a new result would undo"),
            advice=N_("accept or include it first, or analyse the images again"),
            id=base.id or 0,
        )
    reference = base.profile
    revision = store.profiles.get(reference.id if reference else "", reference.revision if reference else None)
    rules = open_rules(base, revision.profile)
    refuse_measured(entries, base, rules)
    given = readings_of(entries, rules, operator=operator, at=datetime.now(UTC))
    before = {reading.key: reading for reading in base.provenance.readings}
    fresh = {reading.key: reading for reading in given if not _is_same(reading, before.get(reading.key))}
    if base.id is not None and not fresh:
        return base
    readings = tuple(sorted({**before, **fresh}.values(), key=lambda reading: reading.key))
    result = with_readings(replace(base, id=None, set_id=None, current=True, reviews=()), readings, revision.profile)
    stored = store.results.add(
        result, set_id=set_id, job_id=None, operator=operator, over=base.id or 0, detail=_detail(base, fresh, before)
    )
    keep_signals(store, stored)
    bus.publish(ResultStored(stored))
    return stored


def _is_same(new: Reading, old: Reading | None) -> bool:
    """Whether nothing is new; what was not typed again stays as it was."""
    if old is None or new.value != old.value:
        return False
    return (isnan(new.uncertainty) or new.uncertainty == old.uncertainty) and new.text in ("", old.text)


def _detail(base: Result, fresh: Mapping[str, Reading], before: Mapping[str, Reading]) -> Mapping[str, str]:
    """Say in the audit trail what was entered, and instead of what."""
    detail = {"supersedes": str(base.id)} if base.id is not None else {}
    for key, reading in fresh.items():
        old = f" (was {before[key].value!r})" if key in before else ""
        detail[key] = f"{reading.value!r} {reading.unit}{old}"
    return detail


def _blank(revision: ProfileRevision, acquisition: Acquisition, operator: str) -> Result:
    profile = revision.profile
    named = replace(acquisition.device, name=acquisition.device.name or profile.device)
    return Result(
        phantom=profile.phantom,
        verdict=Verdict.NOT_MEASURED,
        acquisition=replace(acquisition, device=named),
        provenance=Provenance(
            VERSION,
            "",
            operator=operator,
            phantom_serial=profile.phantom_serial,
            profile_sha256=revision.sha256,
        ),
        profile=ProfileReference(profile.id, revision.revision, profile.title),
    )
