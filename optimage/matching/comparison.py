# SPDX-License-Identifier: LGPL-3.0-or-later
"""A header against the rules of a profile, line by line, each with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from optimage.matching.conditions import expected_text, fits, shown
from optimage.messages import N_, Message
from optimage.model.images import Header
from optimage.model.profile import MatchRule, Profile


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


def compare(header: Header, profile: Profile) -> Comparison:
    """Compare the `[match]` rules of `profile` with a header."""
    return compare_rules(header, profile.match)


def compare_rules(header: Header, rules: Sequence[MatchRule]) -> Comparison:
    """Compare a header with `rules`, line by line."""
    lines = tuple(_line(header, rule) for rule in rules)
    hits = [line.state is LineState.MATCH for line, rule in zip(lines, rules, strict=True) if not rule.required]
    return Comparison(lines, sum(hits) / len(hits) if hits else 1.0, sum(hits))


def _line(header: Header, rule: MatchRule) -> LineOutcome:
    expected = expected_text(rule.condition)
    found = shown(header[rule.keyword]) if rule.keyword in header else None
    if found is not None and fits(header[rule.keyword], rule.condition):
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
