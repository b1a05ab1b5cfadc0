# SPDX-License-Identifier: LGPL-3.0-or-later
"""From files named by hand to work orders: one for every measurement set found among them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from optimage.dicom.reader import FoundObject, ReadObject
from optimage.matching.choice import Match, NoMatch, Tie, best_match, role_of
from optimage.matching.comparison import compare
from optimage.matching.grouping import group_key
from optimage.messages import N_, Message
from optimage.model.phantom import ParameterValue, PhantomInfo
from optimage.model.profile import InputRule, Profile, ProfileRevision
from optimage.model.results import Failure
from optimage.workflow.orders import Source, WorkOrder

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
    first = info.inputs[0]
    rule = InputRule(first.role, first.minimum, first.maximum, first.same)
    images, refused = _sorted_out(found)
    groups: dict[str, list[Source]] = defaultdict(list)
    for item, read in images:
        groups[group_key(read.headers[0].header, rule)].append(_source(rule.role, item, read))
    key = sha256(repr(sorted(parameters.items())).encode()).hexdigest() if parameters else ""
    tasks = [
        Task(WorkOrder(info.id, tuple(dealt), parameters), None, group, key, (rule,))
        for group, sources in groups.items()
        for dealt in _deal(sources, (rule,))
    ]
    return (*tasks, *_refusals(info.id, refused))


def for_profile(
    found: Iterable[FoundObject], revision: ProfileRevision, parameters: Mapping[str, ParameterValue]
) -> tuple[Task, ...]:
    """Group images under one profile; what it does not admit is refused with the lines that differ."""
    profile = revision.profile
    images, refused = _sorted_out(found)
    groups: dict[str, list[Source]] = defaultdict(list)
    for item, read in images:
        header = read.headers[0].header
        comparison = compare(header, profile)
        role = role_of(header, profile) if comparison.admitted else None
        if role is None:
            refused.append((item, _mismatch(profile, comparison.reasons)))
        else:
            groups[group_key(header, rule_of(profile, role))].append(_source(role, item, read))
    tasks = [task for key, sources in groups.items() for task in _tasks(revision, key, sources, parameters)]
    return (*tasks, *_refusals(profile.phantom, refused))


def for_any_profile(
    found: Iterable[FoundObject], revisions: tuple[ProfileRevision, ...], parameters: Mapping[str, ParameterValue]
) -> tuple[Task, ...]:
    """Group images under the applied profile that fits each of them best."""
    images, refused = _sorted_out(found)
    groups: dict[tuple[str, str], list[Source]] = defaultdict(list)
    matched: dict[str, ProfileRevision] = {}
    for item, read in images:
        header = read.headers[0].header
        match = best_match(header, revisions)
        if isinstance(match, Match):
            profile = match.revision.profile
            matched[profile.id] = match.revision
            rule = rule_of(profile, match.role)
            groups[profile.id, group_key(header, rule)].append(_source(match.role, item, read))
        else:
            refused.append((item, no_profile(match)))
    tasks = [
        task
        for (profile_id, key), sources in groups.items()
        for task in _tasks(matched[profile_id], key, sources, parameters)
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
    revision: ProfileRevision, key: str, sources: list[Source], parameters: Mapping[str, ParameterValue]
) -> Iterator[Task]:
    profile = revision.profile
    for dealt in _deal(sources, profile.inputs):
        yield Task(_order(profile, dealt, parameters), revision, key, rules=profile.inputs)


def _deal(sources: list[Source], rules: Sequence[InputRule]) -> Iterable[list[Source]]:
    """Deal the images of one group into sets in which no role holds more than its maximum."""
    places = {rule.role: rule.maximum for rule in rules}
    sets: dict[int, list[Source]] = defaultdict(list)
    counted: Counter[str] = Counter()
    for source in sources:
        maximum = places.get(source.role)
        sets[counted[source.role] // maximum if maximum else 0].append(source)
        counted[source.role] += 1
    return sets.values()


def _mismatch(profile: Profile, reasons: Iterable[Message]) -> Failure:
    values = {"profile": profile.id, "reason": _joined(reasons)}
    message = Message(N_("the images are not comparable under the profile {profile}: {reason}"), values)
    return Failure("match", "profile_mismatch", message, Message(N_("see optimage verify for all lines")))


def _joined(reasons: Iterable[Message]) -> str:
    return "; ".join(str(reason) for reason in reasons)


def _sorted_out(found: Iterable[FoundObject]) -> tuple[list[tuple[FoundObject, ReadObject]], list[Refused]]:
    """Tell images from what cannot be measured."""
    images: list[tuple[FoundObject, ReadObject]] = []
    refused: list[Refused] = []
    for item in found:
        if item.error is not None:
            refused.append((item, Failure.from_error("read", item.error)))
        elif item.found is not None and item.found.is_image:
            images.append((item, item.found))
        else:
            refused.append((item, NOT_AN_IMAGE))
    return images, refused


def _is_stranger(item: FoundObject) -> bool:
    if item.error is not None:
        return item.error.code == "not_dicom"
    return item.found is None or not item.found.is_image


def _source(role: str, item: FoundObject, read: ReadObject) -> Source:
    return Source(role, item.origin, read.sop_instance_uid, read.sha256)


def _order(profile: Profile, sources: list[Source], parameters: Mapping[str, ParameterValue]) -> WorkOrder:
    return WorkOrder(profile.phantom, tuple(sources), {**profile.parameters, **parameters}, profile.record)


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
