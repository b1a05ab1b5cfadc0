# SPDX-License-Identifier: LGPL-3.0-or-later
"""The DICOM data dictionary (PS3.6), and the private elements that headers carry beside it."""

from pydicom.datadict import tag_for_keyword

from optimage.dicom.private import PRIVATE_KEYWORDS


def is_keyword(text: str) -> bool:
    """Whether `text` is the keyword of a standard attribute, or of a private one that headers carry."""
    return text in PRIVATE_KEYWORDS or tag_for_keyword(text) is not None
