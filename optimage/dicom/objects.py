# SPDX-License-Identifier: LGPL-3.0-or-later
"""One DICOM object as it lies in a file or in memory: its identity, its headers, its hash; no pixel is decoded."""

import zlib
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from pydicom import config
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.uid import UID

from optimage.dicom.frames import frame_headers
from optimage.dicom.headers import plain_header
from optimage.dicom.part10 import (
    DEFLATED,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    Part10,
    read_part10,
    truncated,
)
from optimage.dicom.structure import PIXEL_TAGS, PixelElement, is_implicit, walk
from optimage.errors import ImageError
from optimage.messages import N_
from optimage.model.images import FrameHeader, Header

MAXIMUM_BYTES = 4 << 30  # of one object, on disk or inflated
MAXIMUM_FRAMES = 20_000

# What a value may break is decided in headers.py; pydicom need not warn on top.
config.settings.reading_validation_mode = config.IGNORE


@dataclass(frozen=True, slots=True)
class ReadObject:
    """What a file holds.

    Attributes
    ----------
    sha256 : str
        Of the encoded data set as it lies in the file, without preamble and meta information.
    size : int
        Bytes of that data set.
    headers : tuple of FrameHeader
        One a frame; one for an object that is no image.
    offset : int
        Where the data set begins in the file.
    pixels : PixelElement or None
        Where the pixel data lie in the data set as it was walked.
    """

    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    sha256: str
    size: int
    headers: tuple[FrameHeader, ...]
    is_image: bool
    offset: int = 0
    pixels: PixelElement | None = None


@dataclass(frozen=True, slots=True, eq=False)
class ParsedObject:
    """The bytes of one object, its headers, and where its pixel data lie in `encoded`.

    `encoded` is the file itself, or the inflated data set where it was deflated.
    """

    meta: Part10
    data: bytes
    encoded: bytes
    pixels: PixelElement | None
    headers: tuple[FrameHeader, ...]

    @property
    def is_image(self) -> bool:
        """Whether there are pixels, or rows and columns that say there should be."""
        header = self.headers[0].header
        return self.pixels is not None or ("Rows" in header and "Columns" in header)


def read_object(source: Path | bytes) -> ReadObject:
    """Read the headers of a file, or of a file's bytes.

    Raises
    ------
    ImageError
        `unreadable`, `too_large`, `not_dicom`, `truncated`,
        `pixel_data_short`, `malformed`, `nested_too_deep`,
        `invalid_frames`, `unknown_transfer_syntax`.
    """
    parsed = parse(source)
    received = memoryview(parsed.data)[parsed.meta.offset :]
    return ReadObject(
        sop_instance_uid=parsed.headers[0].uid,
        sop_class_uid=_identity(parsed.headers[0], "SOPClassUID", parsed.meta.sop_class_uid),
        transfer_syntax_uid=parsed.meta.transfer_syntax_uid,
        sha256=sha256(received).hexdigest(),
        size=len(received),
        headers=parsed.headers,
        is_image=parsed.is_image,
        offset=parsed.meta.offset,
        pixels=parsed.pixels,
    )


def parse(source: Path | bytes, known: ReadObject | None = None) -> ParsedObject:
    """Read everything but the pixels; errors as in `read_object`.

    `known` is what was read from the same source before: its headers are
    taken over where the data set still begins and ends in the same places.
    """
    data = source if isinstance(source, bytes) else _content(source)
    meta = read_part10(data)
    if known is not None and _is_as_before(data, meta, known):
        return ParsedObject(meta, data, data, known.pixels, known.headers)
    syntax = UID(meta.transfer_syntax_uid)
    if not syntax.is_transfer_syntax:
        raise ImageError(
            "unknown_transfer_syntax",
            N_("the transfer syntax {uid} is unknown"),
            advice=N_("let the scanner send it uncompressed"),
            uid=str(syntax),
        )
    encoded, start = (inflate(data[meta.offset :]), 0) if syntax == DEFLATED else (data, meta.offset)
    structure = walk(encoded, EXPLICIT_LITTLE if syntax == DEFLATED else syntax, start)
    dataset = _parse_elements(encoded, start, syntax)
    headers = _headers(dataset, meta, structure.sop_instance_uid)
    return ParsedObject(meta, data, encoded, structure.pixels, headers)


def _is_as_before(data: bytes, meta: Part10, known: ReadObject) -> bool:
    """Whether places in the data set are those that were found before; in a deflated one they are not its bytes'."""
    place = (meta.transfer_syntax_uid, meta.offset, len(data) - meta.offset)
    return place == (known.transfer_syntax_uid, known.offset, known.size) and meta.transfer_syntax_uid != DEFLATED


def inflate(data: bytes) -> bytes:
    """Return the inflated data set, at most `MAXIMUM_BYTES` of it (PS3.5 A.5).

    Raises
    ------
    ImageError
        `too_large`, or `truncated` where the stream breaks off.
    """
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = stream.decompress(data, MAXIMUM_BYTES)
    except zlib.error:
        raise truncated() from None
    if stream.unconsumed_tail:
        raise too_large(MAXIMUM_BYTES)
    if not stream.eof:
        raise truncated()
    return inflated


def too_large(limit: int) -> ImageError:
    """Create the error for something that needs more than `limit` bytes."""
    return ImageError(
        "too_large",
        N_("it needs more than {limit:.0f} MiB"),
        advice=N_("send single frames or a shorter series"),
        limit=limit / (1 << 20),
    )


def unreadable(reason: str) -> ImageError:
    """Create the error for a file that the system does not hand out."""
    return ImageError(
        "unreadable", N_("the file cannot be read ({reason})"), advice=N_("check its permissions"), reason=reason
    )


def _content(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise unreadable("no such file" if not path.exists() else "not a file")
        if path.stat().st_size > MAXIMUM_BYTES:
            raise too_large(MAXIMUM_BYTES)
        return path.read_bytes()
    except OSError as error:
        raise unreadable(error.strerror or type(error).__name__) from None


def _parse_elements(encoded: bytes, start: int, syntax: UID) -> Dataset:
    stream = BytesIO(encoded)  # shares the bytes, does not copy them
    stream.seek(start)
    try:
        return read_dataset(
            stream,
            is_implicit_VR=is_implicit(encoded, start, syntax),
            is_little_endian=syntax != EXPLICIT_BIG,
            stop_when=lambda tag, _vr, _length: tag in PIXEL_TAGS,
        )
    except Exception as error:  # pydicom raises anything on bytes that only look like DICOM
        raise ImageError(
            "malformed",
            N_("the data set cannot be understood ({reason})"),
            advice=N_("export or send it again; if it stays so, tell the vendor of the sender"),
            reason=f"{type(error).__name__}: {error}",
        ) from error


def _headers(dataset: Dataset, meta: Part10, uid: str) -> tuple[FrameHeader, ...]:
    common = plain_header(dataset) | {"TransferSyntaxUID": meta.transfer_syntax_uid}
    if "NumberOfFrames" in dataset:
        common.setdefault("NumberOfFrames", "?")  # broken, and not to be taken for 1
    headers = frame_headers(dataset, common, number_of_frames(common))
    uid = uid or meta.sop_instance_uid
    return tuple(FrameHeader(uid, frame, header) for frame, header in enumerate(headers))


def number_of_frames(header: Header) -> int:
    """Return `NumberOfFrames`, 1 where it is absent or empty.

    Raises
    ------
    ImageError
        `invalid_frames` for no number, or for more frames than any device makes.
    """
    frames = header.get("NumberOfFrames", 1) or 1
    if not isinstance(frames, int) or not 1 <= frames <= MAXIMUM_FRAMES:
        raise ImageError(
            "invalid_frames",
            N_("NumberOfFrames is no number from 1 to {limit}"),
            advice=N_("export the image again; if it stays so, tell the vendor"),
            limit=MAXIMUM_FRAMES,
        )
    return frames


def _identity(header: FrameHeader, keyword: str, fallback: str) -> str:
    return str(header.header.get(keyword) or fallback)
