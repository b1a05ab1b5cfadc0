# SPDX-License-Identifier: LGPL-3.0-or-later
"""Headers -> match rules for what is constant, record rules for what is there, remarks for what a person decides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from statistics import median_low

from optimage.messages import N_, Message
from optimage.model.images import Header, Scalar
from optimage.model.profile import Condition, Equals, MatchRule, Near, RecordRule
from optimage.profile_files.attributes import Attribute, AttributeTable
from optimage.workflow.learning.rounding import rounded

LONGEST_TEXT = 256  # characters; a longer one is no name of anything
SHOWN_TEXT = 64
SHOWN_VALUES = 5
MANUAL = "MANUAL"

Values = tuple[Scalar, ...]
VARIES = N_("{keyword}: {values} seen; decide")
SOMETIMES_ABSENT = N_("{keyword}: absent in {absent} of {count} images, else {values}; decide")
UNUSABLE = N_("{keyword}: {values} seen, not usable as a rule; decide")
MENTIONED = N_("{keyword}: {values} seen; no rule, so that a change does not end the trend")
ABSENT = N_("no rule for {keywords}: absent from these images")
NOT_MANUAL = N_("no rule for {keyword}: the exposure is not set by hand")
UNRECORDED = N_("{keyword}: no number in some of the acquisitions, so it is not recorded")


@dataclass(frozen=True, slots=True)
class Undecided:
    """What a person has to decide: the attribute or measurement, and what was seen."""

    subject: str
    remark: Message


@dataclass(frozen=True, slots=True)
class Learnt:
    """Rules, what is left to decide, and remarks that ask for nothing."""

    rules: tuple[MatchRule, ...] = ()
    undecided: tuple[Undecided, ...] = ()
    remarks: tuple[Message, ...] = ()

    def without(self, keywords: Collection[str]) -> "Learnt":
        """Return what is left where rules on `keywords` stand elsewhere, by the roles that they tell apart."""
        return replace(self, undecided=tuple(one for one in self.undecided if one.subject not in keywords))


def learn_rules(headers: Sequence[Header], table: AttributeTable) -> Learnt:
    """Return the rules that every header keeps.

    A number is constant where every value lies within the tolerance of
    their (lower) median, a text where all are equal, several values where all
    images have the same set.
    """
    rules: list[MatchRule] = []
    undecided: list[Undecided] = []
    remarks: list[Message] = []
    absent: list[str] = []
    for attribute in table.rules:
        keyword = attribute.keyword
        present = [values for header in headers if (values := _values(header, keyword))]
        if not present:
            absent += [keyword] if attribute.required else []
        elif attribute.manual_only and not _all_manual(headers):
            remarks.append(Message(NOT_MANUAL, {"keyword": keyword}))
        elif (rule := rule_for(headers, attribute)) is not None:
            rules.append(rule)
        else:
            undecided.append(Undecided(keyword, _seen(keyword, present, len(headers))))
    remarks += [_mention(headers, keyword) for keyword in table.mentioned if _any(headers, keyword)]
    remarks += [Message(ABSENT, {"keywords": ", ".join(absent)})] if absent else []
    return Learnt(tuple(rules), tuple(undecided), tuple(remarks))


def rule_for(headers: Sequence[Header], attribute: Attribute) -> MatchRule | None:
    """Return the rule on one attribute that every header keeps, None where there is none."""
    present = [values for header in headers if (values := _values(header, attribute.keyword))]
    if len(present) < len(headers) or (attribute.manual_only and not _all_manual(headers)):
        return None
    condition = _condition(present, attribute)
    return None if condition is None else MatchRule(attribute.keyword, condition, attribute.required)


def labels(headers: Sequence[Header], attribute: Attribute) -> list[str] | None:
    """Return a text for the value of each header, equal where values are; None where one has no value.

    A number is equal to the smallest one that it is no further from than the tolerance.
    """
    values = [_values(header, attribute.keyword) for header in headers]
    if not all(values):
        return None
    if not attribute.within or any(len(one) != 1 or not _numbers(one) for one in values):
        return [" ".join(sorted(map(str, _same(one)))) for one in values]
    centre = 0.0
    found: dict[float, str] = {}
    for number in sorted({_numbers(one)[0] for one in values}):
        within = attribute.within * abs(number) if attribute.relative else attribute.within
        centre = centre if found and number - centre <= within else number
        found[number] = f"{centre:.10g}"
    return [found[_numbers(one)[0]] for one in values]


def learn_records(
    sets: Sequence[Sequence[Header]], table: AttributeTable
) -> tuple[tuple[RecordRule, ...], tuple[Message, ...]]:
    """Return the attributes that have a number in every acquisition, and remarks on those that have one in some."""
    found = {
        rule: [any(_numbers(_values(header, rule.keyword)) for header in one) for one in sets]
        for rule in table.recorded
    }
    remarks = [Message(UNRECORDED, {"keyword": r.keyword}) for r, have in found.items() if any(have) and not all(have)]
    return tuple(rule for rule, have in found.items() if all(have)), tuple(remarks)


def _condition(present: Sequence[Values], attribute: Attribute) -> Condition | None:
    """Return what all values keep, None if there is no such thing."""
    numbers = [number for values in present for number in _numbers(values)]
    if attribute.within and len(numbers) == sum(map(len, present)):
        near = _near(numbers, attribute)
        if near is not None:
            return near
    if len({_same(values) for values in present}) > 1 or not all(map(_is_usable, present[0])):
        return None
    return Equals(tuple(v if isinstance(v, str) else float(v) for v in dict.fromkeys(present[0])))


def _near(numbers: Sequence[float], attribute: Attribute) -> Near | None:
    centre = rounded(median_low(numbers), 10)
    within = rounded(attribute.within * abs(centre), 3) if attribute.relative else attribute.within
    return Near(centre, within) if within and max(abs(number - centre) for number in numbers) <= within else None


def _values(header: Header, keyword: str) -> Values:
    """Return the values of an attribute without empty ones; nothing where it is absent or empty."""
    value = header.get(keyword, "")
    parts = value if isinstance(value, tuple) else (value,)
    return tuple(part.strip() if isinstance(part, str) else part for part in parts if str(part).strip())


def _numbers(values: Values) -> list[float]:
    return [float(value) for value in values if not isinstance(value, str) and _is_usable(value)]


def _is_usable(value: Scalar) -> bool:
    """Whether a rule can hold the value: a finite number, or a short text that UTF-8 can write."""
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and not any("\ud800" <= sign <= "\udfff" for sign in value)
    try:
        return isfinite(value)
    except OverflowError:
        return False


def _same(values: Values) -> frozenset[Scalar]:
    return frozenset(value.casefold() if isinstance(value, str) else value for value in values)


def _all_manual(headers: Sequence[Header]) -> bool:
    return all(_same(_values(header, "ExposureControlMode")) == {MANUAL.casefold()} for header in headers)


def _any(headers: Sequence[Header], keyword: str) -> bool:
    return any(_values(header, keyword) for header in headers)


def _mention(headers: Sequence[Header], keyword: str) -> Message:
    present = [values for header in headers if (values := _values(header, keyword))]
    return Message(MENTIONED, {"keyword": keyword, "values": _shown(present)})


def _seen(keyword: str, present: Sequence[Values], count: int) -> Message:
    seen = {"keyword": keyword, "values": _shown(present)}
    if len(present) < count:
        return Message(SOMETIMES_ABSENT, {**seen, "absent": count - len(present), "count": count})
    return Message(VARIES if len(set(present)) > 1 else UNUSABLE, seen)


def _shown(present: Sequence[Values]) -> str:
    texts = list(dict.fromkeys("\\".join(map(_text, values)) for values in present))
    return ", ".join(texts[:SHOWN_VALUES]) + (", …" if len(texts) > SHOWN_VALUES else "")


def _text(value: Scalar) -> str:
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return text if len(text) <= SHOWN_TEXT else text[:SHOWN_TEXT] + "…"
