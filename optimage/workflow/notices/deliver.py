# SPDX-License-Identifier: LGPL-3.0-or-later
"""Send what waits in the outbox: each notice by one service, once; what fails is tried again, ever more rarely."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from optimage.errors import NetworkError, OptimageError, StoreError
from optimage.i18n import say_error
from optimage.messages import N_
from optimage.model.notice import Channel, Notice
from optimage.store.engine import Store

PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=12))
LEASE_S = 300.0  # longer than a server may take to answer
Send = Callable[[Notice], None]
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Postman:
    """Who sends, and how.

    Attributes
    ----------
    store : Store
        Holds the outbox.
    send : mapping of Channel to function
        Sends one notice, or raises OptimageError; channels that are not set up are left out.
    worker : str
        Name under which notices are claimed; no two that live have the same.
    clock : function
        Returns the instant.
    """

    store: Store
    send: Mapping[Channel, Send]
    worker: str
    clock: Callable[[], datetime]


def deliver(postman: Postman, *, stop: Callable[[], bool] = lambda: False) -> tuple[Notice, ...]:
    """Send every notice that waits and may be tried now; return them as they stand then.

    Raises
    ------
    StoreError
        The database cannot be reached; what was claimed is free again once its lease has run out.
    """
    told: list[Notice] = []
    while not stop():
        notice = postman.store.notices.claim(postman.worker, lease_s=LEASE_S, now=postman.clock())
        if notice is None:
            break
        told.append(_attempt(postman, notice))
    return tuple(told)


def _attempt(postman: Postman, notice: Notice) -> Notice:
    number = notice.id or 0
    try:
        postman.send.get(notice.recipient.channel, _not_set_up)(notice)
    except StoreError:
        raise
    except OptimageError as error:
        log.warning("notice %d (%s) was not sent: %s", number, notice.about, error)
        pause = PAUSES[notice.attempts - 1] if notice.attempts <= len(PAUSES) else None
        return postman.store.notices.failed(
            number,
            worker=postman.worker,
            code=error.code,
            error=say_error(error),
            next_try=postman.clock() + pause if pause else None,
        )
    return postman.store.notices.sent(number, worker=postman.worker, now=postman.clock())


def _not_set_up(notice: Notice) -> None:
    raise NetworkError(
        "mail_not_set_up",
        N_("there is no mail server for {address}"),
        advice=N_("set smtp_host and mail_from"),
        address=notice.recipient.address,
    )
