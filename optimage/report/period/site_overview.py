# SPDX-License-Identifier: LGPL-3.0-or-later
"""Everything on one page: of each profile and device the last verdict, what is due, open alarms, where it is going."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optimage.document.block import Need, ReportBlock, Scope
from optimage.document.parts import Cell, Column, Heading, Paragraph, Part, Table, Tone
from optimage.document.period import Listed, PeriodContext, TrendView
from optimage.document.words import NOTHING, verdict_text
from optimage.i18n import _, local_date
from optimage.messages import N_
from optimage.report.period.alarms import is_open
from optimage.report.period.due_list import due_text
from optimage.report.period.measurement_list import count_text
from optimage.report.period.words import day_of, place
from optimage.schedule import Due, DueState
from optimage.spc.slope import SIGNIFICANT

RISING, FALLING, STEADY = "↗", "↘", "→"
URGENT = (DueState.OVERDUE, DueState.DUE, DueState.DONE)


@dataclass(frozen=True, slots=True)
class _Line:
    """What is known of a profile on a device."""

    site: str
    profile: str
    device: str
    due: Due | None
    results: tuple[Listed, ...]
    trends: tuple[TrendView, ...]
    open_alarms: int
    alarmed: tuple[str, ...] = ()


def site_overview(context: PeriodContext) -> Iterator[Part]:
    """Give each profile and device a line."""
    yield Heading(_("Overview"))
    lines = _lines(context)
    if not lines:
        yield Paragraph(_("Nothing was measured in this period, and nothing is due."))
        return
    current = [one for one in context.results if one.current]
    yield Paragraph(count_text(current) if current else _("Nothing was measured in this period."))
    columns = (
        Column(_("Measured"), 0.27),
        Column(_("Last in the period"), 0.16),
        Column(_("Due"), 0.2),
        Column(_("Open alarms"), 0.16),
        Column(_("Trend"), 0.21),
    )
    yield Table(columns, tuple(_row(context, line) for line in lines))
    yield Paragraph(
        _("Open: of the period, and nobody took note of it. ↗ ↘: values rise or fall more surely than by chance."),
        Tone.QUIET,
    )


def _lines(context: PeriodContext) -> Sequence[_Line]:
    due = {(one.profile_id, one.device): one for one in context.due}
    results = [one for one in context.results if one.current and not one.standing.rejected]
    pairs = [*due, *((one.profile_id, one.device) for one in results)]
    found = [_line(context, pair, due.get(pair), results) for pair in dict.fromkeys(pairs)]
    return sorted(found, key=lambda line: (line.site, _urgency(line), line.profile, line.device))


def _line(context: PeriodContext, pair: tuple[str, str], due: Due | None, results: Sequence[Listed]) -> _Line:
    signals = [one for one in context.alarms if (one.profile_id, one.device) == pair and is_open(one)]
    failed = [one for one in context.failures if (one.profile_id, one.device) == pair and is_open(one)]
    own = tuple(one for one in results if (one.profile_id, one.device) == pair)
    return _Line(
        site=due.site if due else own[0].site,
        profile=due.title if due else own[0].profile,
        device=pair[1],
        due=due,
        results=own,
        trends=tuple(view for view in context.trends if (view.profile_id, view.device) == pair),
        open_alarms=len(signals) + len(failed),
        alarmed=tuple(dict.fromkeys((*(title for one in failed for title in one.titles), *(s.title for s in signals)))),
    )


def _urgency(line: _Line) -> int:
    return URGENT.index(line.due.state) if line.due else len(URGENT)


def _row(context: PeriodContext, line: _Line) -> tuple[Cell, ...]:
    last = line.results[-1] if line.results else None
    return (
        Cell(place(line.profile, line.device), below=line.site),
        Cell(verdict_text(last.verdict), below=day_of(context, last.at)) if last else Cell(NOTHING),
        Cell(due_text(line.due), below=local_date(line.due.due)) if line.due else Cell(NOTHING),
        Cell(str(line.open_alarms), below=", ".join(line.alarmed), value=line.open_alarms),
        _trend(context, line.trends),
    )


def _trend(context: PeriodContext, views: Sequence[TrendView]) -> Cell:
    """Return what reaches its limit first, else what moves, else that nothing does."""
    if reaching := [view for view in views if view.reaches is not None]:
        first = min(reaching, key=lambda view: view.reaches or context.now)
        told = _("reaches the limit about {day}").format(day=day_of(context, first.reaches))
        return Cell(f"{_arrow(first)} {first.title}", more=told)
    moving = [f"{_arrow(view)} {view.title}" for view in views if _arrow(view) != STEADY]
    return Cell("; ".join(moving) or (f"{STEADY} {_('no lasting trend')}" if views else NOTHING))


def _arrow(view: TrendView) -> str:
    if view.slope is None or not view.slope.p <= SIGNIFICANT or not view.slope.per_year:
        return STEADY
    return RISING if view.slope.per_year > 0 else FALLING


BLOCK = ReportBlock(
    "site_overview",
    N_("of each profile and device the last verdict, what is due, open alarms and the trend"),
    frozenset({Scope.PERIOD}),
    site_overview,
    (),
    frozenset({Need.RESULTS, Need.DUE, Need.TRENDS, Need.ALARMS}),
)
