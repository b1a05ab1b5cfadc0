# SPDX-License-Identifier: LGPL-3.0-or-later
"""What `optimage doctor` says of reports that are late or failed, and of people who were not told."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from optimage.cli.schedule_words import local, reason
from optimage.i18n import _, ngettext
from optimage.model.notice import Channel, NoticeState
from optimage.model.periodic import RunState, ScheduleState
from optimage.store.engine import Store
from optimage.workflow.periodic.pending import next_due

LATE = timedelta(minutes=10)  # a service looks every few seconds, a timer of the system every few minutes


def report_concerns(store: Store, now: datetime) -> Iterator[str]:
    """Yield one sentence for each schedule that is late or failed, and for notices that do not go out."""
    last = store.runs.latest()
    for schedule in store.schedules.list():
        run = last.get(schedule.id or 0)
        if schedule.state is not ScheduleState.ACTIVE:
            continue
        if run is not None and run.state is RunState.FAILED:
            said = _("the report {name} failed: {reason}; mend the cause, then optimage report schedule retry {name}")
            yield said.format(name=schedule.name, reason=reason(run))
        due = next_due(schedule, run, now)
        if due < now - LATE and not (run is not None and run.state is RunState.WAITING):
            said = _("the report {name} has been due since {due}; is the service running?")
            yield said.format(name=schedule.name, due=local(due, schedule))
    yield from _notices(store, now)


def _notices(store: Store, now: datetime) -> Iterator[str]:
    waiting = store.notices.list(states=(NoticeState.WAITING,))
    to_people = [one for one in waiting if one.recipient.channel is not Channel.LOG]  # the log is for services
    late = [one for one in to_people if one.created_at is not None and one.created_at < now - LATE]
    if late:
        said = ngettext("{count} notice waits to be sent", "{count} notices wait to be sent", len(late))
        yield said.format(count=len(late))
    if failed := store.notices.counts()[NoticeState.FAILED]:
        said = ngettext("{count} notice could not be sent", "{count} notices could not be sent", failed)
        yield said.format(count=failed)
