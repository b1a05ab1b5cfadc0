# SPDX-License-Identifier: LGPL-3.0-or-later
"""The storage service: takes objects as they come, and answers success only when they are safe."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from optimage.dicom.admission import (
    CANNOT_UNDERSTAND,
    OUT_OF_RESOURCES,
    SUCCESS,
    Refusal,
    bind_host,
    check_object,
    is_allowed,
)
from optimage.dicom.sessions import Sessions
from optimage.errors import NetworkError, OptimageError, StoreError
from optimage.messages import N_
from optimage.model.jobs import Arrival
from optimage.settings import Caller

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

POLL_S = 0.1  # how often the listening thread looks whether it shall stop
FAREWELL_S = 2.0  # for a peer to take the abort when the service stops
LAST_OBJECT_S = 4.0  # for what is just being stored; its sender has no answer yet and sends it again
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ReceivedObject:
    """An object as the peer sent it: the encoded data set, never decoded, and how it came."""

    dataset: bytes
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    arrival: Arrival


@dataclass(frozen=True, slots=True)
class ScpSettings:
    """How the service listens.

    An empty `host` means all addresses where `callers` are listed, else
    127.0.0.1. Port 0 takes any free one.
    """

    ae_title: str = "OPTIMAGE"
    host: str = ""
    port: int = 11112
    callers: tuple[Caller, ...] = ()
    max_pdu: int = 128 << 10
    network_timeout_s: float = 30.0
    associate_timeout_s: float = 10.0
    max_associations: int = 64
    max_object_bytes: int = 2 << 30

    @property
    def bind_host(self) -> str:
        """Address to listen on; SettingsError where that would let everybody in."""
        return bind_host(self.host, self.callers)


class StoreScp:
    """Verification and Storage as SCP (PS3.4 A and B).

    Parameters
    ----------
    settings : ScpSettings
        How to listen, and for whom.
    on_stored : callable
        Keeps one object; when it returns, the object is safe and 0x0000 is
        answered. What it raises becomes a status. Called from one thread
        an association.
    on_association_end : callable
        Told the identifier of each association that has ended.
    """

    def __init__(
        self,
        settings: ScpSettings,
        on_stored: Callable[[ReceivedObject], None],
        on_association_end: Callable[[str], None] = lambda _association: None,
    ) -> None:
        self.settings = settings
        self._on_stored = on_stored
        self._sessions = Sessions(on_association_end)
        self._server: Any = None
        self._thread: threading.Thread | None = None

    def start(self) -> int:
        """Listen, and return the port.

        Raises
        ------
        SettingsError
            `callers_required`, `invalid_caller`.
        NetworkError
            `port_unavailable`.
        """
        from optimage.dicom.server import GuardedServer, create_entity, supported_contexts

        settings = self.settings
        entity = create_entity(
            settings.ae_title,
            max_pdu=settings.max_pdu,
            network_timeout_s=settings.network_timeout_s,
            associate_timeout_s=settings.associate_timeout_s,
        )
        address = (settings.bind_host, settings.port)
        try:
            self._server = entity.make_server(
                address, contexts=supported_contexts(), evt_handlers=self._handlers(), server_class=GuardedServer
            )
        except OSError as error:
            raise NetworkError(
                "port_unavailable",
                N_("cannot listen on {host} port {port} ({reason})"),
                advice=N_("choose another port, or end the program that uses it"),
                host=address[0],
                port=address[1],
                reason=error.strerror or str(error),
            ) from None
        entity._servers.append(self._server)  # noqa: SLF001 - as its start_server does, for shutdown
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_S,), name="storage-service", daemon=True
        )
        self._thread.start()
        return int(self._server.server_address[1])

    def stop(self) -> None:
        """Stop listening, abort what is open and wait for objects being stored."""
        if self._server is None:
            return
        connected = self._server.active_associations
        self._server.shutdown()
        established = [association for association in connected if association.is_established]
        for association in connected:
            if association in established:
                association.abort(block=False)
            else:
                association.dul.socket.close()
        deadline = monotonic() + FAREWELL_S
        for association in established:
            association.join(max(0.0, deadline - monotonic()))
            if association.is_alive():
                association.dul.socket.close()
        deadline = monotonic() + LAST_OBJECT_S
        for association in established:
            association.join(max(0.0, deadline - monotonic()))
        if self._thread:
            self._thread.join()
        self._server = None

    @property
    def is_listening(self) -> bool:
        """Whether associations are accepted."""
        return self._thread is not None and self._thread.is_alive()

    def open_associations(self) -> frozenset[str]:
        """Return the identifiers of the associations under way."""
        return self._sessions.open()

    def _handlers(self) -> list[Any]:
        from pynetdicom import evt

        return [
            (evt.EVT_REQUESTED, self._requested),
            (evt.EVT_REJECTED, self._rejected),
            (evt.EVT_ACCEPTED, lambda event: self._sessions.begin(event.assoc)),
            (evt.EVT_PDU_RECV, self._meter),
            (evt.EVT_C_STORE, self._store),
            (evt.EVT_RELEASED, self._ended),
            (evt.EVT_ABORTED, self._ended),
            (evt.EVT_CONN_CLOSE, self._ended),
        ]

    def _requested(self, event: Any) -> None:
        """Reject callers that are not listed, and more associations than allowed (PS3.8 9.3.4)."""
        requestor = event.assoc.requestor
        calling = requestor.primitive.calling_ae_title
        if not is_allowed(self.settings.callers, calling, requestor.address):
            log.warning("rejected the caller %r from %s: not listed", calling, requestor.address)
            event.assoc.acse.send_reject(0x01, 0x01, 0x03)
        elif len(self._sessions.open()) >= self.settings.max_associations:
            log.warning("rejected %r from %s: too many associations", calling, requestor.address)
            event.assoc.acse.send_reject(0x02, 0x03, 0x02)
        else:
            return
        event.assoc.kill()

    def _rejected(self, event: Any) -> None:
        """Say what pynetdicom rejected: mostly another AE title than ours."""
        request = event.assoc.requestor.primitive
        log.warning(
            "rejected %r from %s, which calls %r; we are %r",
            request.calling_ae_title,
            event.assoc.requestor.address,
            request.called_ae_title,
            self.settings.ae_title,
        )

    def _meter(self, event: Any) -> None:
        """End a connection whose command set or data set grows beyond its limit."""
        for item in getattr(event.pdu, "presentation_data_value_items", ()):
            if self._sessions.count(event.assoc, item.presentation_data_value, self.settings.max_object_bytes):
                log.warning("ended the association of %r: too much data", event.assoc.requestor.ae_title)
                event.assoc.dul.socket.close()
                return

    def _ended(self, event: Any) -> None:
        self._sessions.close(event.assoc)

    def _store(self, event: Any) -> "Dataset":
        association = self._sessions.storing(event.assoc)
        try:
            refusal = self._keep(event, association)
        except Exception:
            # The edge: whatever is wrong in here, the peer gets a status and keeps its object.
            log.exception("an object could not be handled")
            refusal = Refusal.because(CANNOT_UNDERSTAND, "internal error")
        finally:
            self._sessions.stored(event.assoc)
        return _response(refusal)

    def _keep(self, event: Any, association: str) -> Refusal | None:
        received = _received(event, association)
        refusal = check_object(
            received.dataset,
            sop_class_uid=received.sop_class_uid,
            sop_instance_uid=received.sop_instance_uid,
            transfer_syntax_uid=received.transfer_syntax_uid,
        )
        if refusal:
            log.warning("refused %r: %04X %s", received.sop_instance_uid, refusal.status, refusal.comment)
            return refusal
        try:
            self._on_stored(received)
        except (OSError, StoreError) as error:
            log.exception("could not keep %s", received.sop_instance_uid)
            reason = error.code if isinstance(error, OptimageError) else error.strerror or type(error).__name__
            return Refusal.because(OUT_OF_RESOURCES, f"cannot be kept: {reason}")
        except Exception as error:
            log.exception("could not keep %s", received.sop_instance_uid)
            return Refusal.because(OUT_OF_RESOURCES, f"cannot be kept: {type(error).__name__}")
        return None


def _received(event: Any, association: str) -> ReceivedObject:
    request, requestor = event.request, event.assoc.requestor
    return ReceivedObject(
        dataset=event.encoded_dataset(include_meta=False) if request.DataSet else b"",
        sop_class_uid=str(request.AffectedSOPClassUID or ""),
        sop_instance_uid=str(request.AffectedSOPInstanceUID or ""),
        transfer_syntax_uid=str(event.context.transfer_syntax),
        arrival=Arrival(
            source="network",
            calling_ae=str(requestor.ae_title).strip(),
            address=str(requestor.address),
            association=association,
        ),
    )


def _response(refusal: Refusal | None) -> "Dataset":
    from pydicom.dataset import Dataset

    response = Dataset()
    response.Status = refusal.status if refusal else SUCCESS
    if refusal:
        response.ErrorComment = refusal.comment
    return response
