# SPDX-License-Identifier: LGPL-3.0-or-later
"""How the notices of this installation go out: by log, mail and web hook."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from optimage.model.notice import Channel, Notice
from optimage.notify.mail import Attachment, Mail, MailServer, send_mail
from optimage.notify.webhook import post
from optimage.settings import Settings
from optimage.store.engine import Store
from optimage.workflow.jobs.workers import own_name
from optimage.workflow.notices.deliver import Postman, Send

MOST_ATTACHED_BYTES = 15 << 20  # mail servers of hospitals take 20 to 25 MiB, and text makes a third more of it
log = logging.getLogger("optimage.notices")


def postman_of(settings: Settings, store: Store) -> Postman:
    """Return who sends the notices of this installation."""
    send: dict[Channel, Send] = {Channel.LOG: _to_log, Channel.WEBHOOK: _to_webhook}
    if settings.smtp_host and settings.mail_from:
        server = MailServer(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_security,
            settings.mail_from,
            settings.smtp_user,
            settings.smtp_password,
        )
        send[Channel.MAIL] = lambda notice: _to_mail(server, store, settings.reports, notice)
    return Postman(store, send, own_name(), lambda: datetime.now(UTC))


def _to_log(notice: Notice) -> None:
    log.warning("%s: %s", notice.subject, " ".join(notice.text.split()))


def _to_webhook(notice: Notice) -> None:
    said = {"about": notice.about, "subject": notice.subject, "text": notice.text}
    post(notice.recipient.address, dict(notice.payload) | said, mark=_mark(notice))


def _to_mail(server: MailServer, store: Store, folder: Path, notice: Notice) -> None:
    attached = tuple(_attached(store, folder, notice))
    send_mail(server, Mail(notice.recipient.address, notice.subject, notice.text, _mark(notice), attached))


def _attached(store: Store, folder: Path, notice: Notice) -> Iterator[Attachment]:
    """Yield the reports of a notice that are in the folder of reports, as far as a mail can carry them."""
    room = MOST_ATTACHED_BYTES
    for report_id in notice.report_ids:
        record = store.reports.get(report_id)
        path = folder / Path(record.file_name).name
        if path.is_file() and path.stat().st_size <= room:
            content = path.read_bytes()
            room -= len(content)
            yield Attachment(path.name, record.form, content)


def _mark(notice: Notice) -> str:
    return f"optimage-notice-{notice.id}"
