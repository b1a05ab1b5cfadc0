# SPDX-License-Identifier: LGPL-3.0-or-later
"""The values of a period by date, their mean and scatter at the foot."""

from collections.abc import Iterator, Mapping, Sequence

from optimage.document.block import Need, ReportBlock, Scope
from optimage.document.parts import Align, Cell, Column, Paragraph, Part, Table, Tone
from optimage.document.period import PeriodContext, TrendView
from optimage.document.words import number, unit_text
from optimage.i18n import _, ngettext
from optimage.messages import N_
from optimage.model.control import TrendPoint
from optimage.model.tolerance import Verdict
from optimage.report.period.figures import figure
from optimage.report.period.groups import KEYS, groups, most, nothing, section
from optimage.report.period.words import day_of

SIDE_BY_SIDE = 5
DATE, VERDICT, WIDEST = 0.14, 0.16, 0.2  # shares of the width
WORST = (Verdict.FAIL, Verdict.WARNING, Verdict.PASS, Verdict.NOT_JUDGED)
Row = tuple[Cell, ...]


def value_table(context: PeriodContext, *, keys: tuple[str, ...], most: int) -> Iterator[Part]:
    """List the values of each profile and device by date, a few measurements side by side."""
    found = list(groups(context, keys, most))
    if not found:
        yield from nothing(_("Values"))
    for name, views in found:
        yield section(_("Values"), name)
        for start in range(0, len(views), SIDE_BY_SIDE):
            yield _table(context, views[start : start + SIDE_BY_SIDE])
        yield from _notes([point for view in views for point in view.history.points])


def _notes(points: Sequence[TrendPoint]) -> Iterator[Part]:
    """Say what brackets mean where there are some, and how much was not measured here."""
    if any(not point.counts for point in points):
        yield Paragraph(_("Values in brackets do not count: the result was rejected or excluded."), Tone.QUIET)
    if imported := sum(point.imported for point in points):
        text = ngettext("{n} value was imported from a file.", "{n} values were imported from a file.", imported)
        yield Paragraph(text.format(n=imported), Tone.QUIET)


def _table(context: PeriodContext, views: Sequence[TrendView]) -> Table:
    width = min(WIDEST, (1 - DATE - VERDICT) / len(views))
    columns = (
        Column(_("Acquired"), DATE),
        *(Column(_headed(view), width, Align.NUMBER) for view in views),
        Column(_("Verdict"), VERDICT),
    )
    by_result = [{point.result_id: point for point in view.history.points} for view in views]
    ordered = sorted({(point.at, number) for found in by_result for number, point in found.items()})
    rows = [_row(day_of(context, at), views, [found.get(number) for found in by_result]) for at, number in ordered]
    return Table(columns, (*rows, *_foot(views)))


def _headed(view: TrendView) -> str:
    unit = unit_text(view.unit)
    return f"{view.title} ({unit})" if unit else view.title


def _row(date: str, views: Sequence[TrendView], points: Sequence[TrendPoint | None]) -> Row:
    verdicts = {point.judgement.verdict for point in points if point}
    worst = next((one for one in WORST if one in verdicts), Verdict.NOT_MEASURED)
    return (Cell(date), *(_cell(view, point) for view, point in zip(views, points, strict=True)), Cell(verdict=worst))


def _cell(view: TrendView, point: TrendPoint | None) -> Cell:
    if point is None:
        return Cell()
    text = number(point.value, view.unit)
    return Cell(text if point.counts else f"({text})", value=point.value, unit=view.unit)


def _foot(views: Sequence[TrendView]) -> Iterator[Row]:
    figures: Mapping[str, list[float]] = {
        _("Mean"): [view.mean for view in views],
        _("2 SD"): [2 * view.sd for view in views],
    }
    for label, values in figures.items():
        pairs = zip(views, values, strict=True)
        yield (Cell(label), *(figure(value, view.unit) for view, value in pairs), Cell())
    yield (Cell(_("n")), *(Cell(str(view.n), value=view.n) for view in views), Cell())


BLOCK = ReportBlock(
    "value_table",
    N_("the values of the period by date, with mean and two standard deviations"),
    frozenset({Scope.PERIOD}),
    value_table,
    (KEYS, most(0)),
    frozenset({Need.TRENDS}),
)
