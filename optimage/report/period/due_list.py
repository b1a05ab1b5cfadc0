# SPDX-License-Identifier: LGPL-3.0-or-later
"""What is to be measured, and what is overdue."""

from collections.abc import Iterator, Sequence

from optimage.document.block import Need, ReportBlock, Scope, Setting
from optimage.document.parts import Cell, Column, Heading, Paragraph, Part, Table
from optimage.document.period import PeriodContext
from optimage.document.words import NOTHING, verdict_text
from optimage.i18n import _, local_date, ngettext
from optimage.messages import N_
from optimage.report.period.words import place
from optimage.schedule import SCHEDULES, Due, DueState

ALL, OPEN = "all", "open"
SIGNS = {DueState.OVERDUE: "✖", DueState.DUE: "▲", DueState.DONE: "✔"}


def due_list(context: PeriodContext, *, only: str) -> Iterator[Part]:
    """List what every profile with a schedule has to expect on each device, the most urgent first."""
    yield Heading(_("Due on {day}").format(day=local_date(context.now.astimezone(context.period.zone).date())))
    if not context.due:
        yield Paragraph(_("No profile has a schedule."))
        return
    shown = [one for one in context.due if only == ALL or one.state is not DueState.DONE]
    if shown:
        yield _table(shown)
    else:
        yield Paragraph(_("Nothing is due."))


def due_text(one: Due) -> str:
    """Return how a measurement stands, as sign and words."""
    if one.state is DueState.OVERDUE:
        late = ngettext("overdue for {count} day", "overdue for {count} days", one.days_over)
        return f"{SIGNS[one.state]} {late.format(count=one.days_over)}"
    return f"{SIGNS[one.state]} {_('due') if one.state is DueState.DUE else _('done')}"


def _table(shown: Sequence[Due]) -> Table:
    columns = (
        Column(_("State"), 0.2),
        Column(_("Due"), 0.16),
        Column(_("To be measured"), 0.31),
        Column(_("Schedule"), 0.16),
        Column(_("Measured last"), 0.17),
    )
    return Table(columns, tuple(map(_row, shown)))


def _row(one: Due) -> tuple[Cell, ...]:
    last = Cell(local_date(one.last.day), below=verdict_text(one.last.verdict)) if one.last else Cell(_("never"))
    return (
        Cell(due_text(one)),
        Cell(
            local_date(one.due), below=_("until {day}").format(day=local_date(one.until)) if one.until > one.due else ""
        ),
        Cell(place(one.title, one.device), below=one.site),
        Cell(_(SCHEDULES[one.schedule]) if one.schedule in SCHEDULES else one.schedule or NOTHING),
        last,
    )


BLOCK = ReportBlock(
    "due_list",
    N_("what is to be measured, and what is overdue, on the day of the report"),
    frozenset({Scope.PERIOD}),
    due_list,
    (Setting("only", str, ALL, N_("which tests: all, or those that are due or overdue"), (ALL, OPEN)),),
    frozenset({Need.DUE}),
)
