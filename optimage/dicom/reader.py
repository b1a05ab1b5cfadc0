# SPDX-License-Identifier: LGPL-3.0-or-later
"""Reading DICOM: the names other parts of the program use, gathered."""

from optimage.dicom.finder import FoundObject, find_objects
from optimage.dicom.objects import ReadObject, read_object
from optimage.dicom.pixels import load_images
from optimage.model.images import Header

__all__ = ["FoundObject", "ReadObject", "find_objects", "is_lossy", "load_images", "read_object"]

_LOSSY_SYNTAXES = frozenset(
    (
        "1.2.840.10008.1.2.4.50",  # JPEG baseline
        "1.2.840.10008.1.2.4.51",  # JPEG extended
        "1.2.840.10008.1.2.4.81",  # JPEG-LS near-lossless
    )
)


def is_lossy(header: Header) -> bool:
    """Whether the pixels went through a compression with loss, now or before.

    JPEG 2000 and HTJ2K may be either under one transfer syntax; there
    `LossyImageCompression` alone decides (PS3.3 C.7.6.1.1.5).
    """
    flag = header.get("LossyImageCompression")
    if isinstance(flag, str) and flag.strip() == "01":
        return True
    return header.get("TransferSyntaxUID") in _LOSSY_SYNTAXES
