# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which tests were done in a period, how often, and how they ended."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from optimage.document.block import Need, ReportBlock, Scope
from optimage.document.parts import Align, Cell, Column, Heading, Paragraph, Part, Table, Tone
from optimage.document.period import Listed, PeriodContext
from optimage.document.words import NOTHING, WORDS, verdict_text
from optimage.i18n import _
from optimage.messages import N_
from optimage.model.tolerance import Verdict
from optimage.report.period.words import day_of, place
from optimage.schedule import SCHEDULES

COUNTED = (Verdict.PASS, Verdict.WARNING, Verdict.FAIL)


def done_list(context: PeriodContext) -> Iterator[Part]:
    """Tell of each profile and device how often it was measured, how that ended, and when last."""
    yield Heading(_("Tests done"))
    places: defaultdict[tuple[str, str, str], list[Listed]] = defaultdict(list)
    for one in context.results:
        if one.current and one.verdict is not Verdict.NOT_MEASURED and not one.standing.rejected:
            places[one.site, one.profile, one.device].append(one)
    if not places:
        yield Paragraph(_("Nothing was measured in this period."))
        return
    rows = [_row(context, done) for _place, done in sorted(places.items())]
    columns = (
        Column(_("Measured"), 0.3),
        Column(_("Schedule"), 0.16),
        Column(_("Last"), 0.13),
        Column(_("Done"), 0.08, Align.NUMBER),
        *(Column(_(WORDS[verdict]), 0.11, Align.NUMBER) for verdict in COUNTED),
    )
    yield Table(columns, tuple(rows))
    yield Paragraph(_("Without rejected results and those that gave no value."), Tone.QUIET)


def _row(context: PeriodContext, done: Sequence[Listed]) -> tuple[Cell, ...]:
    counts, last = Counter(one.verdict for one in done), done[-1]
    return (
        Cell(place(last.profile, last.device), below=last.site),
        Cell(_(SCHEDULES[last.schedule]) if last.schedule else NOTHING),
        Cell(day_of(context, last.at), below=verdict_text(last.verdict)),
        Cell(str(len(done)), value=len(done)),
        *(Cell(str(counts[verdict]), value=counts[verdict]) for verdict in COUNTED),
    )


BLOCK = ReportBlock(
    "done_list",
    N_("which tests were done, how often, and how they ended"),
    frozenset({Scope.PERIOD}),
    done_list,
    (),
    frozenset({Need.RESULTS}),
)
