# SPDX-License-Identifier: LGPL-3.0-or-later
"""Header × profiles -> which profile, which role, and why: line by line, never a guess."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from math import isclose, isfinite
from statistics import median

from optimage.messages import N_, Message
from optimage.model.images import Header, HeaderValue, Scalar
from optimage.model.profile import (
    RECORDED_METHOD,
    Between,
    Condition,
    Equals,
    InputRule,
    Matches,
    MatchRule,
    Near,
    Profile,
    ProfileRevision,
    RecordRule,
)
from optimage.model.results import Failure, Measurement

LONGEST_TEXT = 128  # characters of an attribute that a regular expression looks at, so that no header can stall it
SAME_NUMBER = 1e-6  # relative; attributes of VR FL carry 24 bits, so 0.1 comes as 0.10000000149


class LineState(StrEnum):
    """Outcome of one line, and of a whole comparison."""

    MATCH = "match"
    COMPARABLE = "comparable"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """One attribute against one rule.

    `found` is None where the attribute is absent and empty where it is empty;
    `reason` is None where the line matches.
    """

    keyword: str
    expected: str
    found: str | None
    state: LineState
    reason: Message | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A header against a list of rules, line by line.

    Attributes
    ----------
    lines : tuple of LineOutcome
        In the order of the rules.
    score : float
        Share of the rules that are not required and match, 0 to 1; 1 where
        every rule is required.
    matched : int
        How many rules that are not required match.
    """

    lines: tuple[LineOutcome, ...]
    score: float
    matched: int

    @property
    def admitted(self) -> bool:
        """Whether every required rule matches."""
        return self.state is not LineState.NOT_COMPARABLE

    @property
    def state(self) -> LineState:
        """The worst line: match, comparable with a reason, or not comparable."""
        states = {line.state for line in self.lines}
        order = (LineState.NOT_COMPARABLE, LineState.COMPARABLE)
        return next((state for state in order if state in states), LineState.MATCH)

    @property
    def reasons(self) -> tuple[Message, ...]:
        """Why lines do not match, those that exclude first."""
        excluding = [line.reason for line in self.lines if line.reason and line.state is LineState.NOT_COMPARABLE]
        return (*excluding, *(line.reason for line in self.lines if line.reason and line.state is LineState.COMPARABLE))


@dataclass(frozen=True, slots=True)
class Match:
    """The one profile that fits best, and the role of the image in it."""

    revision: ProfileRevision
    role: str
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why one profile does not take the image."""

    revision: ProfileRevision
    comparison: Comparison
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class NoMatch:
    """No profile takes the image; the nearest comes first."""

    rejections: tuple[Rejection, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """Several profiles fit equally well; a person has to decide."""

    revisions: tuple[ProfileRevision, ...]


@dataclass(frozen=True, slots=True)
class Takers:
    """The profiles that take an image, each with its role; `obstacle` where none of those that want it alone does."""

    matches: tuple[Match, ...]
    obstacle: NoMatch | Tie | None = None

    @property
    def waits(self) -> bool:
        """Whether a person has to settle it: nobody takes the image, or several want it alone."""
        return isinstance(self.obstacle, Tie) or not self.matches


def compare(header: Header, profile: Profile) -> Comparison:
    """Compare the `[match]` rules of `profile` with a header."""
    return compare_rules(header, profile.match)


def compare_rules(header: Header, rules: Sequence[MatchRule]) -> Comparison:
    """Compare a header with `rules`, line by line."""
    lines = tuple(_line(header, rule) for rule in rules)
    hits = [line.state is LineState.MATCH for line, rule in zip(lines, rules, strict=True) if not rule.required]
    return Comparison(lines, sum(hits) / len(hits) if hits else 1.0, sum(hits))


def best_match(header: Header, revisions: Iterable[ProfileRevision]) -> Match | NoMatch | Tie:
    """Find the profile that fits a header best.

    Of the profiles whose required rules all match and that have a role for
    the image, the higher share of matching other rules wins; of equal shares
    the one with more matching rules, because it is more specific. Profiles
    equal in both are a tie. The role is the first whose rules match.
    """
    found: list[Match] = []
    rejected: list[Rejection] = []
    for revision in revisions:
        comparison = compare(header, revision.profile)
        role = role_of(header, revision.profile)
        if comparison.admitted and role is not None:
            found.append(Match(revision, role, comparison))
        else:
            reasons = comparison.reasons if not comparison.admitted else (_no_role(header, revision.profile),)
            rejected.append(Rejection(revision, comparison, reasons))
    if not found:
        return NoMatch(tuple(sorted(rejected, key=_distance)))
    best = max(_rank(match) for match in found)
    winners = [match for match in found if _rank(match) == best]
    return winners[0] if len(winners) == 1 else Tie(tuple(match.revision for match in winners))


def takers(header: Header, revisions: Sequence[ProfileRevision]) -> Takers:
    """Find every profile that takes an image.

    Profiles that say `beside` each take it as soon as they admit it; of the
    others the best one does, by the rules of `best_match`.
    """
    beside = [best_match(header, (revision,)) for revision in revisions if revision.profile.beside]
    also = tuple(match for match in beside if isinstance(match, Match))
    best = best_match(header, [revision for revision in revisions if not revision.profile.beside])
    if isinstance(best, Match):
        return Takers((best, *also))
    if isinstance(best, NoMatch) and beside:
        best = NoMatch(tuple(sorted((*best.rejections, *_rejected(beside)), key=_distance)))
    return Takers(also, best)


def role_of(header: Header, profile: Profile) -> str | None:
    """Return the first input role whose rules admit the image, None if none does."""
    return next((rule.role for rule in profile.inputs if compare_rules(header, rule.match).admitted), None)


def group_key(header: Header, rule: InputRule) -> str:
    """Return what images of one measurement set have in common, as readable JSON.

    Absent and empty attributes give null: images without them belong together.
    """
    shared = {keyword: _shown(header.get(keyword)) or None for keyword in rule.same}
    return json.dumps(shared, sort_keys=True, ensure_ascii=False)


def recorded(
    headers: Sequence[Header], rules: Iterable[RecordRule]
) -> tuple[tuple[Measurement, ...], tuple[Failure, ...]]:
    """Read the attributes that a profile records like measurements.

    The key is the DICOM keyword. Several headers give their median; of a
    multi-valued attribute the first value counts. An attribute without any
    number in `headers` is a failure.
    """
    measurements, failures = [], []
    for rule in rules:
        found = (_number(_components(header.get(rule.keyword))[0]) for header in headers)
        numbers = [number for number in found if number is not None]
        if numbers:
            measurements.append(Measurement(rule.keyword, median(numbers), rule.unit, method=RECORDED_METHOD))
        else:
            failures.append(_unrecorded(rule.keyword))
    return tuple(measurements), tuple(failures)


def expected_text(condition: Condition) -> str:
    """Return what a condition asks for, in signs that need no translation."""
    match condition:
        case Near(value, within):
            return f"{_digits(value)} ± {_digits(within)}"
        case Between(low, high):
            return f"{_digits(low)} … {_digits(high)}"
        case Matches(pattern):
            return f"/{pattern}/"
        case Equals(values):
            return " | ".join(_shown(value) for value in values)


def _line(header: Header, rule: MatchRule) -> LineOutcome:
    expected = expected_text(rule.condition)
    found = _shown(header[rule.keyword]) if rule.keyword in header else None
    if found is not None and _fits(header[rule.keyword], rule.condition):
        return LineOutcome(rule.keyword, expected, found, LineState.MATCH)
    state = LineState.NOT_COMPARABLE if rule.required else LineState.COMPARABLE
    return LineOutcome(rule.keyword, expected, found, state, _reason(rule.keyword, expected, found))


def _reason(keyword: str, expected: str, found: str | None) -> Message:
    if found is None:
        return Message(N_("{keyword} is absent, expected {expected}"), {"keyword": keyword, "expected": expected})
    if not found:
        return Message(N_("{keyword} is empty, expected {expected}"), {"keyword": keyword, "expected": expected})
    template = N_("{keyword} is {found}, expected {expected}")
    return Message(template, {"keyword": keyword, "expected": expected, "found": found})


def _fits(value: HeaderValue, condition: Condition) -> bool:
    match condition:
        case Near(wanted, within):
            return _all_within(value, wanted - within, wanted + within)
        case Between(low, high):
            return _all_within(value, low, high)
        case Matches(pattern):
            return _compiled(pattern).search(_shown(value)[:LONGEST_TEXT]) is not None
        case Equals(values):
            return _equals(value, values)


def _equals(value: HeaderValue, wanted: tuple[str | float, ...]) -> bool:
    """One of `wanted` is the whole value; or, of several components, all `wanted` are among them."""
    components = _components(value)
    if len(components) == 1:
        return any(_same(components[0], one) for one in wanted)
    if any(_same(_shown(value), one) for one in wanted):
        return True
    return all(any(_same(component, one) for component in components) for one in wanted)


def _same(found: Scalar, wanted: Scalar) -> bool:
    """Texts as texts, so that serial number 007 is not 7; as numbers as soon as one of both is a number."""
    if isinstance(found, str) and isinstance(wanted, str):
        return found.strip().casefold() == wanted.strip().casefold()
    numbers = _number(found), _number(wanted)
    return None not in numbers and isclose(*numbers, rel_tol=SAME_NUMBER)  # type: ignore[arg-type]


def _all_within(value: HeaderValue, low: float, high: float) -> bool:
    slack = SAME_NUMBER * max(abs(low), abs(high))
    numbers = [_number(component) for component in _components(value)]
    return all(number is not None and low - slack <= number <= high + slack for number in numbers)


def _components(value: HeaderValue | None) -> tuple[Scalar, ...]:
    if isinstance(value, tuple):
        return value or ("",)
    return ("",) if value is None else (value,)


def _number(value: Scalar) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if isfinite(number) else None


def _shown(value: HeaderValue | None) -> str:
    return "\\".join(_digits(part) if isinstance(part, float) else str(part).strip() for part in _components(value))


def _digits(number: float) -> str:
    return f"{number:.10g}"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _rejected(found: Iterable[Match | NoMatch | Tie]) -> Iterator[Rejection]:
    for one in found:
        if isinstance(one, NoMatch):
            yield from one.rejections


def _rank(match: Match) -> tuple[float, int]:
    return match.comparison.score, match.comparison.matched


def _distance(rejection: Rejection) -> tuple[int, float]:
    excluding = sum(line.state is LineState.NOT_COMPARABLE for line in rejection.comparison.lines)
    return excluding, -rejection.comparison.score


def _no_role(header: Header, profile: Profile) -> Message:
    reasons = [reason for rule in profile.inputs for reason in compare_rules(header, rule.match).reasons]
    if reasons:
        return reasons[0]
    return Message(N_("the profile {profile} has no input for this image"), {"profile": profile.id})


def _unrecorded(keyword: str) -> Failure:
    values: Mapping[str, str] = {"keyword": keyword}
    message = Message(N_("the recorded DICOM attribute {keyword} is absent, empty or no number"), values)
    advice = Message(N_("remove {keyword} from the profile or export the image with its full header"), values)
    return Failure(f"record_{keyword}", "missing_attribute", message, advice)
