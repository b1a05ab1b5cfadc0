# SPDX-License-Identifier: LGPL-3.0-or-later
"""The file around a data set (PS3.10 section 7): taken off without decoding, put on without touching a byte."""

import struct
from dataclasses import dataclass

from optimage.errors import ImageError
from optimage.messages import N_

PREAMBLE = bytes(128)
PREFIX = b"DICM"
IMPLEMENTATION_CLASS_UID = "2.25.188306912264839871423604513480952846327"
IMPLEMENTATION_VERSION_NAME = "OPTIMAGE"

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
DEFLATED = "1.2.840.10008.1.2.1.99"

LONG_VRS = frozenset(
    (b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV")
)  # with 2 reserved bytes and a 32-bit length, PS3.5 7.1.2
_META_UIDS = {0x00020002: "sop_class_uid", 0x00020003: "sop_instance_uid", 0x00020010: "transfer_syntax_uid"}


@dataclass(frozen=True, slots=True)
class Part10:
    """What the file meta information says, and where the data set begins.

    `is_marked` is False where neither prefix nor meta information was
    found, so that the bytes may be anything.
    """

    offset: int
    transfer_syntax_uid: str = ""
    sop_class_uid: str = ""
    sop_instance_uid: str = ""
    is_marked: bool = True


def read_part10(data: bytes) -> Part10:
    """Read the file meta information of `data`; a missing transfer syntax is guessed from the first element.

    Raises
    ------
    ImageError
        `not_dicom` where nothing looks like DICOM, `truncated` where the
        file ends inside the meta information.
    """
    has_prefix = data[128:132] == PREFIX
    offset = 132 if has_prefix else 0
    uids: dict[str, str] = {}
    start = offset
    while data[offset : offset + 2] == b"\x02\x00":
        offset, tag, value = _meta_element(data, offset)
        if tag in _META_UIDS:
            uids[_META_UIDS[tag]] = value.rstrip(b"\0 ").decode("ascii", "replace")
    is_marked = has_prefix or offset > start
    if not is_marked and not _looks_like_dataset(data):
        raise not_dicom()
    if is_marked and len(data) < offset + 8:
        raise truncated()
    if not uids.get("transfer_syntax_uid"):
        uids["transfer_syntax_uid"] = _guess(data, offset)
    return Part10(offset, is_marked=is_marked, **uids)


def split_part10(data: bytes) -> tuple[str, bytes]:
    """Return the transfer syntax UID and the encoded data set of a file.

    Raises
    ------
    ImageError
        As `read_part10`.
    """
    meta = read_part10(data)
    return meta.transfer_syntax_uid, data[meta.offset :]


def part10(dataset: bytes, *, sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str) -> bytes:
    """Return a file around an encoded data set: zero preamble, our own meta information, the bytes untouched.

    The same arguments give the same bytes.
    """
    uids = (
        (0x02, sop_class_uid),
        (0x03, sop_instance_uid),
        (0x10, transfer_syntax_uid),
        (0x12, IMPLEMENTATION_CLASS_UID),
    )
    elements = b"".join(_short(element, b"UI", uid.encode("ascii")) for element, uid in uids)
    elements += _short(0x13, b"SH", IMPLEMENTATION_VERSION_NAME.encode("ascii"))
    version = struct.pack("<HH2sHL2s", 2, 1, b"OB", 0, 2, b"\0\1")
    length = _short(0x00, b"UL", struct.pack("<L", len(version) + len(elements)))
    return b"".join((PREAMBLE, PREFIX, length, version, elements, dataset))


def _short(element: int, vr: bytes, value: bytes) -> bytes:
    """Encode an element of group 2 with a 16-bit length, padded to even length (PS3.5 6.2)."""
    padded = value + (b" " if vr == b"SH" else b"\0") * (len(value) % 2)
    return struct.pack("<HH2sH", 2, element, vr, len(padded)) + padded


def not_dicom() -> ImageError:
    """Create the error for bytes that are no DICOM at all."""
    return ImageError(
        "not_dicom", N_("this is not a DICOM file"), advice=N_("choose the files that the scanner exported")
    )


def truncated() -> ImageError:
    """Create the error for a file or data set that ends too early."""
    return ImageError(
        "truncated",
        N_("the file ends in the middle of its data"),
        advice=N_("copy or send it again; the last transfer was not complete"),
    )


def _meta_element(data: bytes, offset: int) -> tuple[int, int, bytes]:
    """Return the offset behind an element of group 2, its tag and its value."""
    try:
        group, element, vr, length = struct.unpack_from("<HH2sH", data, offset)
        value_at = offset + 8
        if vr in LONG_VRS:
            (length,) = struct.unpack_from("<L", data, value_at)
            value_at += 4
        elif not vr.isalpha():  # some writers encode even the meta information implicitly
            (length,) = struct.unpack_from("<L", data, offset + 4)
    except struct.error:
        raise truncated() from None
    if value_at + length > len(data):
        raise truncated()
    return value_at + length, group << 16 | element, data[value_at : value_at + length]


def _looks_like_dataset(data: bytes) -> bool:
    """Whether the first element is one a data set can begin with: group 8, which holds the mandatory UIDs."""
    return len(data) >= 8 and data[:2] in (b"\x08\x00", b"\x00\x08") and _plausible_first(data)


def _plausible_first(data: bytes) -> bool:
    if data[4:6].isalpha() and data[4:6].isupper():
        return True
    (length,) = struct.unpack_from("<L", data, 4)
    return data[:2] == b"\x08\x00" and bool(length <= len(data))


def _guess(data: bytes, offset: int) -> str:
    vr = data[offset + 4 : offset + 6]
    if not (vr.isalpha() and vr.isupper()):
        return IMPLICIT_LITTLE
    return EXPLICIT_BIG if data[offset] == 0 else EXPLICIT_LITTLE
