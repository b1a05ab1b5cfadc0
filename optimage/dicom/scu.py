# SPDX-License-Identifier: LGPL-3.0-or-later
"""Sending objects as they are: the bytes of the file, in the transfer syntax of the file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

from optimage.dicom.admission import is_legal_uid
from optimage.dicom.finder import FoundObject, find_objects
from optimage.dicom.part10 import part10
from optimage.errors import ImageError, NetworkError, UsageError
from optimage.messages import N_

MAXIMUM_CONTEXTS = 128  # PS3.8 9.3.2.2: odd identifiers from 1 to 255
CONNECT_TIMEOUT_S = 10.0
ANSWER_TIMEOUT_S = 60.0
VERIFICATION = "1.2.840.10008.1.1"
IMPLICIT_LITTLE = "1.2.840.10008.1.2"

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SentObject:
    """What became of one object.

    `status` is the peer's answer (PS3.4 B.2.3), None where the object was
    not sent; then `error` tells why.
    """

    location: str
    sop_instance_uid: str = ""
    status: int | None = None
    comment: str = ""
    error: ImageError | NetworkError | None = None

    @property
    def is_stored(self) -> bool:
        """Whether the peer has it: success, or a warning (Bxxx)."""
        return self.status == 0 or (self.status is not None and self.status >> 12 == 0xB)


@dataclass(frozen=True, slots=True)
class SendReport:
    """Every object found, in the order it was handled."""

    objects: tuple[SentObject, ...] = ()

    @property
    def all_stored(self) -> bool:
        """Whether the peer has every object."""
        return all(sent.is_stored for sent in self.objects)


@dataclass(frozen=True, slots=True)
class Peer:
    """Whom to call, and under which name."""

    host: str
    port: int
    called_ae: str
    calling_ae: str


def send(
    paths: Iterable[Path],
    *,
    host: str,
    port: int,
    called_ae: str,
    calling_ae: str = "OPTIMAGE",
    on_progress: Callable[[SentObject], None] = lambda _sent: None,
) -> SendReport:
    """Send every object under `paths`; files that are no DICOM are reported, not sent.

    Parameters
    ----------
    paths : iterable of Path
        Files, folders, zip archives.
    on_progress : callable
        Told each object once its fate is known.

    Raises
    ------
    NetworkError
        `unreachable`, `association_rejected`, `association_aborted`.
    UsageError
        `invalid_ae_title`.
    """
    peer = Peer(host, port, called_ae, calling_ae)
    report: list[SentObject] = []
    found = list(find_objects(paths))
    unfit = [(one, error) for one in found if (error := _unfit(one))]
    for one, error in unfit:
        report.append(SentObject(one.location, error=error))
        on_progress(report[-1])
    for batch in _batches([one for one in found if not _unfit(one)]):
        for sent in _send_batch(batch, peer):
            report.append(sent)
            on_progress(sent)
    return SendReport(tuple(report))


def echo(*, host: str, port: int, called_ae: str, calling_ae: str = "OPTIMAGE") -> float:
    """Verify the connection (C-ECHO); return how long the answer took, in seconds.

    Raises
    ------
    NetworkError
        As `send`, and `echo_refused` for an answer that is no success.
    """
    association = _associate(Peer(host, port, called_ae, calling_ae), {(VERIFICATION, IMPLICIT_LITTLE)})
    started = perf_counter()
    try:
        status = association.send_c_echo().get("Status")
    finally:
        association.release()
    if status is None:
        raise _aborted(host, port)
    if status != 0:
        raise NetworkError(
            "echo_refused",
            N_("{host} port {port} answered the test with status {status:04X}"),
            advice=N_("ask its administrator for the log"),
            host=host,
            port=port,
            status=int(status),
        )
    return perf_counter() - started


def _unfit(one: FoundObject) -> ImageError | None:
    """Return why a file cannot be sent at all."""
    if one.found and not all(map(is_legal_uid, (one.found.sop_class_uid, one.found.sop_instance_uid))):
        return ImageError(
            "invalid_uid",
            N_("the SOP UIDs of the object are missing or not legal"),
            advice=N_("export it from the scanner again; without them no receiver takes it"),
        )
    return one.error


def _pair(one: FoundObject) -> Pair:
    found = one.found
    return (found.sop_class_uid, found.transfer_syntax_uid) if found else ("", "")


def _batches(objects: list[FoundObject]) -> Iterator[list[FoundObject]]:
    """Cut into runs that need at most as many presentation contexts as one association holds."""
    batch: list[FoundObject] = []
    pairs: set[Pair] = set()
    for one in objects:
        if len(pairs | {_pair(one)}) > MAXIMUM_CONTEXTS:
            yield batch
            batch, pairs = [], set()
        batch.append(one)
        pairs.add(_pair(one))
    if batch:
        yield batch


def _send_batch(batch: list[FoundObject], peer: Peer) -> Iterator[SentObject]:
    association = _associate(peer, {_pair(one) for one in batch})
    accepted = {(str(c.abstract_syntax), str(c.transfer_syntax[0])) for c in association.accepted_contexts}
    try:
        with TemporaryDirectory() as folder:
            for number, one in enumerate(batch, start=1):
                if _pair(one) not in accepted:
                    yield _not_accepted(one)
                    continue
                sent = _send_one(association, one, Path(folder, "object.dcm"), number % 0xFFFF)
                if sent.status is None or not association.is_established:
                    raise _aborted(peer.host, peer.port)
                yield sent
    finally:
        if association.is_established:
            association.release()


def _send_one(association: Any, one: FoundObject, file: Path, message_id: int) -> SentObject:
    """Send the untouched data set out of a file with clean meta information, as the peer's library wants one."""
    found = one.found
    if found is None:
        return SentObject(one.location, error=one.error)
    data = one.origin if isinstance(one.origin, bytes) else one.origin.read_bytes()
    file.write_bytes(
        part10(
            data[found.offset :],
            sop_class_uid=found.sop_class_uid,
            sop_instance_uid=found.sop_instance_uid,
            transfer_syntax_uid=found.transfer_syntax_uid,
        )
    )
    answer = association.send_c_store(file, msg_id=message_id)
    status = answer.get("Status")
    comment = str(answer.get("ErrorComment", "") or "")
    return SentObject(one.location, found.sop_instance_uid, None if status is None else int(status), comment)


def _not_accepted(one: FoundObject) -> SentObject:
    sop_class, syntax = _pair(one)
    error = NetworkError(
        "context_rejected",
        N_("the receiver does not take objects of class {sop_class} in transfer syntax {syntax}"),
        advice=N_("send it to another receiver, or uncompressed"),
        sop_class=sop_class,
        syntax=syntax,
    )
    return SentObject(one.location, one.found.sop_instance_uid if one.found else "", error=error)


def _associate(peer: Peer, pairs: set[Pair]) -> Any:
    from pynetdicom import AE, _config, evt

    _check_ae_titles(peer)
    _config.STORE_SEND_CHUNKED_DATASET = True  # send_c_store takes the bytes of the file instead of decoding it
    entity = AE(peer.calling_ae)
    entity.connection_timeout = CONNECT_TIMEOUT_S
    entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = ANSWER_TIMEOUT_S
    for sop_class, syntax in sorted(pairs):
        entity.add_requested_context(sop_class, syntax)
    connected: list[object] = []
    association = entity.associate(
        peer.host, peer.port, ae_title=peer.called_ae, evt_handlers=[(evt.EVT_CONN_OPEN, connected.append)]
    )
    if association.is_established:
        return association
    if association.is_rejected:
        raise _rejected(peer, association.acceptor.primitive)
    if connected:
        raise _aborted(peer.host, peer.port)
    raise NetworkError(
        "unreachable",
        N_("nothing answers at {host} port {port}"),
        advice=N_("check address and port, and that the receiver runs"),
        host=peer.host,
        port=peer.port,
    )


def _check_ae_titles(peer: Peer) -> None:
    for title in (peer.called_ae, peer.calling_ae):
        if not 0 < len(title.strip()) <= len(title) <= 16 or not title.isascii() or not title.isprintable():
            raise UsageError(
                "invalid_ae_title",
                N_("{title} is no AE title"),
                advice=N_("an AE title has 1 to 16 printable ASCII characters"),
                title=ascii(title),
            )


def _rejected(peer: Peer, answer: Any) -> NetworkError:
    return NetworkError(
        "association_rejected",
        N_("{called_ae} at {host} port {port} rejected {calling_ae} ({reason})"),
        advice=N_("check both AE titles, and that the receiver knows this computer"),
        called_ae=peer.called_ae,
        calling_ae=peer.calling_ae,
        host=peer.host,
        port=peer.port,
        reason=f"{answer.result}/{answer.result_source}/{answer.diagnostic}",
    )


def _aborted(host: str, port: int) -> NetworkError:
    return NetworkError(
        "association_aborted",
        N_("{host} port {port} broke off the connection"),
        advice=N_("try again; if it stays so, ask its administrator for the log"),
        host=host,
        port=port,
    )
