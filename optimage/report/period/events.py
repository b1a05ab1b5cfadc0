# SPDX-License-Identifier: LGPL-3.0-or-later
"""What was done to devices."""

from collections.abc import Iterator

from optimage.document.block import Need, ReportBlock, Scope
from optimage.document.parts import Cell, Column, Heading, Paragraph, Part, Table
from optimage.document.period import Happened, PeriodContext
from optimage.i18n import _
from optimage.messages import N_
from optimage.report.period.words import clock_of, day_of, event_text


def events(context: PeriodContext) -> Iterator[Part]:
    """List service events, entered by people or found in images."""
    yield Heading(_("Service events"))
    if not context.events:
        yield Paragraph(_("No service events in this period."))
        return
    columns = (
        Column(_("When"), 0.13),
        Column(_("Device"), 0.24),
        Column(_("What"), 0.43),
        Column(_("Noted by"), 0.2),
    )
    yield Table(columns, tuple(_row(context, one) for one in context.events))


def _row(context: PeriodContext, one: Happened) -> tuple[Cell, ...]:
    event = one.event
    return (
        Cell(day_of(context, event.at), below=clock_of(context, event.at)),
        Cell(one.device),
        Cell(event_text(event), below=_("statistics begin anew") if event.border else ""),
        Cell(event.operator or _("found in images")),
    )


BLOCK = ReportBlock("events", N_("service events"), frozenset({Scope.PERIOD}), events, (), frozenset({Need.EVENTS}))
