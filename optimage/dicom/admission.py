# SPDX-License-Identifier: LGPL-3.0-or-later
"""Who may send, and what is accepted: the rules behind every status and rejection of the storage service."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from optimage.dicom.structure import can_walk, walk
from optimage.errors import ImageError, SettingsError
from optimage.messages import N_
from optimage.settings import Caller

# Statuses of C-STORE, PS3.4 B.2.3 and PS3.7 C
SUCCESS = 0x0000
INVALID_UID = 0x0117
OUT_OF_RESOURCES = 0xA700
DOES_NOT_MATCH = 0xA900
CANNOT_UNDERSTAND = 0xC000

COMMENT_LENGTH = 64  # ErrorComment is LO, PS3.5 6.2
_UID = re.compile(r"[0-9]+(\.[0-9]+)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status other than success, and why, in at most 64 characters of ASCII."""

    status: int
    comment: str

    @classmethod
    def because(cls, status: int, reason: str) -> "Refusal":
        """Create a refusal whose comment is safe to send."""
        printable = "".join(c if " " <= c <= "~" and c != "\\" else "?" for c in reason)
        return cls(status, printable[:COMMENT_LENGTH])


def is_legal_uid(uid: str) -> bool:
    """Whether `uid` is made of numbers and dots, at most 64 characters.

    Components with leading zeros break PS3.5 9.1 but come from devices in
    use, and do no harm.
    """
    return len(uid) <= 64 and _UID.fullmatch(uid) is not None


def check_object(
    dataset: bytes, *, sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str
) -> Refusal | None:
    """Return why a received object is refused, None where it is accepted.

    Nothing is decoded. A deflated data set is not looked into: inflating is
    left to a worker that may fail without harm.
    """
    if not is_legal_uid(sop_instance_uid) or not is_legal_uid(sop_class_uid):
        return Refusal.because(INVALID_UID, "the SOP UID is not legal")
    if not dataset:
        return Refusal.because(CANNOT_UNDERSTAND, "the data set is empty")
    if not can_walk(transfer_syntax_uid):
        return None
    try:
        found = walk(dataset, transfer_syntax_uid)
    except ImageError as error:
        return Refusal.because(CANNOT_UNDERSTAND, str(error.message))
    if found.sop_instance_uid != sop_instance_uid:
        return Refusal.because(DOES_NOT_MATCH, "SOPInstanceUID differs from the command or is missing")
    if found.sop_class_uid != sop_class_uid:
        return Refusal.because(DOES_NOT_MATCH, "SOPClassUID differs from the command or is missing")
    return None


def is_allowed(callers: Iterable[Caller], ae_title: str, address: str) -> bool:
    """Whether a caller with this AE title and address is listed; an empty list allows everybody."""
    callers = tuple(callers)
    if not callers:
        return True
    return any(c.ae_title.strip() == ae_title.strip() and _is_at(c.address, address) for c in callers)


def bind_host(host: str, callers: tuple[Caller, ...]) -> str:
    """Return the address to listen on: all where callers are listed, else this computer alone.

    Raises
    ------
    SettingsError
        `callers_required` for a reachable address without listed callers,
        `invalid_caller` for an address that is none.
    """
    for caller in callers:
        _check_address(caller)
    if not callers and not host:
        return "127.0.0.1"
    if not callers and not _is_loopback(host):
        raise SettingsError(
            "callers_required",
            N_("listening on {host} lets everybody in the network send, as no callers are listed"),
            advice=N_("list the scanners as callers in the settings, or listen on 127.0.0.1"),
            host=host,
        )
    return host or "0.0.0.0"  # noqa: S104 - only with a list of callers


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_at(allowed: str, address: str) -> bool:
    if not allowed:
        return True
    here = ip_address(address)
    mapped = getattr(here, "ipv4_mapped", None)
    return (mapped or here) in ip_network(allowed, strict=False)


def _check_address(caller: Caller) -> None:
    try:
        ip_network(caller.address or "0.0.0.0/0", strict=False)
    except ValueError:
        raise SettingsError(
            "invalid_caller",
            N_("the address {address} of the caller {ae_title} is no IP address or network"),
            advice=N_("write it like 192.0.2.7 or 192.0.2.0/24, or leave it empty"),
            address=caller.address,
            ae_title=caller.ae_title,
        ) from None
