# SPDX-License-Identifier: LGPL-3.0-or-later
"""The pynetdicom server of the storage service, with limits on what a peer may cost.

pynetdicom reads as many bytes as a PDU announces, without a deadline. The
socket given to it here knows the frame of a PDU (PS3.8 9.3) and ends the
connection where a length or a deadline is exceeded.
"""

import logging
import socket
import struct
from collections import deque
from contextlib import suppress
from time import monotonic
from typing import Any

from pynetdicom import AE, AllStoragePresentationContexts, _config
from pynetdicom.presentation import PresentationContext
from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]
from pynetdicom.transport import ThreadedAssociationServer

ASSOCIATE_LENGTH = 256 << 10  # 128 presentation contexts with 30 transfer syntaxes each stay below
CONTROL_LENGTH = 1 << 10  # release and abort hold 4 bytes
SLACK = 1 << 10  # some senders forget the 6 bytes of PDV header in their sum
MAXIMUM_SILENT = 256  # connections without an association; the oldest gives way to a newcomer
PDU_DEADLINE_S = 120.0
DEFAULT_TIMEOUT_S = 30.0
ASSOCIATE, P_DATA = 1, 4

# In the order in which the first one offered is taken (PS3.5 chapter 10); big endian last
TRANSFER_SYNTAXES = (
    "1.2.840.10008.1.2.1",  # explicit little endian
    "1.2.840.10008.1.2",  # implicit little endian
    "1.2.840.10008.1.2.4.70",  # JPEG lossless, first-order prediction
    "1.2.840.10008.1.2.4.57",  # JPEG lossless
    "1.2.840.10008.1.2.4.80",  # JPEG-LS lossless
    "1.2.840.10008.1.2.4.90",  # JPEG 2000 lossless
    "1.2.840.10008.1.2.4.201",  # HTJ2K lossless
    "1.2.840.10008.1.2.4.202",  # HTJ2K lossless, RPCL
    "1.2.840.10008.1.2.5",  # RLE
    "1.2.840.10008.1.2.1.99",  # deflated
    "1.2.840.10008.1.2.4.50",  # JPEG baseline
    "1.2.840.10008.1.2.4.51",  # JPEG extended
    "1.2.840.10008.1.2.4.81",  # JPEG-LS near-lossless
    "1.2.840.10008.1.2.4.91",  # JPEG 2000
    "1.2.840.10008.1.2.4.203",  # HTJ2K
    "1.2.840.10008.1.2.2",  # explicit big endian
)


class SharedContexts(list[PresentationContext]):
    """Contexts that pynetdicom copies for every connection, though it only reads them."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "SharedContexts":
        return self


def supported_contexts() -> SharedContexts:
    """Return Verification and every storage class with every transfer syntax that is kept as sent."""
    contexts = SharedContexts()
    for offered in [Verification, *(c.abstract_syntax for c in AllStoragePresentationContexts)]:
        context = PresentationContext()
        context.abstract_syntax = offered
        context.transfer_syntax = list(TRANSFER_SYNTAXES)
        contexts.append(context)
    return contexts


def create_entity(ae_title: str, *, max_pdu: int, network_timeout_s: float, associate_timeout_s: float) -> AE:
    """Return the application entity; rejections are decided in the storage service."""
    # Log lines of pynetdicom carry what the peer sent as it stands, and cost time; the service writes its own.
    _config.LOG_HANDLER_LEVEL = "none"
    logging.getLogger("pynetdicom").setLevel(logging.CRITICAL)
    _config.VALIDATORS["UI"] = _any_uid
    entity = AE(ae_title)
    entity.require_called_aet = True
    entity.maximum_pdu_size = max_pdu
    entity.maximum_associations = 1 << 16  # silent connections count there, so the limit is ours
    entity.network_timeout = network_timeout_s
    entity.dimse_timeout = network_timeout_s
    entity.acse_timeout = associate_timeout_s
    return entity


class GuardedSocket(socket.socket):
    """A connected socket that watches the PDUs coming in."""

    max_pdu = 0
    greeted = False

    def begin(self, *, max_pdu: int, timeout_s: float) -> None:
        """Set limits and options; call once after accepting."""
        self.max_pdu = max_pdu
        self._header = bytearray()
        self._left = 0
        self._deadline = monotonic() + PDU_DEADLINE_S
        self.settimeout(timeout_s)
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """Receive as usual.

        Raises
        ------
        OSError
            A PDU is longer than allowed or took too long.
        """
        if hasattr(socket, "TCP_QUICKACK"):
            # A sender with Nagle's algorithm waits for the acknowledgement of each small packet.
            self.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        data = super().recv(bufsize, flags)
        self._watch(data)
        return data

    def shutdown(self, how: int, /) -> None:
        """Shut down as usual; a peer that has gone is no reason to leave the socket open."""
        with suppress(OSError):
            super().shutdown(how)

    def _watch(self, data: bytes) -> None:
        if self._left or self._header:
            if monotonic() > self._deadline:
                raise OSError("the PDU took too long")
        else:
            self._deadline = monotonic() + PDU_DEADLINE_S
        at = 0
        while at < len(data):
            if self._left:
                step = min(self._left, len(data) - at)
                self._left -= step
                at += step
                continue
            step = 6 - len(self._header)
            self._header += data[at : at + step]
            at += step
            if len(self._header) == 6:
                self._start_pdu()

    def _start_pdu(self) -> None:
        kind, length = struct.unpack(">BxL", self._header)
        self._header.clear()
        limit = {ASSOCIATE: ASSOCIATE_LENGTH, P_DATA: self.max_pdu + SLACK}.get(kind, CONTROL_LENGTH)
        if length > limit:
            raise OSError("the PDU is too long")
        self._left = length
        self.greeted = self.greeted or kind == ASSOCIATE


class GuardedServer(ThreadedAssociationServer):
    """Accepts connections with limits; a crowd of silent ones cannot keep others out."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, entity: AE, *arguments: Any, **options: Any) -> None:
        self._silent: deque[GuardedSocket] = deque()
        super().__init__(entity, *arguments, **options)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept one connection."""
        accepted, address = super().get_request()
        guarded = GuardedSocket(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        guarded.begin(max_pdu=self.ae.maximum_pdu_size, timeout_s=self.ae.network_timeout or DEFAULT_TIMEOUT_S)
        self._make_room(guarded)
        return guarded, address

    def _make_room(self, newcomer: GuardedSocket) -> None:
        self._silent = deque(s for s in self._silent if not s.greeted and s.fileno() >= 0)
        if len(self._silent) >= MAXIMUM_SILENT:
            self._silent.popleft().shutdown(socket.SHUT_RDWR)
        self._silent.append(newcomer)


def _any_uid(_value: Any) -> tuple[bool, str]:
    """Let every UID through to the handler, which can answer with a status instead of an abort."""
    return True, ""
