# SPDX-License-Identifier: LGPL-3.0-or-later
"""Pixel data to images: stored integers, checked before a byte is allocated."""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from optimage.dicom.codestream import codestream_size
from optimage.dicom.objects import ParsedObject, ReadObject, parse, too_large
from optimage.dicom.structure import PIXEL_DATA, PixelElement
from optimage.errors import ImageError
from optimage.messages import N_
from optimage.model.images import FrameHeader, Header, Image

MAXIMUM_PIXEL_BYTES = 2 << 30
SPACINGS = ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing", "ImagePlanePixelSpacing")

Pixels = npt.NDArray[np.generic]


def load_images(source: Path | bytes, known: ReadObject | None = None) -> tuple[Image, ...]:
    """Read a file, or a file's bytes, and decode its pixels into one image a frame.

    `known` is what `read_object` made of the same source, so that its header need not be read twice.

    Stored values stay as they are (also of `MONOCHROME1`); bits beyond
    `BitsStored` are cleared. `spacing_mm` is `PixelSpacing`, else the
    spacing of the detector, the scanned plate or the image plane, not
    divided by any magnification.

    Raises
    ------
    ImageError
        Those of `read_object`, and `not_an_image`, `pixel_data_missing`,
        `pixel_data_short`, `unsupported_pixels`, `colour_image`,
        `too_large`, `undecodable`, `invalid_rescale`.
    """
    parsed = parse(source, known)
    if not parsed.is_image:
        raise ImageError(
            "not_an_image", N_("the object holds no image"), advice=N_("leave it out; only images can be measured")
        )
    if parsed.pixels is None:
        raise ImageError(
            "pixel_data_missing",
            N_("the pixel data are missing"),
            advice=N_("export the image again, with its pixels"),
        )
    frames = _decode(parsed, parsed.pixels)
    return tuple(_image(pixels, header) for pixels, header in zip(frames, parsed.headers, strict=True))


@dataclass(frozen=True, slots=True)
class _Layout:
    """Shape and type of the pixel data as the header announces them."""

    rows: int
    columns: int
    frames: int
    allocated: int
    stored: int
    signed: bool

    @property
    def byte_count(self) -> int:
        """Bytes that the uncompressed pixels of all frames take."""
        return (self.rows * self.columns * self.frames * self.allocated + 7) // 8


def _decode(parsed: ParsedObject, pixels: PixelElement) -> Pixels:
    """Return the stored values of all frames, shape (frames, rows, columns)."""
    header = parsed.headers[0].header
    _check_kind(header, pixels)
    layout = _layout(header, len(parsed.headers))
    _check_size(layout, pixels)
    length = pixels.length if pixels.encapsulated else layout.byte_count
    whole = parsed.encoded if pixels.encapsulated else memoryview(parsed.encoded)  # native pixels are not copied
    value = whole[pixels.offset : pixels.offset + length]
    if isinstance(value, bytes):
        _check_codestream(value, layout)
    array = _decoded(parsed.meta.transfer_syntax_uid, value, pixels, layout)
    if array.size != layout.frames * layout.rows * layout.columns:
        raise _undecodable("the frames have another size than the header says")
    return array.reshape(layout.frames, layout.rows, layout.columns)


def _check_kind(header: Header, pixels: PixelElement) -> None:
    if pixels.tag != PIXEL_DATA:
        raise _unsupported("floating-point pixels")
    if _integer(header, "SamplesPerPixel", 1) != 1 or header.get("PhotometricInterpretation") == "PALETTE COLOR":
        raise ImageError(
            "colour_image",
            N_("it is a colour image; only grey values can be measured"),
            advice=N_("export the original image, not a screen copy"),
        )


def _layout(header: Header, frames: int) -> _Layout:
    rows, columns = _integer(header, "Rows", 0), _integer(header, "Columns", 0)
    allocated = _integer(header, "BitsAllocated", 0)
    stored = _integer(header, "BitsStored", 0)
    representation = _integer(header, "PixelRepresentation", -1)
    if rows < 1 or columns < 1:
        raise _unsupported(f"{rows} x {columns} pixels")
    if allocated not in (1, 8, 16, 32) or not 1 <= stored <= allocated:
        raise _unsupported(f"{stored} of {allocated} bits")
    if _integer(header, "HighBit", stored - 1) != stored - 1:
        raise _unsupported("HighBit is not BitsStored - 1")
    if representation not in (0, 1):
        raise _unsupported("PixelRepresentation is neither 0 nor 1")
    return _Layout(rows, columns, frames, allocated, stored, signed=representation == 1)


def _check_size(layout: _Layout, pixels: PixelElement) -> None:
    expected = layout.byte_count
    if expected > MAXIMUM_PIXEL_BYTES:
        raise too_large(MAXIMUM_PIXEL_BYTES)
    if not pixels.encapsulated and pixels.length < expected:
        raise ImageError(
            "pixel_data_short",
            N_("the header needs {announced} bytes of pixel data, {found} are there"),
            advice=N_("copy or send it again; the last transfer was not complete"),
            announced=expected,
            found=pixels.length,
        )


def _check_codestream(value: bytes, layout: _Layout) -> None:
    """Refuse a compressed frame that would unpack to another size than the header announces."""
    found = codestream_size(value)
    if found is not None and found != (layout.rows, layout.columns):
        raise _undecodable(f"{found[0]} x {found[1]} compressed pixels, {layout.rows} x {layout.columns} in the header")


def _decoded(transfer_syntax_uid: str, value: bytes | memoryview, pixels: PixelElement, layout: _Layout) -> Pixels:
    syntax = UID(transfer_syntax_uid)
    options: dict[str, Any] = {
        "rows": layout.rows,
        "columns": layout.columns,
        "number_of_frames": layout.frames,
        "samples_per_pixel": 1,
        "photometric_interpretation": "MONOCHROME2",  # a grey value is a grey value, polarity is for display
        "bits_allocated": layout.allocated,
        "bits_stored": layout.stored,
        "pixel_representation": int(layout.signed),
        "pixel_keyword": "PixelData",
        "pixel_vr": "OW",
        "allow_excess_frames": False,
        "view_only": not pixels.encapsulated and layout.allocated == layout.stored,
    }
    try:
        array, _ = get_decoder(syntax).as_array(value, raw=True, **options)
    except NotImplementedError:
        raise _unsupported(syntax.name) from None
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # decoders raise anything on damaged streams; a panic in Rust is no Exception
        raise _undecodable(f"{type(error).__name__}: {' '.join(str(error).split())}") from error
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _image(pixels: Pixels, frame: FrameHeader) -> Image:
    header = frame.header
    slope, intercept = _rescale(header)
    position, orientation = _floats(header, "ImagePositionPatient", 3), _floats(header, "ImageOrientationPatient", 6)
    return Image(
        pixels=pixels,
        uid=frame.uid,
        header=header,
        frame=frame.frame,
        slope=slope,
        intercept=intercept,
        padding=padding(header),
        spacing_mm=_spacing(header),
        position_mm=position,  # type: ignore[arg-type] # 3 and 6 numbers, counted by _floats
        orientation=orientation,  # type: ignore[arg-type]
    )


def _rescale(header: Header) -> tuple[float, float]:
    slope, intercept = _number(header, "RescaleSlope", 1.0), _number(header, "RescaleIntercept", 0.0)
    if slope == 0 or not isfinite(slope) or not isfinite(intercept):
        raise ImageError(
            "invalid_rescale",
            N_("RescaleSlope {slope} and RescaleIntercept {intercept} give no values"),
            advice=N_("export the image again; if it stays so, tell the vendor"),
            slope=slope,
            intercept=intercept,
        )
    return slope, intercept


def padding(header: Header) -> tuple[int, int] | None:
    """Return the inclusive range of stored values that `PixelPaddingValue` and its limit name (PS3.3 C.7.5.1.1.2).

    A value written with the wrong signedness is read as the pixels are.
    """
    first = header.get("PixelPaddingValue")
    if not isinstance(first, int):
        return None
    last = header.get("PixelPaddingRangeLimit")
    ends = [_as_stored(value, header) for value in (first, last if isinstance(last, int) else first)]
    return min(ends), max(ends)


def _as_stored(value: int, header: Header) -> int:
    bits = int(_number(header, "BitsStored", 16))
    signed = header.get("PixelRepresentation") == 1
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if signed else (0, (1 << bits) - 1)
    if low <= value <= high:
        return value
    value &= (1 << bits) - 1
    return value - (1 << bits) if value > high else value


def _spacing(header: Header) -> tuple[float, float] | None:
    for keyword in SPACINGS:
        spacing = _floats(header, keyword, 2)
        if spacing and min(spacing) > 0:
            return spacing[0], spacing[1]
    return None


def _floats(header: Header, keyword: str, count: int) -> tuple[float, ...] | None:
    value = header.get(keyword)
    if not isinstance(value, tuple) or len(value) != count:
        return None
    numbers = tuple(float(part) for part in value if isinstance(part, (int, float)) and isfinite(part))
    return numbers if len(numbers) == count else None


def _number(header: Header, keyword: str, default: float) -> float:
    value = header.get(keyword)
    return float(value) if isinstance(value, (int, float)) else default


def _integer(header: Header, keyword: str, default: int) -> int:
    value = header.get(keyword, default)
    if not isinstance(value, int):
        raise _unsupported(f"{keyword} is no number")
    return value


def _unsupported(what: str) -> ImageError:
    return ImageError(
        "unsupported_pixels",
        N_("pixels of this kind cannot be read ({what})"),
        advice=N_("let the scanner send the image uncompressed, in its original form"),
        what=what,
    )


def _undecodable(reason: str) -> ImageError:
    return ImageError(
        "undecodable",
        N_("the compressed pixel data cannot be decoded ({reason})"),
        advice=N_("copy or send it again, uncompressed if that is possible"),
        reason=reason,
    )
