# SPDX-License-Identifier: LGPL-3.0-or-later
"""What the values of a period say in numbers; where statistics began anew, each stretch for itself."""

from collections.abc import Iterator, Sequence
from math import fsum, isfinite, sqrt

from optimage.charts.history import Segment
from optimage.document.block import Need, ReportBlock, Scope
from optimage.document.parts import Align, Cell, Column, Paragraph, Part, Table, Tone
from optimage.document.period import PeriodContext, TrendView
from optimage.document.words import NOTHING, unit_text
from optimage.i18n import _, localised
from optimage.messages import N_
from optimage.model.control import ControlLines, TrendPoint
from optimage.model.tolerance import Limits, Verdict
from optimage.report.period.figures import figure
from optimage.report.period.groups import KEYS, groups, most, nothing, section
from optimage.report.period.words import day_of
from optimage.spc.capability import GOOD, capability

OUTSIDE = (Verdict.WARNING, Verdict.FAIL)


def statistics(context: PeriodContext, *, keys: tuple[str, ...], most: int) -> Iterator[Part]:
    """Tell number, mean, scatter, extremes and fit of the values of each measurement."""
    found = list(groups(context, keys, most))
    if not found:
        yield from nothing(_("Statistics"))
        return
    for name, views in found:
        yield section(_("Statistics"), name)
        yield Table(_columns(), tuple(row for view in views for row in _rows(context, view)))
    yield Paragraph(
        _(
            "Of values that count. Outside: of limits / of control lines. Ppk: distance of the mean from the nearer"
            " limit over three standard deviations of these values; at least {good} where they fit well."
        ).format(good=localised(f"{GOOD:.2f}")),
        Tone.QUIET,
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Measurement"), 0.29),
        Column(_("n"), 0.06, Align.NUMBER),
        Column(_("Mean"), 0.11, Align.NUMBER),
        Column(_("2 SD"), 0.1, Align.NUMBER),
        Column(_("Minimum"), 0.115, Align.NUMBER),
        Column(_("Maximum"), 0.115, Align.NUMBER),
        Column(_("Outside"), 0.11, Align.NUMBER),
        Column(_("Ppk"), 0.1, Align.NUMBER),
    )


def _rows(context: PeriodContext, view: TrendView) -> Iterator[tuple[Cell, ...]]:
    segments = [segment for segment in view.history.segments if segment.points]
    for segment in segments:
        begun = _("from {day}").format(day=day_of(context, segment.points[0].at)) if segment is not segments[0] else ""
        reaches = _reaches(context, view) if segment is segments[-1] else ""
        yield _row(view, segment, begun, reaches)


def _row(view: TrendView, segment: Segment, begun: str, reaches: str) -> tuple[Cell, ...]:
    counted = [point for point in segment.points if point.counts]
    values, unit = [point.value for point in counted], view.unit
    mean = fsum(values) / len(values) if values else None
    spread = _twice_sd(values, mean)
    title = " ".join(part for part in (f"{view.title},", unit_text(unit)) if part) if unit_text(unit) else view.title
    return (
        Cell(title, more=begun, below=reaches),
        Cell(str(len(values)), value=len(values)),
        figure(mean, unit),
        figure(spread, unit),
        figure(min(values, default=None), unit),
        figure(max(values, default=None), unit),
        Cell(_outside(counted, segment.lines)),
        _fit(mean, spread, len(values), _limits(segment.points)),
    )


def _twice_sd(values: Sequence[float], mean: float | None) -> float | None:
    if mean is None or len(values) < 2:
        return None
    return 2 * sqrt(fsum((value - mean) ** 2 for value in values) / (len(values) - 1))


def _outside(points: Sequence[TrendPoint], lines: ControlLines | None) -> str:
    beyond_limits = sum(point.judgement.verdict in OUTSIDE for point in points)
    if lines is None:
        return f"{beyond_limits} / {NOTHING}"
    return f"{beyond_limits} / {sum(not lines.lcl <= point.value <= lines.ucl for point in points)}"


def _limits(points: Sequence[TrendPoint]) -> Limits | None:
    return next((point.judgement.limits for point in reversed(points) if point.judgement.limits), None)


def _fit(mean: float | None, twice_sd: float | None, n: int, limits: Limits | None) -> Cell:
    """Return how the values themselves fit into their tolerance: a drift counts, other than in the lines before it."""
    if mean is None or twice_sd is None or limits is None:
        return Cell(NOTHING)
    fit = capability(mean, twice_sd / 2, n, lower=limits.fail_low, upper=limits.fail_high)
    if fit is None or not isfinite(fit.cpk):
        return Cell(NOTHING)
    return Cell(localised(f"{fit.cpk:.2f}"), value=fit.cpk)


def _reaches(context: PeriodContext, view: TrendView) -> str:
    if view.reaches is None:
        return ""
    return _("reaches the limit about {day}").format(day=day_of(context, view.reaches))


BLOCK = ReportBlock(
    "statistics",
    N_("number, mean, scatter, extremes and fit of the values of the period"),
    frozenset({Scope.PERIOD}),
    statistics,
    (KEYS, most(0)),
    frozenset({Need.TRENDS}),
)
