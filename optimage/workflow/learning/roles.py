# SPDX-License-Identifier: LGPL-3.0-or-later
"""Acceptance images of a module with several roles -> which kind of image belongs to which role, as match rules."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import permutations
from math import ceil

from optimage.dicom.headers import acquisition
from optimage.errors import UsageError
from optimage.matching.comparison import compare_rules
from optimage.matching.grouping import key_of
from optimage.messages import N_
from optimage.model.images import Header
from optimage.model.phantom import InputSpec, PhantomInfo
from optimage.model.profile import InputRule, MatchRule
from optimage.profile_files.attributes import Attribute, attributes_of
from optimage.profile_files.defaults import rule_for as input_rule
from optimage.workflow.learning.rules import labels, rule_for

STUDY = ("StudyInstanceUID",)
MOST_ROLES = 6  # every order of them is tried
_LATEST = datetime.max.replace(tzinfo=UTC)

Kind = tuple[str, ...]  # what tells images of one role from those of the others, a value for each attribute
Kinds = Mapping[int, Kind]  # by the number of the image


@dataclass(frozen=True, slots=True)
class _Images:
    """The headers, and the numbers of those that make one measurement."""

    headers: tuple[Header, ...]
    sets: tuple[tuple[int, ...], ...]


def learn_inputs(headers: Sequence[Header], info: PhantomInfo) -> tuple[InputRule, ...]:
    """Return the inputs of a module, where there are several with the rules that tell their images apart.

    Images of one role agree, over all acquisitions, in attributes in which
    they differ from those of every other role. Which of these kinds has which
    role is told by how many images a role takes, by the name of a role in a
    text of the header, and at last by the order of acquisition, which is then
    that of the roles.

    Raises
    ------
    UsageError
        `roles_ambiguous`: the headers do not tell the roles apart.
    """
    if len(info.inputs) == 1:
        return (input_rule(info.inputs[0]),)
    if not headers or len(info.inputs) > MOST_ROLES:
        raise _ambiguous(info)
    table = attributes_of(str(headers[0].get("Modality", ""))).rules
    for same in dict.fromkeys((info.inputs[0].same, STUDY)):
        specs = [replace(spec, same=same) for spec in info.inputs]
        images = _Images(tuple(headers), _sets(headers, input_rule(specs[0])))
        order = _order_of_kinds(images, table, specs)
        if order is not None:
            kinds, ordered = order
            return _rules(images, kinds, dict(zip(ordered, specs, strict=True)), table)
    raise _ambiguous(info)


def _sets(headers: Sequence[Header], rule: InputRule) -> tuple[tuple[int, ...], ...]:
    """Group by what the images of a set share; times of acquisition part what one protocol made on several days."""
    groups: dict[str, list[int]] = defaultdict(list)
    for number, header in enumerate(headers):
        at = acquisition(header).at
        key = replace(key_of(header, rule, at), acquired_at=None)
        day = at.date().isoformat() if at and rule.acquired_within_s is not None else ""
        groups[f"{key.text} {day}"].append(number)
    return tuple(map(tuple, groups.values()))


def _order_of_kinds(
    images: _Images, table: Sequence[Attribute], specs: Sequence[InputSpec]
) -> tuple[Kinds, tuple[Kind, ...]] | None:
    """Return the kind of each image, and the kinds in the order of the roles; None where that cannot be told."""
    stable = [values for attribute in table if (values := _values(images, attribute)) is not None]
    whole = [tuple(values[number] for values in stable) for number in range(len(images.headers))]
    singly: list[list[Kind]] = [[(value,) for value in values] for values in stable]
    for kinds in (*singly, whole):
        numbered = dict(enumerate(kinds))
        if len(set(kinds)) == len(specs) and (ordered := _best_order(images, numbered, specs)) is not None:
            return numbered, ordered
    return None


def _values(images: _Images, attribute: Attribute) -> list[str] | None:
    """Return the value of every image where it varies within sets in the same way in each of them, else None."""
    found = labels(images.headers, attribute)
    if found is None or len(set(found)) < 2:
        return None
    seen = {frozenset(found[number] for number in members) for members in images.sets}
    return found if len(seen) == 1 else None


def _best_order(images: _Images, kinds: Kinds, specs: Sequence[InputSpec]) -> tuple[Kind, ...] | None:
    possible = [
        order for order in permutations(sorted(set(kinds.values()))) if _counts_fit(images, kinds, order, specs)
    ]
    if len(possible) < 2:
        return possible[0] if possible else None
    ranks = _ranks(images, kinds)
    scores = {order: (_names(order, specs), _concordance(order, ranks)) for order in possible}
    best = max(scores.values())
    winners = [order for order, score in scores.items() if score == best]
    return winners[0] if len(winners) == 1 else None


def _counts_fit(images: _Images, kinds: Kinds, order: Sequence[Kind], specs: Sequence[InputSpec]) -> bool:
    """Whether every set has the images that each role needs, a whole number of times where a role has a maximum."""
    for members in images.sets:
        counts = Counter(kinds[number] for number in members)
        repeats = {ceil(counts[k] / s.maximum) for k, s in zip(order, specs, strict=True) if s.maximum}
        if len(repeats) > 1 or any(counts[k] < s.minimum for k, s in zip(order, specs, strict=True)):
            return False
    return True


def _names(order: Sequence[Kind], specs: Sequence[InputSpec]) -> int:
    """Count the roles whose name stands in a value of their kind and of no other."""
    texts = [" ".join(kind) for kind in order]
    hits = ([spec.role.casefold() in text for text in texts] for spec in specs)
    return sum(found[place] and sum(found) == 1 for place, found in enumerate(hits))


def _ranks(images: _Images, kinds: Kinds) -> Mapping[Kind, float]:
    """Return the mean place of each kind in the order of acquisition; equal where the times do not tell."""
    places: dict[Kind, list[int]] = defaultdict(list)
    for members in images.sets:
        at = {number: acquisition(images.headers[number]).at or _LATEST for number in members}
        for number in members:
            places[kinds[number]].append(sum(other < at[number] for other in at.values()))
    return {kind: sum(found) / len(found) for kind, found in places.items()}


def _concordance(order: Sequence[Kind], ranks: Mapping[Kind, float]) -> int:
    """Count the pairs of kinds that were acquired in the order of their roles."""
    return sum(ranks[one] < ranks[two] for place, one in enumerate(order) for two in order[place + 1 :])


def _rules(
    images: _Images, kinds: Kinds, roles: Mapping[Kind, InputSpec], table: Sequence[Attribute]
) -> tuple[InputRule, ...]:
    """Return the inputs with what is constant in every role and not the same in all of them.

    Attributes that matter for comparing come first; those that only name
    things are taken where the others do not tell the roles apart.
    """
    headers: dict[str, list[Header]] = {spec.role: [] for spec in roles.values()}
    for number, header in enumerate(images.headers):
        headers[roles[kinds[number]].role].append(header)
    match: dict[str, tuple[MatchRule, ...]] = dict.fromkeys(headers, ())
    for attribute in sorted(table, key=lambda one: not one.required):
        if not attribute.required and _are_apart(headers, match):
            break
        learnt = {role: rule_for(own, attribute) for role, own in headers.items()}
        if len({rule and rule.condition for rule in learnt.values()}) > 1:
            match = {
                role: (*match[role], *([replace(rule, required=True)] if rule else [])) for role, rule in learnt.items()
            }
    return tuple(replace(input_rule(spec), match=match[spec.role]) for spec in roles.values())


def _are_apart(headers: Mapping[str, Sequence[Header]], match: Mapping[str, Sequence[MatchRule]]) -> bool:
    """Whether the rules of every role exclude the images of all others."""
    return not any(
        compare_rules(header, match[role]).admitted
        for role in match
        for other, own in headers.items()
        if other != role
        for header in own
    )


def _ambiguous(info: PhantomInfo) -> UsageError:
    return UsageError(
        "roles_ambiguous",
        N_("the headers do not tell which images are for which of {roles}"),
        advice=N_("name the roles in SeriesDescription, or write the inputs of the profile by hand"),
        roles=", ".join(spec.role for spec in info.inputs),
    )
