# SPDX-License-Identifier: LGPL-3.0-or-later
"""Writing DICOM files: an image in memory as a file, and the file around received bytes."""

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from optimage.dicom.part10 import EXPLICIT_LITTLE, part10, split_part10
from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.images import HeaderValue, Image

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

__all__ = ["part10", "split_part10", "write_image"]

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_NOT_ELEMENTS = frozenset(("TransferSyntaxUID",))  # belongs to the file meta information


def write_image(image: Image) -> bytes:
    """Return `image` as a DICOM file in explicit VR little endian.

    The header's keywords become elements; what the pixels and the other
    fields of `image` say wins over the header. Without `SOPClassUID` it is
    a secondary capture. The same image gives the same bytes.

    Raises
    ------
    UsageError
        `not_writable`: the pixels are no 8- or 16-bit integers, or a header
        entry is no DICOM keyword or does not fit it.
    """
    from pydicom.dataset import Dataset
    from pydicom.filebase import DicomIO
    from pydicom.filewriter import write_dataset

    _check(image)
    dataset = Dataset()
    header = {"SOPClassUID": SECONDARY_CAPTURE, **image.header, **_described(image)}
    for keyword, value in sorted(header.items(), key=lambda entry: entry[0] != "PixelRepresentation"):
        if keyword not in _NOT_ELEMENTS:
            _set(dataset, keyword, value)
    pixels = np.ascontiguousarray(image.pixels.astype(image.pixels.dtype.newbyteorder("<"), copy=False)).tobytes()
    dataset.add_new("PixelData", "OW" if image.pixels.itemsize == 2 else "OB", pixels + b"\0" * (len(pixels) % 2))
    buffer = BytesIO()
    stream = DicomIO(buffer)
    stream.is_implicit_VR, stream.is_little_endian = False, True
    write_dataset(stream, dataset)
    return part10(
        buffer.getvalue(),
        sop_class_uid=str(header["SOPClassUID"]),
        sop_instance_uid=image.uid,
        transfer_syntax_uid=EXPLICIT_LITTLE,
    )


def _check(image: Image) -> None:
    dtype = image.pixels.dtype
    if dtype.kind not in "iu" or dtype.itemsize > 2 or image.pixels.ndim != 2:
        raise UsageError(
            "not_writable",
            N_("pixels of type {dtype} and shape {shape} cannot be written"),
            advice=N_("give rows and columns of 8- or 16-bit integers"),
            dtype=str(dtype),
            shape=str(image.pixels.shape),
        )


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


def _set(dataset: "Dataset", keyword: str, value: HeaderValue) -> None:
    from pydicom.datadict import dictionary_VR, tag_for_keyword
    from pydicom.valuerep import format_number_as_ds

    tag = tag_for_keyword(keyword)
    if tag is None:
        raise _not_an_element(keyword, "unknown keyword")
    vr = dictionary_VR(tag)
    if vr == "US or SS":
        vr = "SS" if dataset.get("PixelRepresentation") == 1 else "US"
    parts = list(value) if isinstance(value, tuple) else [value]
    try:
        if vr == "DS":
            parts = [format_number_as_ds(float(part)) if part != "" else "" for part in parts]
        dataset.add_new(tag, vr, parts if isinstance(value, tuple) else parts[0])
    except (ValueError, TypeError, OverflowError) as error:
        raise _not_an_element(keyword, str(error)) from None


def _not_an_element(keyword: str, reason: str) -> UsageError:
    return UsageError(
        "not_writable",
        N_("the header entry {keyword} cannot be written ({reason})"),
        advice=N_("use a DICOM keyword with a value of its kind"),
        keyword=keyword,
        reason=reason,
    )
