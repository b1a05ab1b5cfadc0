# SPDX-License-Identifier: LGPL-3.0-or-later
"""From the results of a trend to a baseline that a person freezes, with what speaks against it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice
from math import isfinite

from optimage.errors import UsageError
from optimage.messages import N_, Message
from optimage.model.baseline import Baseline
from optimage.model.control import ControlLines, Phase, TrendKey, TrendPoint
from optimage.model.control_rule import ControlRule
from optimage.spc.distribution import Distribution, distribution
from optimage.spc.limits import Lacking, lines_from, needed
from optimage.spc.mixture import STRONG, Mixture, mixture, separating
from optimage.spc.repeats import carriers
from optimage.spc.trend import ordered
from optimage.store.engine import Store
from optimage.workflow.control import controls_of

FAILED, REPEATED, NO_NUMBER = (
    N_("outside its limits, and nobody accepted it"),
    N_("repeated on that day"),
    N_("no number"),
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A baseline that is not stored yet, its points, and what a person should know before it is."""

    baseline: Baseline
    points: tuple[TrendPoint, ...]
    remarks: tuple[Message, ...] = ()


def propose(
    store: Store,
    trend: TrendKey,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    most: int | None = None,
) -> Proposal:
    """Return the baseline that the results of a trend give.

    Parameters
    ----------
    store : Store
        Where the results are.
    trend : TrendKey
        What it shall be the baseline of.
    since, until : datetime, optional
        Acquisition of the first and the last result that may carry it; by
        default from the last border or baseline on, to the end.
    most : int, optional
        How many results carry it, the earliest first; by default as many as
        the profile says make full lines.

    Raises
    ------
    UsageError
        `too_few_results`; `no_scatter` where all values are equal; `no_logarithm`
        where one is not positive and the profile asks for logarithms.
    """
    points = ordered(store.results.points(trend))
    control = controls_of(store, trend.profile_id).of(trend, points)
    starts = (*control.borders, *(baseline.valid_from for baseline in control.baselines))
    begin = since or max(starts, default=None)
    given = [p for p in points if (begin is None or p.at >= begin) and (until is None or p.at <= until)]
    full, least = needed(control.rule)
    base = tuple(islice(carriers(given, control.rule.repeats), most or full))
    lines = _lines(base, control.rule, least, trend.key)
    shape = distribution([point.value for point in base])
    two = mixture([point.value for point in base])
    between = [point for point in given if base[0].at <= point.at <= base[-1].at]
    carrying = {point.result_id for point in base}
    baseline = Baseline(
        trend=trend,
        lines=lines,
        result_ids=tuple(point.result_id for point in base),
        valid_from=base[0].at,
        until=base[-1].at,
        unit=base[0].unit,
        operator="",
        at=datetime.now(UTC),
        reason="",
        excluded={str(p.result_id): _why_not(p) for p in between if p.result_id not in carrying},
        checks=_checks(shape, two),
    )
    return Proposal(baseline, base, (*_remarks(lines, full, shape), *_two_populations(store, base, two)))


def freeze(store: Store, proposal: Proposal, *, operator: str, reason: str) -> Baseline:
    """Store a proposed baseline; UsageError of the store where it cannot be."""
    return store.baselines.freeze(
        replace(proposal.baseline, operator=operator, reason=reason.strip(), at=datetime.now(UTC))
    )


def _lines(base: Sequence[TrendPoint], rule: ControlRule, least: int, key: str) -> ControlLines:
    found = lines_from([point.value for point in base], rule, least=least)
    if isinstance(found, ControlLines):
        return found
    if found is Lacking.POINTS:
        raise UsageError(
            "too_few_results",
            N_("{key} has {found} results that can carry a baseline, {needed} are needed"),
            advice=N_("measure more, choose a longer period, or accept results that were outside their limits"),
            key=key,
            found=len(base),
            needed=least,
        )
    if found is Lacking.SIGN:
        raise UsageError(
            "no_logarithm",
            N_("{key} has values that are not positive, which have no logarithm"),
            advice=N_('choose another spread for it in [control.keys], such as "quantiles"'),
            key=key,
        )
    raise UsageError(
        "no_scatter",
        N_("all values of {key} are equal, so nothing tells how far it may scatter"),
        advice=N_('choose spread = "steps" for it in [control.keys], or leave it to its tolerance'),
        key=key,
    )


def _why_not(point: TrendPoint) -> str:
    """Return why a point does not carry the baseline: in a person's words, else in ours."""
    if not point.counts:
        return point.reason
    if not isfinite(point.value):
        return NO_NUMBER
    return REPEATED if point.accepted or point.judgement.verdict != "fail" else FAILED


def _checks(shape: Distribution, two: Mixture | None) -> Mapping[str, float]:
    checks = {
        "shapiro_p": shape.shapiro_p,
        "anderson_darling": shape.anderson,
        "skewness": shape.skewness,
        "excess_kurtosis": shape.excess_kurtosis,
        "autocorrelation": shape.autocorrelation,
    }
    return checks | ({"mixture_delta_bic": two.delta_bic} if two else {})


def _remarks(lines: ControlLines, full: int, shape: Distribution) -> Iterator[Message]:
    if lines.phase is Phase.PROVISIONAL:
        yield Message(
            N_("{n} results carry it; with {full} it would no longer be provisional"), {"n": lines.n, "full": full}
        )
    if not shape.is_normal:
        template = N_(
            "the values are not normally distributed (Shapiro-Wilk p = {p:.3f}, skewness {skew:.1f}): false alarms will"
            ' be more frequent; spread = "log" or "quantiles" in [control.keys] may fit better'
        )
        yield Message(template, {"p": shape.shapiro_p, "skew": shape.skewness})
    if not shape.is_independent:
        template = N_(
            "each value resembles the one before (correlation {r:.2f}, chance gives up to {bound:.2f}): lines lie too"
            " close, and alarms will come too often"
        )
        yield Message(template, {"r": shape.autocorrelation, "bound": shape.autocorrelation_bound})


def _two_populations(store: Store, base: Sequence[TrendPoint], two: Mixture | None) -> Iterator[Message]:
    if two is None or two.delta_bic <= STRONG:
        return
    template = N_(
        "these look like two populations, about {first:.4g} and {second:.4g}: lines over both are too wide to warn"
    )
    yield Message(template, {"first": two.means[0], "second": two.means[1]})
    told = separating(_attributes(store, base), two.members)
    if told:
        names = {"attributes": ", ".join(told)}
        yield Message(N_("what tells them apart: {attributes}; a profile for each would keep them apart"), names)


def _attributes(store: Store, base: Sequence[TrendPoint]) -> dict[str, list[str | float]]:
    """Return the DICOM attributes of results by keyword, those that every result has."""
    found = store.results.attributes(point.result_id for point in base)
    each = [found.get(point.result_id, {}) for point in base]
    shared = set(each[0]).intersection(*each[1:]) if each else set()
    return {keyword: [_number_or_text(one[keyword]) for one in each] for keyword in sorted(shared)}


def _number_or_text(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text
