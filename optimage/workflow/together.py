# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which of the images that were given together make one measurement set."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from optimage.dicom.headers import acquisition
from optimage.dicom.reader import FoundObject, ReadObject
from optimage.matching.grouping import GroupKey, key_of
from optimage.model.images import Header
from optimage.model.profile import InputRule
from optimage.workflow.orders import Source

_LATEST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Given:
    """One image with the rule it came under, and what it shares with the others of its set."""

    location: str
    header: Header
    source: Source
    rule: InputRule
    key: GroupKey
    acquired_at: datetime | None


def given(item: FoundObject, read: ReadObject, rule: InputRule) -> Given:
    """Return an image in the role of `rule`."""
    header = read.headers[0].header
    at = acquisition(header).at
    source = Source(rule.role, item.origin, read.sop_instance_uid, read.sha256, read)
    return Given(item.location, header, source, rule, key_of(header, rule, at), at)


def together(images: Iterable[Given], rules: Sequence[InputRule]) -> Iterator[tuple[Given, ...]]:
    """Yield the sets: alike by `same`, near in time where that counts, no role fuller than its maximum."""
    places = {rule.role: rule.maximum for rule in rules}
    for group in _alike(images):
        for near in _near_in_time(group):
            yield from map(tuple, _dealt(near, places))


def shared_key(members: Sequence[Given]) -> str:
    """Return the key of a set: that of its first image, acquired when the earliest was."""
    known = [one.acquired_at for one in members if one.acquired_at is not None]
    key = members[0].key
    return replace(key, acquired_at=min(known) if key.timed and known else None).text


def _alike(images: Iterable[Given]) -> Iterable[list[Given]]:
    groups: dict[GroupKey, list[Given]] = {}
    for image in images:
        key = replace(image.key, acquired_at=None)
        if key not in groups and not key.is_exact:
            key = next((known for known in groups if known.agrees(key)), key)
        groups.setdefault(key, []).append(image)
    return groups.values()


def _near_in_time(group: list[Given]) -> Iterable[list[Given]]:
    """Part a group where an image was acquired later than `acquired_within_s` after the first one.

    Images of unknown time separate nothing: they were given together, and
    an anonymised date says nothing against it. They go to the first set.
    """
    within_s = group[0].rule.acquired_within_s
    if within_s is None:
        return [group]
    parts: list[list[Given]] = []
    for image in sorted(group, key=lambda one: one.acquired_at or _LATEST):
        apart_s = parts[-1][0].key.apart_s(image.key) if parts else None
        if image.acquired_at is None and parts:
            parts[0].append(image)
        elif parts and (apart_s is None or apart_s <= within_s):
            parts[-1].append(image)
        else:
            parts.append([image])
    order = {id(image): number for number, image in enumerate(group)}
    return [sorted(part, key=lambda one: order[id(one)]) for part in parts]


def _dealt(images: Iterable[Given], places: Mapping[str, int | None]) -> Iterable[list[Given]]:
    """Deal images into sets in which no role holds more than its maximum."""
    sets: dict[int, list[Given]] = defaultdict(list)
    counted: Counter[str] = Counter()
    for image in images:
        role = image.source.role
        maximum = places.get(role)
        sets[counted[role] // maximum if maximum else 0].append(image)
        counted[role] += 1
    return sets.values()
