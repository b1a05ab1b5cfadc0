# SPDX-License-Identifier: LGPL-3.0-or-later
"""Tell people of tests that are overdue: once for each due date."""

from collections.abc import Iterable

from optimage.i18n import _
from optimage.model.addressee import Addressee, Topic, told
from optimage.model.notice import Notice
from optimage.schedule import Due, DueState, Grace
from optimage.store.engine import Store
from optimage.workflow.due import Clock, due


def tell_overdue(store: Store, addressees: Iterable[Addressee], clock: Clock, grace: Grace) -> tuple[Notice, ...]:
    """Queue what recipients and log are to be told of overdue tests; what they know already is queued no more."""
    known = tuple(addressees)
    overdue = [one for one in due(store, clock, grace) if one.state is DueState.OVERDUE]
    return tuple(notice for one in overdue for notice in _of(store, known, clock, one))


def _of(store: Store, addressees: tuple[Addressee, ...], clock: Clock, one: Due) -> tuple[Notice, ...]:
    named = one.title or one.profile_id
    subject = _("Overdue: {profile}, {device}").format(profile=named, device=one.device or "–")
    text = "\n".join(
        (
            _("{profile} on {device} was due on {due} and should have been done by {until}.").format(
                profile=named, device=one.device or "–", due=one.due, until=one.until
            ),
            _("It was last done on {day}.").format(day=one.last.day) if one.last else _("It was never done."),
            _("Measure it, or tell that the device is out of service: optimage event add DEVICE retired"),
        )
    )
    payload = {
        "kind": "overdue",
        "profile": one.profile_id,
        "device": one.device,
        "site": one.site,
        "due": one.due.isoformat(),
        "until": one.until.isoformat(),
    }
    about = f"overdue:{one.profile_id}:{one.device}:{one.due.isoformat()}"
    recipients = told(addressees, Topic.OVERDUE, profile_id=one.profile_id, site=one.site)
    return tuple(store.notices.add(Notice(about, to, subject, text, payload), now=clock.now) for to in recipients)
