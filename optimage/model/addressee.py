# SPDX-License-Identifier: LGPL-3.0-or-later
"""Who is told of what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from optimage.model.notice import Channel, Recipient


class Topic(StrEnum):
    """What people can be told of."""

    ALARMS = "alarms"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Addressee:
    """A recipient, and what it wants to know.

    Attributes
    ----------
    recipient : Recipient
        Who is told, and how.
    about : frozenset of Topic
        Of what.
    profiles : tuple of str
        Patterns of the ids of profiles, such as `ct_*`; empty for all.
    sites : tuple of str
        Names of sites; empty for all.
    """

    recipient: Recipient
    about: frozenset[Topic] = frozenset(Topic)
    profiles: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    def wants(self, topic: Topic, *, profile_id: str, site: str) -> bool:
        """Tell whether this recipient is to be told."""
        of_profile = not self.profiles or any(fnmatchcase(profile_id, pattern) for pattern in self.profiles)
        return topic in self.about and of_profile and (not self.sites or site in self.sites)


def told(addressees: Iterable[Addressee], topic: Topic, *, profile_id: str, site: str) -> Iterator[Recipient]:
    """Yield who is told of something, each once; the log always is."""
    wanting = (one.recipient for one in addressees if one.wants(topic, profile_id=profile_id, site=site))
    yield from dict.fromkeys((Recipient(Channel.LOG), *wanting))


def addressee_of(table: Any) -> Addressee | None:
    """Return the recipient that a table of the settings describes; None where it describes none.

    It has either `mail`, an address, or `webhook`, a URL; and where wanted the lists `about`, `profiles`, `sites`.
    """
    if not isinstance(table, dict) or not set(table) <= {"mail", "webhook", "about", "profiles", "sites"}:
        return None
    recipient, lists = _recipient(table), [table.get(name, []) for name in ("about", "profiles", "sites")]
    if recipient is None or not all(isinstance(one, list) and all(isinstance(x, str) for x in one) for one in lists):
        return None
    about, profiles, sites = map(tuple, lists)
    if not set(about) <= set(map(str, Topic)):
        return None
    return Addressee(recipient, frozenset(map(Topic, about)) or frozenset(Topic), profiles, sites)


def _recipient(table: dict[str, Any]) -> Recipient | None:
    mail, webhook = table.get("mail"), table.get("webhook")
    if isinstance(mail, str) and webhook is None and is_mail_address(mail):
        return Recipient(Channel.MAIL, mail)
    if isinstance(webhook, str) and mail is None and is_webhook(webhook):
        return Recipient(Channel.WEBHOOK, webhook)
    return None


def is_mail_address(text: str) -> bool:
    """Tell whether a text can be an address of mail: one @, and nothing that could end a header."""
    return (
        text.count("@") == 1
        and not text.startswith("@")
        and not text.endswith("@")
        and text.isprintable()
        and (not set(text) & set(' <>,;:"()'))
    )


def is_webhook(text: str) -> bool:
    """Tell whether a text names a place that messages can be sent to by HTTP, without a password in it."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
