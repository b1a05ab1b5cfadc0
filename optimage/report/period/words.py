# SPDX-License-Identifier: LGPL-3.0-or-later
"""Days, places, events and standings as a report on a period tells them."""

from datetime import UTC, datetime, timedelta

from optimage.charts.happenings import EVENT_WORDS
from optimage.document.period import PeriodContext
from optimage.document.words import NOTHING, day
from optimage.i18n import _, labelled
from optimage.model.baseline import ServiceEvent
from optimage.model.records import Standing

LAST_MOMENT = timedelta(microseconds=1)


def day_of(context: PeriodContext, at: datetime | None) -> str:
    """Return the local day of a moment; a dash where it is unknown."""
    return day(at, context.period.zone)


def clock_of(context: PeriodContext, at: datetime) -> str:
    """Return the local time of day, to the minute."""
    return f"{at.astimezone(context.period.zone or UTC):%H:%M}"


def moment_of(context: PeriodContext, at: datetime) -> str:
    """Return local day and time."""
    return f"{day_of(context, at)} {clock_of(context, at)}"


def period_text(context: PeriodContext) -> str:
    """Return the first and the last day of the period."""
    period = context.period
    first = day_of(context, period.begin)
    last = day_of(context, period.end - LAST_MOMENT) if period.end else NOTHING
    if period.begin is None and period.end is None:
        return _("all times")
    if period.begin is None:
        return _("up to {day}").format(day=last)
    return _("since {day}").format(day=first) if period.end is None else f"{first} – {last}"


def place(profile: str, device: str) -> str:
    """Return a profile with the device that it was measured on, unless its title names that already."""
    return profile if not device or device in profile else f"{profile} – {device}"


def event_text(event: ServiceEvent) -> str:
    """Return what was done to a device."""
    change = f"{event.keyword}: {event.before or NOTHING} → {event.after or NOTHING}" if event.keyword else ""
    return labelled(_(EVENT_WORDS[event.kind]), "; ".join(text for text in (event.text, change) if text))


def standing_text(standing: Standing, *, current: bool = True) -> str:
    """Return what people said of a result, and whether a later one took its place; empty where nobody said anything."""
    if not current:
        return _("superseded")
    if not standing.counts:
        return labelled(_("rejected") if standing.rejected else _("excluded"), standing.reason)
    return _("accepted") if standing.accepted else ""


def said_by(context: PeriodContext, who: str, at: datetime, why: str) -> str:
    """Return who did something, when and why."""
    return labelled(", ".join(part for part in (who, day_of(context, at)) if part), why)
