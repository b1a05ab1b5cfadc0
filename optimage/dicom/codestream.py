# SPDX-License-Identifier: LGPL-3.0-or-later
"""Rows and columns of a compressed frame, read from its codestream before a decoder sees it."""

import struct

_ITEM = b"\xfe\xff\x00\xe0"
_J2K = b"\xff\x4f\xff\x51"
_JPEG = b"\xff\xd8"
# Start-of-frame markers of JPEG (ITU-T T.81 table B.1, without DHT, JPG and DAC) and JPEG-LS (ITU-T T.87)
_FRAME_MARKERS = frozenset((*range(0xC0, 0xD0), 0xF7)) - {0xC4, 0xC8, 0xCC}


def codestream_size(encapsulated: bytes) -> tuple[int, int] | None:
    """Return rows and columns of the first frame of encapsulated pixel data; None where it does not tell.

    Understood are JPEG, JPEG-LS, JPEG 2000 and HTJ2K; an RLE stream
    carries no size.
    """
    try:
        stream = _first_fragment(encapsulated)
        if stream.startswith(_J2K):
            x, y, x_offset, y_offset = struct.unpack_from(">4L", stream, 8)
            return y - y_offset, x - x_offset
        return _jpeg_size(stream) if stream.startswith(_JPEG) else None
    except struct.error:
        return None


def _first_fragment(encapsulated: bytes) -> bytes:
    """Return the fragment behind the offset table (PS3.5 A.4)."""
    (table_length,) = struct.unpack_from("<L", encapsulated, 4)
    start = 8 + table_length
    if encapsulated[start : start + 4] != _ITEM or len(encapsulated) < start + 8:
        return b""
    (length,) = struct.unpack_from("<L", encapsulated, start + 4)
    return encapsulated[start + 8 : start + 8 + length]


def _jpeg_size(stream: bytes) -> tuple[int, int] | None:
    offset = 2
    while True:
        mark, marker, length = struct.unpack_from(">BBH", stream, offset)
        if mark != 0xFF:
            return None
        if marker in _FRAME_MARKERS:
            rows, columns = struct.unpack_from(">HH", stream, offset + 5)
            return rows, columns
        offset += 1 if marker == 0xFF else 2 + length
