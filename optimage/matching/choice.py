# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which profile takes an image, in which role, and why the others do not; never a guess."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from optimage.matching.comparison import Comparison, LineState, compare, compare_rules
from optimage.messages import N_, Message
from optimage.model.images import Header
from optimage.model.profile import Profile, ProfileRevision


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
            reasons = comparison.reasons if not comparison.admitted else (no_role(header, revision.profile),)
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


def _rejected(found: Iterable[Match | NoMatch | Tie]) -> Iterator[Rejection]:
    for one in found:
        if isinstance(one, NoMatch):
            yield from one.rejections


def _rank(match: Match) -> tuple[float, int]:
    return match.comparison.score, match.comparison.matched


def _distance(rejection: Rejection) -> tuple[int, float]:
    excluding = sum(line.state is LineState.NOT_COMPARABLE for line in rejection.comparison.lines)
    return excluding, -rejection.comparison.score


def no_role(header: Header, profile: Profile) -> Message:
    """Return why no role of a profile takes an image."""
    reasons = [reason for rule in profile.inputs for reason in compare_rules(header, rule.match).reasons]
    if reasons:
        return reasons[0]
    return Message(N_("the profile {profile} has no input for this image"), {"profile": profile.id})
