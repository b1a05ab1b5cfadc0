# SPDX-License-Identifier: LGPL-3.0-or-later
"""From files named by hand to work orders: one for every measurement set found among them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from optimage.dicom.reader import FoundObject, ReadObject
from optimage.matching.choice import Match, NoMatch, Tie, best_match, role_of
from optimage.matching.comparison import compare
from optimage.messages import N_, Message
from optimage.model.phantom import ParameterValue, PhantomInfo
from optimage.model.profile import InputRule, Profile, ProfileRevision
from optimage.model.results import Failure, Note
from optimage.profile_files.defaults import rule_for
from optimage.workflow.orders import Source, WorkOrder
from optimage.workflow.partners import Candidate, partner_note
from optimage.workflow.together import Given, given, shared_key, together

_Image = tuple[FoundObject, ReadObject]
Refused = tuple[FoundObject, Failure]
NOT_AN_IMAGE = Failure(
    "read",
    "not_an_image",
    Message(N_("the object holds no image")),
    Message(N_("choose the images of the phantom")),
)
NO_IMAGES = Failure(
    "read",
    "no_images",
    Message(N_("no DICOM image was found")),
    Message(N_("choose a file, folder or zip with DICOM images")),
)


@dataclass(frozen=True, slots=True)
class Task:
    """A work order with the profile that judges it, and what identifies its set.

    An order without sources stands for something that was tried and cannot
    be measured; its failures say why.
    """

    order: WorkOrder
    revision: ProfileRevision | None = None
    group_key: str = ""
    parameters_key: str = ""
    rules: tuple[InputRule, ...] = ()


def for_module(
    found: Iterable[FoundObject], info: PhantomInfo, parameters: Mapping[str, ParameterValue]
) -> tuple[Task, ...]:
    """Group images as the module's own inputs say; no profile is asked."""
    rule = rule_for(info.inputs[0])
    images, refused = _sorted_out(found)
    key = sha256(repr(sorted(parameters.items())).encode()).hexdigest() if parameters else ""
    dealt = together((given(item, read, rule) for item, read in images), (rule,))
    tasks = [
        Task(
            WorkOrder(info.id, _sources(members), parameters, notes=_notes(members, (rule,), images)),
            group_key=shared_key(members),
            parameters_key=key,
            rules=(rule,),
        )
        for members in dealt
    ]
    return (*tasks, *_refusals(info.id, refused))


def for_profile(
    found: Iterable[FoundObject], revision: ProfileRevision, parameters: Mapping[str, ParameterValue]
) -> tuple[Task, ...]:
    """Group images under one profile; what it does not admit is refused with the lines that differ."""
    profile = revision.profile
    images, refused = _sorted_out(found)
    taken: list[Given] = []
    for item, read in images:
        header = read.headers[0].header
        comparison = compare(header, profile)
        role = role_of(header, profile) if comparison.admitted else None
        if role is None:
            refused.append((item, _mismatch(profile, comparison.reasons)))
        else:
            taken.append(given(item, read, rule_of(profile, role)))
    tasks = _tasks(revision, taken, parameters, images)
    return (*tasks, *_refusals(profile.phantom, refused))


def for_any_profile(
    found: Iterable[FoundObject], revisions: tuple[ProfileRevision, ...], parameters: Mapping[str, ParameterValue]
) -> tuple[Task, ...]:
    """Group images under the applied profile that fits each of them best."""
    images, refused = _sorted_out(found)
    taken: dict[str, list[Given]] = defaultdict(list)
    matched: dict[str, ProfileRevision] = {}
    for item, read in images:
        header = read.headers[0].header
        match = best_match(header, revisions)
        if isinstance(match, Match):
            profile = match.revision.profile
            matched[profile.id] = match.revision
            taken[profile.id].append(given(item, read, rule_of(profile, match.role)))
        else:
            refused.append((item, no_profile(match)))
    tasks = [
        task
        for profile_id, members in taken.items()
        for task in _tasks(matched[profile_id], members, parameters, images)
    ]
    return (*tasks, *_refusals("", refused))


def without_strangers(found: Iterable[FoundObject], named: frozenset[str]) -> tuple[FoundObject, ...]:
    """Pass over what lies in a folder or archive beside the images: other files, objects without pixels."""
    return tuple(item for item in found if item.location in named or not _is_stranger(item))


def no_profile(match: NoMatch | Tie) -> Failure:
    """Tell why no profile, or not one alone, takes an image."""
    if isinstance(match, Tie):
        profiles = ", ".join(revision.profile.id for revision in match.revisions)
        message = Message(N_("several profiles fit equally well: {profiles}"), {"profiles": profiles})
        advice = Message(N_("make their match rules differ, or choose one with --profile"))
        return Failure("match", "tied_profiles", message, advice)
    advice = Message(N_("apply a profile for these images, or choose a module with --phantom"))
    if not match.rejections:
        return Failure("match", "no_profile", Message(N_("no profile has been applied yet")), advice)
    nearest = match.rejections[0]
    values = {"profile": nearest.revision.profile.id, "reason": _joined(nearest.reasons)}
    message = Message(N_("no profile takes these images; nearest is {profile}: {reason}"), values)
    return Failure("match", "no_profile", message, advice)


def rule_of(profile: Profile, role: str) -> InputRule:
    """Return the input rule of `role`."""
    return next(rule for rule in profile.inputs if rule.role == role)


def _tasks(
    revision: ProfileRevision,
    taken: Iterable[Given],
    parameters: Mapping[str, ParameterValue],
    images: Sequence[_Image],
) -> Iterator[Task]:
    profile = revision.profile
    for members in together(taken, profile.inputs):
        order = WorkOrder(
            phantom=profile.phantom,
            sources=_sources(members),
            parameters={**profile.parameters, **parameters},
            record=profile.record,
            notes=_notes(members, profile.inputs, images),
        )
        yield Task(order, revision, shared_key(members), rules=profile.inputs)


def _notes(members: Sequence[Given], rules: Iterable[InputRule], images: Iterable[_Image]) -> tuple[Note, ...]:
    """Tell of each role that holds fewer images than wanted which of all images was nearest."""
    others = [
        Candidate(Path(item.location).name, read.sop_instance_uid, read.headers[0].header) for item, read in images
    ]
    own = [(one.rule.role, Candidate(one.location, one.source.uid, one.header)) for one in members]
    notes = (partner_note([one for role, one in own if role == rule.role], rule, others) for rule in rules)
    return tuple(note for found in notes for note in found)


def _sources(members: Iterable[Given]) -> tuple[Source, ...]:
    return tuple(member.source for member in members)


def _mismatch(profile: Profile, reasons: Iterable[Message]) -> Failure:
    values = {"profile": profile.id, "reason": _joined(reasons)}
    message = Message(N_("the images are not comparable under the profile {profile}: {reason}"), values)
    return Failure("match", "profile_mismatch", message, Message(N_("see optimage verify for all lines")))


def _joined(reasons: Iterable[Message]) -> str:
    return "; ".join(str(reason) for reason in reasons)


def _sorted_out(found: Iterable[FoundObject]) -> tuple[list[_Image], list[Refused]]:
    """Tell images from what cannot be measured; an image that was given twice counts once."""
    images: list[_Image] = []
    refused: list[Refused] = []
    seen: set[str] = set()
    for item in found:
        if item.error is not None:
            refused.append((item, Failure.from_error("read", item.error)))
        elif item.found is not None and item.found.is_image:
            uid = item.found.sop_instance_uid
            if not uid or uid not in seen:
                images.append((item, item.found))
            seen.add(uid)
        else:
            refused.append((item, NOT_AN_IMAGE))
    return images, refused


def _is_stranger(item: FoundObject) -> bool:
    if item.error is not None:
        return item.error.code == "not_dicom"
    return item.found is None or not item.found.is_image


def _refusals(phantom: str, refused: list[Refused]) -> tuple[Task, ...]:
    """Return one task a series and reason, so that a refused series of 64 slices is told once."""
    seen: dict[tuple[str, str], Task] = {}
    for item, failure in refused:
        header = item.found.headers[0].header if item.found else {}
        series = str(header.get("SeriesInstanceUID", "")) or item.location
        told = replace(failure, subtest=failure.subtest if item.found else item.location)
        task = Task(WorkOrder(phantom, (), failures=(told,)), group_key=series)
        seen.setdefault((series, str(failure.message)), task)
    return tuple(seen.values())
