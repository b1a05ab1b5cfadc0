# SPDX-License-Identifier: LGPL-3.0-or-later
"""Mail by the server of the hospital."""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate

from optimage.errors import NetworkError
from optimage.messages import N_

TIMEOUT_S = 30.0
MOST_IN_SUBJECT = 200
MEDIA_TYPES = {
    "pdf": ("application", "pdf"),
    "html": ("text", "html"),
    "rtf": ("application", "rtf"),
    "json": ("application", "json"),
}


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes our mail.

    Attributes
    ----------
    host, port : str, int
        Where it listens.
    security : str
        `starttls` begins in the clear and then encrypts, `tls` encrypts from the start; certificates are checked.
        `none` sends everything in the clear.
    user, password : str
        Empty where it asks for none.
    sender : str
        Address that our mail comes from.
    """

    host: str
    port: int
    security: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail; `form` is the suffix of its name."""

    name: str
    form: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail.

    Attributes
    ----------
    to : str
        One address.
    subject, text : str
        Any text; line breaks in the subject become spaces.
    mark : str
        Makes the Message-ID: the same mail sent twice is known as one.
    attachments : tuple of Attachment
        Files.
    """

    to: str
    subject: str
    text: str
    mark: str
    attachments: tuple[Attachment, ...] = ()


def send_mail(server: MailServer, mail: Mail) -> None:
    """Hand one mail over to the server.

    Raises
    ------
    NetworkError
        `mail_unreachable` where the server cannot be spoken to, `mail_refused` where it does not take the mail.
    """
    message = _written(server, mail)
    try:
        with _connected(server) as connection:
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError) as error:
        raise _unreachable(server, error) from error
    except smtplib.SMTPException as error:  # an OSError, too, in Python's view
        raise _refused(server, error) from error
    except OSError as error:
        raise _unreachable(server, error) from error


def _unreachable(server: MailServer, error: Exception) -> NetworkError:
    return NetworkError(
        "mail_unreachable",
        N_("the mail server {host}:{port} cannot be spoken to: {error}"),
        advice=N_("check smtp_host, smtp_port and smtp_security, and that the server runs"),
        host=server.host,
        port=server.port,
        error=str(error) or type(error).__name__,
    )


def _refused(server: MailServer, error: Exception) -> NetworkError:
    return NetworkError(
        "mail_refused",
        N_("the mail server {host} refused: {error}"),
        advice=N_("check smtp_user, the password, mail_from and the address"),
        host=server.host,
        error=" ".join(str(error).split()),
    )


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=ssl.create_default_context())
    connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    if server.security == "starttls":
        try:
            connection.starttls(context=ssl.create_default_context())
        except BaseException:
            connection.close()
            raise
    return connection


def _written(server: MailServer, mail: Mail) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = server.sender, mail.to
    subject = "".join(c if c.isprintable() else " " for c in mail.subject)
    message["Subject"] = " ".join(subject.split())[:MOST_IN_SUBJECT]
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{mail.mark}.{server.sender}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    for one in mail.attachments:
        main, sub = MEDIA_TYPES.get(one.form, ("application", "octet-stream"))
        message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
    return message
