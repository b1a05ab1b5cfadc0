# SPDX-License-Identifier: LGPL-3.0-or-later
"""From plain header entries and stored integers to the elements of a data set, and from that to a file."""

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from optimage.dicom.part10 import EXPLICIT_LITTLE, part10
from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.images import HeaderValue, Image

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_NOT_ELEMENTS = frozenset(("TransferSyntaxUID",))  # belongs to the file meta information


def check_pixels(image: Image) -> None:
    """Raise `not_writable` unless the pixels are rows and columns of 8- or 16-bit integers."""
    dtype = image.pixels.dtype
    if dtype.kind not in "iu" or dtype.itemsize > 2 or image.pixels.ndim != 2:
        raise UsageError(
            "not_writable",
            N_("pixels of type {dtype} and shape {shape} cannot be written"),
            advice=N_("give rows and columns of 8- or 16-bit integers"),
            dtype=str(dtype),
            shape=str(image.pixels.shape),
        )


def elements_of(image: Image) -> dict[str, HeaderValue]:
    """Return keyword to value of all that is written of `image` but the pixels.

    What the pixels and the other fields say wins over the header. Keywords
    of our own for private elements are left out.
    """
    from optimage.dicom.private import PRIVATE_KEYWORDS

    header = {"SOPClassUID": SECONDARY_CAPTURE, **image.header, **_described(image)}
    return {key: value for key, value in header.items() if key not in _NOT_ELEMENTS and key not in PRIVATE_KEYWORDS}


def _described(image: Image) -> dict[str, HeaderValue]:
    bits = 8 * image.pixels.itemsize
    stored = int(image.number("BitsStored", bits))
    header: dict[str, HeaderValue] = {
        "SOPInstanceUID": image.uid,
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": image.text("PhotometricInterpretation") or "MONOCHROME2",
        "Rows": image.shape[0],
        "Columns": image.shape[1],
        "BitsAllocated": bits,
        "BitsStored": stored,
        "HighBit": stored - 1,
        "PixelRepresentation": int(image.pixels.dtype.kind == "i"),
    }
    if (image.slope, image.intercept) != (1.0, 0.0) or "RescaleSlope" in image.header:
        header |= {"RescaleSlope": image.slope, "RescaleIntercept": image.intercept}
    if image.padding is not None:
        header |= {"PixelPaddingValue": image.padding[0], "PixelPaddingRangeLimit": image.padding[1]}
    if image.spacing_mm and "ImagerPixelSpacing" not in image.header:
        header["PixelSpacing"] = image.spacing_mm
    if image.position_mm and image.orientation:
        header |= {"ImagePositionPatient": image.position_mm, "ImageOrientationPatient": image.orientation}
    return header


def set_elements(dataset: "Dataset", header: dict[str, HeaderValue]) -> None:
    """Put every entry of `header` into `dataset`, or raise `not_writable`; the signedness comes first."""
    for keyword, value in sorted(header.items(), key=lambda entry: entry[0] != "PixelRepresentation"):
        _set(dataset, keyword, value)


def _set(dataset: "Dataset", keyword: str, value: HeaderValue) -> None:
    from pydicom.datadict import dictionary_VR, tag_for_keyword
    from pydicom.valuerep import format_number_as_ds

    tag = tag_for_keyword(keyword)
    if tag is None:
        raise not_an_element(keyword, "unknown keyword")
    vr = dictionary_VR(tag)
    if vr == "US or SS":
        vr = "SS" if dataset.get("PixelRepresentation") == 1 else "US"
    parts = list(value) if isinstance(value, tuple) else [value]
    try:
        if vr == "DS":
            parts = [format_number_as_ds(float(part)) if part != "" else "" for part in parts]
        dataset.add_new(tag, vr, parts if isinstance(value, tuple) else parts[0])
    except (ValueError, TypeError, OverflowError) as error:
        raise not_an_element(keyword, str(error)) from None


def not_an_element(keyword: str, reason: str) -> UsageError:
    """Create the error for a header entry that no element can hold."""
    return UsageError(
        "not_writable",
        N_("the header entry {keyword} cannot be written ({reason})"),
        advice=N_("use a DICOM keyword with a value of its kind"),
        keyword=keyword,
        reason=reason,
    )


def file_with_pixels(dataset: "Dataset", images: tuple[Image, ...]) -> bytes:
    """Return the file of `dataset` with the pixels of `images`, in explicit VR little endian."""
    from pydicom.filebase import DicomIO
    from pydicom.filewriter import write_dataset

    pixels = b"".join(_little_endian(image) for image in images)
    vr = "OW" if images[0].pixels.itemsize == 2 else "OB"
    dataset.add_new("PixelData", vr, pixels + b"\0" * (len(pixels) % 2))
    buffer = BytesIO()
    stream = DicomIO(buffer)
    stream.is_implicit_VR, stream.is_little_endian = False, True
    write_dataset(stream, dataset)
    return part10(
        buffer.getvalue(),
        sop_class_uid=str(dataset.SOPClassUID),
        sop_instance_uid=images[0].uid,
        transfer_syntax_uid=EXPLICIT_LITTLE,
    )


def _little_endian(image: Image) -> bytes:
    pixels = image.pixels
    return np.ascontiguousarray(pixels.astype(pixels.dtype.newbyteorder("<"), copy=False)).tobytes()
