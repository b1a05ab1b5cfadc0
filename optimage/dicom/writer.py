# SPDX-License-Identifier: LGPL-3.0-or-later
"""Writing DICOM files: images in memory as a file, and the file around received bytes."""

from optimage.dicom.elements import check_pixels, elements_of, file_with_pixels, set_elements
from optimage.dicom.multiframe import write_frames
from optimage.dicom.part10 import part10, split_part10
from optimage.model.images import Image

__all__ = ["part10", "split_part10", "write_frames", "write_image"]


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

    check_pixels(image)
    dataset = Dataset()
    set_elements(dataset, elements_of(image))
    return file_with_pixels(dataset, (image,))
