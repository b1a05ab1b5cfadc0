# SPDX-License-Identifier: LGPL-3.0-or-later
"""The inbox: series that no profile took, and series that are probably patients'; what a person does with them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from optimage.dicom.headers import acquisition
from optimage.dicom.reader import read_object
from optimage.errors import OptimageError, UsageError
from optimage.matching.choice import Match, NoMatch, Tie, best_match, no_role, role_of
from optimage.matching.comparison import compare
from optimage.matching.grouping import key_of
from optimage.messages import N_, Message
from optimage.model.images import Header
from optimage.model.jobs import Instance, InstanceState
from optimage.model.outcome import Assignment
from optimage.model.phantom import PhantomModule
from optimage.model.profile import Profile, ProfileRevision
from optimage.patients import patient_signs
from optimage.profile_files.defaults import with_default_inputs
from optimage.store.engine import Store
from optimage.workflow.gather import rule_of
from optimage.workflow.orders import Source
from optimage.workflow.recognise import Recognition, recognise

WAITING = (InstanceState.UNMATCHED, InstanceState.QUARANTINED)
RELEASED = "released"
EVERYTHING = 1_000_000  # objects; more than a site leaves waiting


@dataclass(frozen=True, slots=True)
class Entry:
    """One waiting series.

    `id` is that of its first object. `reasons` tell why it waits: the lines
    of the nearest profile, or the signs of a patient.
    """

    id: int
    state: InstanceState
    instances: tuple[Instance, ...]
    modality: str
    description: str
    device: str
    acquired_at: datetime | None
    reasons: tuple[Message, ...]
    nearest: str = ""


def entries(store: Store, revisions: Sequence[ProfileRevision], *, phantom_pattern: str) -> tuple[Entry, ...]:
    """Return every waiting series, the earliest first."""
    groups: dict[tuple[str, InstanceState], list[tuple[Instance, Header]]] = defaultdict(list)
    for state in WAITING:
        for instance in store.instances.by_state(state, limit=EVERYTHING):
            header = _header(store, instance)
            groups[str(header.get("SeriesInstanceUID", instance.id)), state].append((instance, header))
    found = (_entry(state, members, revisions, phantom_pattern) for (_, state), members in groups.items())
    return tuple(sorted(found, key=lambda entry: entry.id))


def find(store: Store, entry_id: int, revisions: Sequence[ProfileRevision], *, phantom_pattern: str) -> Entry:
    """Return one waiting series by the id of any of its objects; UsageError `unknown_entry`."""
    for entry in entries(store, revisions, phantom_pattern=phantom_pattern):
        if entry_id in {instance.id for instance in entry.instances}:
            return entry
    raise UsageError(
        "unknown_entry",
        N_("nothing waits in the inbox under {id}"),
        advice=N_("see optimage inbox list"),
        id=entry_id,
    )


def opinions(store: Store, entry: Entry, modules: Mapping[str, PhantomModule]) -> tuple[Recognition, ...]:
    """Ask every module what a series is; a patient's is never shown to one."""
    if entry.state is InstanceState.QUARANTINED:
        return ()
    return recognise([_source(store, instance) for instance in entry.instances], modules)


def assign(
    store: Store,
    entry: Entry,
    revision: ProfileRevision,
    module: PhantomModule,
    *,
    operator: str,
    reason: str,
    now: datetime,
) -> int:
    """Put a series into the set of a profile that did not take it by itself; return the set's id.

    Raises
    ------
    UsageError
        `probably_a_patient`: release it first.
    """
    if entry.state is InstanceState.QUARANTINED:
        raise UsageError(
            "probably_a_patient",
            N_("the series {id} is probably a patient's"),
            advice=N_("release it first if it shows a phantom"),
            id=entry.id,
        )
    profile = with_default_inputs(revision.profile, module.info)
    set_id = 0
    for instance in entry.instances:
        header = _header(store, instance)
        role = role_of(header, profile) or profile.inputs[0].role
        rule = rule_of(profile, role)
        set_id = store.sets.join(
            revision,
            phantom=profile.phantom,
            group_key=key_of(header, rule, acquisition(header).at).text,
            role=role,
            instance_id=instance.id,
            now=now,
            acquired_within_s=rule.acquired_within_s,
            by_hand=Assignment(profile.id, operator, now, reason, _failed_lines(header, profile)),
        )
    _tell(store, entry, "inbox_assigned", operator, {"profile": profile.id, "reason": reason})
    return set_id


def _failed_lines(header: Header, profile: Profile) -> tuple[Message, ...]:
    """Return the lines of a profile that an image fails, those that exclude it first."""
    reasons = compare(header, profile).reasons
    return reasons if role_of(header, profile) else (*reasons, no_role(header, profile))


def ignore(store: Store, entry: Entry, *, operator: str, reason: str) -> None:
    """Take a series out of the inbox; it stays stored."""
    for instance in entry.instances:
        store.instances.set_state(instance.id, InstanceState.IGNORED, reason)
    _tell(store, entry, "inbox_ignored", operator, {"reason": reason})


def release(store: Store, entry: Entry, *, operator: str, reason: str) -> None:
    """Let a quarantined series be matched after all: a person says that it shows a phantom."""
    for instance in entry.instances:
        store.instances.set_state(instance.id, InstanceState.NEW, RELEASED)
    _tell(store, entry, "inbox_released", operator, {"reason": reason})


def _entry(
    state: InstanceState,
    members: list[tuple[Instance, Header]],
    revisions: Sequence[ProfileRevision],
    phantom_pattern: str,
) -> Entry:
    first, header = members[0]
    acquired = acquisition(header)
    reasons, nearest = _reasons(header, revisions)
    if state is InstanceState.QUARANTINED:
        reasons, nearest = patient_signs(header, phantom_pattern), ""
    return Entry(
        id=first.id,
        state=state,
        instances=tuple(instance for instance, _ in members),
        modality=acquired.modality,
        description=str(header.get("SeriesDescription", "")),
        device=acquired.device.title,
        acquired_at=acquired.at,
        reasons=reasons,
        nearest=nearest,
    )


def _reasons(header: Header, revisions: Sequence[ProfileRevision]) -> tuple[tuple[Message, ...], str]:
    match = best_match(header, revisions)
    if isinstance(match, Match):
        message = N_("the profile {profile}, applied since, takes it")
        return (Message(message, {"profile": match.revision.profile.id}),), match.revision.profile.id
    if isinstance(match, Tie):
        tied = ", ".join(revision.profile.id for revision in match.revisions)
        return (Message(N_("several profiles fit equally well: {profiles}"), {"profiles": tied}),), ""
    if isinstance(match, NoMatch) and match.rejections:
        nearest = match.rejections[0]
        return nearest.reasons, nearest.revision.profile.id
    return (Message(N_("no profile has been applied yet")),), ""


def _header(store: Store, instance: Instance) -> Header:
    """Return the header of the first frame; empty where the file has gone or was damaged."""
    try:
        return read_object(store.spool.path(instance.sha256)).headers[0].header
    except OptimageError:
        return {}


def _source(store: Store, instance: Instance) -> Source:
    return Source("", store.spool.path(instance.sha256), instance.sop_instance_uid, instance.sha256)


def _tell(store: Store, entry: Entry, action: str, operator: str, detail: Mapping[str, str]) -> None:
    count = {"objects": str(len(entry.instances))}
    store.audit.append(action, operator=operator, subject=f"instance:{entry.id}", detail={**detail, **count})
