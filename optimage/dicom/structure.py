# SPDX-License-Identifier: LGPL-3.0-or-later
"""The structure of an encoded data set, walked without recursion and without decoding a value (PS3.5 section 7)."""

import struct
from dataclasses import dataclass
from typing import NamedTuple

from optimage.dicom.part10 import DEFLATED, EXPLICIT_BIG, IMPLICIT_LITTLE, LONG_VRS, truncated
from optimage.errors import ImageError
from optimage.messages import N_

MAXIMUM_DEPTH = 64
UNDEFINED = 0xFFFFFFFF

_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_SOP_CLASS, _SOP_INSTANCE = 0x00080016, 0x00080018
PIXEL_DATA = 0x7FE00010
PIXEL_TAGS = frozenset((PIXEL_DATA, 0x7FE00008, 0x7FE00009))


@dataclass(frozen=True, slots=True)
class PixelElement:
    """Where the pixel data lie: value from `offset` on, `length` bytes, encapsulated where the length is undefined."""

    tag: int
    element_offset: int
    offset: int
    length: int
    encapsulated: bool


@dataclass(frozen=True, slots=True)
class Structure:
    """What a walk found at the top level."""

    sop_class_uid: str = ""
    sop_instance_uid: str = ""
    pixels: PixelElement | None = None


@dataclass(slots=True)
class _Frame:
    """An open item or sequence: where it must end, and how its elements are encoded."""

    is_sequence: bool
    limit: int
    defined: bool
    implicit: bool


class _Element(NamedTuple):  # made for every element there is: quicker than a frozen dataclass
    tag: int
    vr: bytes
    start: int
    value: int
    length: int


def can_walk(transfer_syntax_uid: str) -> bool:
    """Whether data sets of this transfer syntax can be walked as they are; deflated ones must be inflated first."""
    return transfer_syntax_uid != DEFLATED


def walk(data: bytes, transfer_syntax_uid: str, start: int = 0) -> Structure:
    """Walk the data set in `data` from `start` to the end and check every length and every nesting.

    Raises
    ------
    ImageError
        `truncated`, `pixel_data_short`, `nested_too_deep` (more than 64
        sequences inside each other), `malformed`.
    """
    return _Walk(data, transfer_syntax_uid, start).run()


class _Walk:
    def __init__(self, data: bytes, transfer_syntax_uid: str, start: int) -> None:
        self._data = data
        self._at = start
        mark = ">" if transfer_syntax_uid == EXPLICIT_BIG else "<"
        self._tag_length = struct.Struct(f"{mark}HHL").unpack_from
        self._explicit = struct.Struct(f"{mark}HH2sH").unpack_from
        self._long = struct.Struct(f"{mark}L").unpack_from
        implicit = is_implicit(data, start, transfer_syntax_uid)
        self._open = [_Frame(is_sequence=False, limit=len(data), defined=True, implicit=implicit)]
        self._uids: dict[int, str] = {}
        self._pixels: PixelElement | None = None

    def run(self) -> Structure:
        while self._open:
            frame = self._open[-1]
            if frame.defined and self._at >= frame.limit:
                self._open.pop()
            elif frame.limit - self._at < 8:
                self._finish_remainder(frame)
            elif frame.is_sequence:
                self._sequence(frame)
            else:
                self._item(frame)
        return Structure(self._uids.get(_SOP_CLASS, ""), self._uids.get(_SOP_INSTANCE, ""), self._pixels)

    def _finish_remainder(self, frame: _Frame) -> None:
        """Fewer than 8 bytes are left: allowed only as zero padding behind the whole data set."""
        rest = self._data[self._at : frame.limit]
        if len(self._open) > 1 or rest.strip(b"\0"):
            raise truncated()
        self._at = frame.limit

    def _sequence(self, frame: _Frame) -> None:
        group, element, length = self._tag_length(self._data, self._at)
        tag = group << 16 | element
        self._at += 8
        if tag == _ITEM:
            self._enter(frame, length, is_sequence=False, implicit=frame.implicit)
        elif tag == _SEQUENCE_END and not frame.defined:
            self._open.pop()
        else:
            raise _malformed(self._at - 8)

    def _item(self, frame: _Frame) -> None:
        element = self._element(frame)
        self._at = element.value
        if element.tag == _ITEM_END and not frame.defined:
            self._open.pop()
        elif element.tag >> 16 == 0xFFFE:
            raise _malformed(element.start)
        elif element.length == UNDEFINED and self._is_encapsulated(element):
            self._fragments(element)
        elif self._is_sequence(element, frame):
            implicit = frame.implicit or element.vr == b"UN"
            self._enter(frame, element.length, is_sequence=True, implicit=implicit)
        else:
            self._value(element, frame)

    def _element(self, frame: _Frame) -> _Element:
        group, element, vr, length = self._explicit(self._data, self._at)
        tag = group << 16 | element
        value = self._at + 8
        if frame.implicit or tag >> 16 == 0xFFFE or not (vr.isalpha() and vr.isupper()):
            return _Element(tag, b"", self._at, value, self._tag_length(self._data, self._at)[2])
        if vr in LONG_VRS:
            if frame.limit - value < 4:
                raise truncated()
            return _Element(tag, vr, self._at, value + 4, self._long(self._data, value)[0])
        return _Element(tag, vr, self._at, value, length)

    def _value(self, element: _Element, frame: _Frame) -> None:
        end = element.value + element.length
        at_top = len(self._open) == 1
        if end > frame.limit:
            if at_top and element.tag in PIXEL_TAGS:
                raise _pixel_data_short(element.length, frame.limit - element.value)
            raise truncated()
        if at_top and element.tag in PIXEL_TAGS:
            self._pixels = PixelElement(element.tag, element.start, element.value, element.length, encapsulated=False)
        elif at_top and element.tag in (_SOP_CLASS, _SOP_INSTANCE):
            self._uids[element.tag] = self._data[element.value : end].rstrip(b"\0 ").decode("latin-1")
        self._at = end

    def _is_encapsulated(self, element: _Element) -> bool:
        return element.tag == PIXEL_DATA or element.vr in (b"OB", b"OW")

    def _is_sequence(self, element: _Element, frame: _Frame) -> bool:
        if element.length == UNDEFINED or element.vr == b"SQ":
            return True
        if element.vr or not frame.implicit or self._data[element.value : element.value + 4] != b"\xfe\xff\x00\xe0":
            return False
        return _dictionary_says_sequence(element.tag)

    def _enter(self, frame: _Frame, length: int, *, is_sequence: bool, implicit: bool) -> None:
        if length == UNDEFINED:
            inner = _Frame(is_sequence, frame.limit, defined=False, implicit=implicit)
        else:
            if self._at + length > frame.limit:
                raise truncated()
            inner = _Frame(is_sequence, self._at + length, defined=True, implicit=implicit)
        self._open.append(inner)
        if len(self._open) > 2 * MAXIMUM_DEPTH + 1:
            raise ImageError(
                "nested_too_deep",
                N_("sequences are nested more than {limit} deep"),
                advice=N_("no image needs that; have the sender checked"),
                limit=MAXIMUM_DEPTH,
            )

    def _fragments(self, element: _Element) -> None:
        """Pass over the fragments of encapsulated pixel data (PS3.5 A.4)."""
        limit = self._open[-1].limit
        while limit - self._at >= 8:
            group, number, length = self._tag_length(self._data, self._at)
            tag = group << 16 | number
            self._at += 8
            if tag == _SEQUENCE_END:
                break
            if tag != _ITEM or length == UNDEFINED:
                raise _malformed(self._at - 8)
            self._at += length
            if self._at > limit:
                raise _pixel_data_short(length, limit - (self._at - length))
        else:
            raise truncated()
        if len(self._open) == 1 and element.tag in PIXEL_TAGS:
            length = self._at - element.value
            self._pixels = PixelElement(element.tag, element.start, element.value, length, encapsulated=True)


def is_implicit(data: bytes, start: int, transfer_syntax_uid: str) -> bool:
    """Whether the elements carry no VR; devices mix this up, so the first element counts more than the syntax."""
    vr = data[start + 4 : start + 6]
    if len(vr) < 2:
        return transfer_syntax_uid == IMPLICIT_LITTLE
    return not (vr.isalpha() and vr.isupper())


def _dictionary_says_sequence(tag: int) -> bool:
    from pydicom.datadict import dictionary_VR

    try:
        return dictionary_VR(tag) == "SQ"
    except KeyError:
        return False


def _malformed(offset: int) -> ImageError:
    return ImageError(
        "malformed",
        N_("the data set breaks the rules of DICOM at byte {offset}"),
        advice=N_("export or send it again; if it stays so, tell the vendor of the sender"),
        offset=offset,
    )


def _pixel_data_short(announced: int, found: int) -> ImageError:
    return ImageError(
        "pixel_data_short",
        N_("{announced} bytes of pixel data are announced, {found} are there"),
        advice=N_("copy or send it again; the last transfer was not complete"),
        announced=announced,
        found=found,
    )
