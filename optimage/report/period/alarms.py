# SPDX-License-Identifier: LGPL-3.0-or-later
"""What stood out or failed, and what was done about it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from optimage.document.block import Need, ReportBlock, Scope, Setting
from optimage.document.parts import Cell, Column, Heading, Paragraph, Part, Table, Tone
from optimage.document.period import Alarm, Failed, PeriodContext
from optimage.document.words import action_text, number, unit_text, verdict_text
from optimage.i18n import _, labelled, ngettext, say
from optimage.messages import N_
from optimage.model.baseline import ServiceEvent
from optimage.model.outcome import Review
from optimage.model.tolerance import Verdict
from optimage.report.period.words import clock_of, day_of, event_text, place, said_by

ALL, OPEN = "all", "open"
NOT_YET = "▲"
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def alarms(context: PeriodContext, *, only: str, whole: bool) -> Iterator[Part]:  # noqa: ARG001 - `whole` is read with the rest
    """List signals and failed measurements, with who did what about each, and what was done to the device then."""
    yield Heading(_("Alarms"))
    if not context.alarms and not context.failures:
        yield Paragraph(_("Nothing stood out, and nothing failed in this period."))
        return
    yield Paragraph(_counted(context))
    rows = [(one.at, _of_signal(context, one)) for one in context.alarms if only == ALL or is_open(one)]
    rows += [(one.at, _of_failure(context, one)) for one in context.failures if only == ALL or is_open(one)]
    if rows:
        rows.sort(key=lambda row: row[0] or LONG_AGO)
        yield Table(_columns(), tuple(row for _at, row in rows))
        yield Paragraph(
            _("Done: who took note of it or reviewed the result; then the next thing done to the device, if any."),
            Tone.QUIET,
        )


def is_open(one: Alarm | Failed) -> bool:
    """Tell whether nobody took note of a signal, or said anything of a result that failed."""
    return not one.reviews if isinstance(one, Failed) else one.signal.acknowledged is None


def _counted(context: PeriodContext) -> str:
    signals, failed = len(context.alarms), len(context.failures)
    still = sum(map(is_open, context.alarms)) + sum(map(is_open, context.failures))
    return "; ".join(
        (
            ngettext("{n} signal", "{n} signals", signals).format(n=signals),
            ngettext("{n} failed measurement", "{n} failed measurements", failed).format(n=failed),
            ngettext("{n} is open", "{n} are open", still).format(n=still),
        )
    )


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("When"), 0.12),
        Column(_("Measured"), 0.22),
        Column(_("What"), 0.33),
        Column(_("Done"), 0.33),
    )


def _of_signal(context: PeriodContext, one: Alarm) -> tuple[Cell, ...]:
    value = " ".join(part for part in (number(one.signal.value, one.unit), unit_text(one.unit)) if part)
    noted = one.signal.acknowledged
    done = [said_by(context, noted.operator, noted.at, noted.reason)] if noted else [f"{NOT_YET} {_('open')}"]
    return (
        _when(context, one.at),
        Cell(place(one.profile, one.device), below=_("result {number}").format(number=one.signal.result_id)),
        Cell(f"{one.title}: {value}", more=_words(context, one), below=one.signal.rule),
        Cell("; ".join((*done, *_said(context, one.reviews))), more=_then(context, one.after)),
    )


def _words(context: PeriodContext, one: Alarm) -> str:
    """Return what a signal says, its day as all days of the report."""
    if "since" not in one.words.values:
        return say(one.words)
    since = day_of(context, one.signal.since)
    return say(replace(one.words, values={**one.words.values, "since": since}))


def _of_failure(context: PeriodContext, one: Failed) -> tuple[Cell, ...]:
    return (
        _when(context, one.at),
        Cell(place(one.profile, one.device), below=_("result {number}").format(number=one.result_id)),
        Cell(labelled(verdict_text(Verdict.FAIL), ", ".join(one.titles))),
        Cell("; ".join(_said(context, one.reviews)) or f"{NOT_YET} {_('open')}", more=_then(context, one.after)),
    )


def _said(context: PeriodContext, reviews: Iterable[Review]) -> Iterator[str]:
    for review in reviews:
        yield labelled(f"{action_text(review.action)}, {review.operator}, {day_of(context, review.at)}", review.text)


def _when(context: PeriodContext, at: datetime | None) -> Cell:
    return Cell(day_of(context, at), below=clock_of(context, at) if at else "")


def _then(context: PeriodContext, event: ServiceEvent | None) -> str:
    if event is None:
        return ""
    return _("then {day}, {what}").format(day=day_of(context, event.at), what=event_text(event))


BLOCK = ReportBlock(
    "alarms",
    N_("what stood out or failed, and what was done about it"),
    frozenset({Scope.PERIOD}),
    alarms,
    (
        Setting("only", str, ALL, N_("which alarms: all, or those that are open"), (ALL, OPEN)),
        Setting(
            "whole",
            bool,
            False,
            N_("also single points outside the control lines, and what no tolerance judges"),
        ),
    ),
    frozenset({Need.ALARMS}),
)
