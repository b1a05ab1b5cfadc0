# SPDX-License-Identifier: LGPL-3.0-or-later
"""The measurements of a period, one a line."""

from collections import Counter
from collections.abc import Iterator, Sequence

from optimage.document.block import Need, ReportBlock, Scope, Setting
from optimage.document.parts import Cell, Column, Heading, Paragraph, Part, Table, Tone
from optimage.document.period import Listed, PeriodContext
from optimage.document.words import NOTHING, SIGNS, WORDS
from optimage.i18n import _, labelled, ngettext
from optimage.messages import N_
from optimage.model.tolerance import Verdict
from optimage.report.period.words import clock_of, day_of, place, standing_text

ALL, OUTSIDE = "all", "outside"
NOT_GOOD = (Verdict.WARNING, Verdict.FAIL, Verdict.NOT_MEASURED)


def measurement_list(context: PeriodContext, *, only: str, superseded: bool, rows: int) -> Iterator[Part]:
    """List what was measured, on what, when, with which verdict, and what people said of it."""
    yield Heading(_("Measurements"))
    listed = [one for one in context.results if one.current or superseded]
    if not listed:
        yield Paragraph(_("Nothing was measured in this period."))
        return
    yield Paragraph(count_text(listed))
    wanted = [one for one in listed if only == ALL or one.verdict in NOT_GOOD or not one.standing.counts]
    if wanted:
        yield _table(context, wanted[:rows])
    yield from _left_out(len(wanted) - rows, len(context.results) - len(listed))


def count_text(listed: Sequence[Listed]) -> str:
    """Return how many measurements there are, and how many of each verdict."""
    counts = Counter(one.verdict for one in listed if one.current)
    n = sum(counts.values())
    told = ngettext("{n} measurement", "{n} measurements", n).format(n=n)
    verdicts = ", ".join(f"{SIGNS[one]} {counts[one]} {_(WORDS[one])}" for one in Verdict if counts[one])
    return labelled(told, verdicts)


def _table(context: PeriodContext, listed: Sequence[Listed]) -> Table:
    columns = (
        Column(_("Acquired"), 0.13),
        Column(_("Measured"), 0.29),
        Column(_("Verdict"), 0.155),
        Column(_("Outside limits"), 0.255),
        Column(_("Remarks"), 0.17),
    )
    return Table(columns, tuple(_row(context, one) for one in listed))


def _row(context: PeriodContext, one: Listed) -> tuple[Cell, ...]:
    failed = f"{SIGNS[Verdict.FAIL]} {', '.join(one.failed)}" if one.failed else ""
    warned = f"{SIGNS[Verdict.WARNING]} {', '.join(one.warned)}" if one.warned else ""
    first, second = (failed, warned) if failed else (warned, "")
    return (
        Cell(day_of(context, one.at), below=clock_of(context, one.at) if one.at else ""),
        Cell(place(one.profile, one.device), below=_by(one)),
        Cell(verdict=one.verdict),
        Cell(first or NOTHING, more=second),
        Cell(standing_text(one.standing, current=one.current), more=", ".join(_signed(one))),
    )


def _by(one: Listed) -> str:
    number = _("result {number}").format(number=one.result_id)
    return ", ".join(part for part in (number, one.operator) if part)


def _signed(one: Listed) -> Iterator[str]:
    for signed in one.signatures:
        yield _("signed by {name}").format(name=signed.signature.name)


def _left_out(more: int, superseded: int) -> Iterator[Part]:
    if more > 0:
        text = ngettext("{n} more measurement is not listed.", "{n} more measurements are not listed.", more)
        yield Paragraph(text.format(n=more), Tone.QUIET)
    if superseded > 0:
        text = ngettext("{n} superseded result is not listed.", "{n} superseded results are not listed.", superseded)
        yield Paragraph(text.format(n=superseded), Tone.QUIET)


BLOCK = ReportBlock(
    "measurement_list",
    N_("what was measured, on what, when, with which verdict"),
    frozenset({Scope.PERIOD}),
    measurement_list,
    (
        Setting("only", str, ALL, N_("which measurements: all, or those outside their limits"), (ALL, OUTSIDE)),
        Setting("superseded", bool, False, N_("whether superseded results are listed, too")),
        Setting("rows", int, 1000, N_("measurements listed at most"), minimum=1),
    ),
    frozenset({Need.RESULTS}),
)
