# SPDX-License-Identifier: LGPL-3.0-or-later
"""A DICOM peer that obeys no rule: PDUs by hand over a plain socket (PS3.8 9.3, PS3.7 9.3.1)."""

import socket
import struct

from optimage.dicom.part10 import EXPLICIT_LITTLE
from tests.unit.dicom.build import CT, UID

CT_BYTES, UID_BYTES = CT.encode(), UID.encode()
APPLICATION_CONTEXT = b"1.2.840.10008.3.1.1.1"
ACCEPT, REJECT, DATA, RELEASED, ABORT = 2, 3, 4, 6, 7


def pdu(kind, content, length=None):
    return struct.pack(">BxL", kind, len(content) if length is None else length) + content


def sub_item(kind, content):
    return struct.pack(">BxH", kind, len(content)) + content


def associate_request(*, called=b"QC", calling=b"TEST", sop_class=CT, syntax=EXPLICIT_LITTLE):
    syntaxes = sub_item(0x30, sop_class.encode()) + sub_item(0x40, syntax.encode())
    context = sub_item(0x20, bytes((1, 0, 0, 0)) + syntaxes)
    user = sub_item(0x50, sub_item(0x51, struct.pack(">L", 1 << 16)) + sub_item(0x52, b"1.2.3"))
    head = struct.pack(">HH16s16s32x", 1, 0, called.ljust(16), calling.ljust(16))
    return pdu(1, head + sub_item(0x10, APPLICATION_CONTEXT) + context + user)


def element(group, number, value):
    padded = value + b"\0" * (len(value) % 2)
    return struct.pack("<HHL", group, number, len(padded)) + padded


def store_command(*, sop_class=CT_BYTES, uid=UID_BYTES):
    elements = (
        element(0, 0x0002, sop_class)
        + element(0, 0x0100, struct.pack("<H", 1))
        + element(0, 0x0110, struct.pack("<H", 7))
        + element(0, 0x0700, struct.pack("<H", 0))
        + element(0, 0x0800, struct.pack("<H", 1))
        + element(0, 0x1000, uid)
    )
    return element(0, 0, struct.pack("<L", len(elements))) + elements


def data_pdu(content, *, command, last=True):
    header = (1 if command else 0) | (2 if last else 0)
    return pdu(4, struct.pack(">LBB", len(content) + 2, 1, header) + content)


class Peer:
    """One connection; `receive` returns the kind and content of the next PDU, None when it was closed."""

    def __init__(self, port, timeout=10.0):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, content):
        self.socket.sendall(content)

    def receive(self):
        try:
            head = self._exactly(6)
            kind, length = struct.unpack(">BxL", head)
            return kind, self._exactly(length)
        except ConnectionError:
            return None

    def _exactly(self, count):
        content = b""
        while len(content) < count:
            part = self.socket.recv(count - len(content))
            if not part:
                raise ConnectionError("closed")
            content += part
        return content

    def associate(self, **changes):
        self.send(associate_request(**changes))
        return self.receive()

    def store(self, dataset, **names):
        """Send one C-STORE request; return status and comment of the answer, None for an abort or a close."""
        self.send(data_pdu(store_command(**names), command=True))
        for start in range(0, len(dataset), 60_000):
            part = dataset[start : start + 60_000]
            self.send(data_pdu(part, command=False, last=start + 60_000 >= len(dataset)))
        answer = self.receive()
        return status_of(answer[1]) if answer and answer[0] == DATA else None


def status_of(content):
    from io import BytesIO

    from pydicom.filereader import read_dataset

    command = read_dataset(BytesIO(content[6:]), is_implicit_VR=True, is_little_endian=True)
    return command.Status, command.get("ErrorComment", "")
