# SPDX-License-Identifier: LGPL-3.0-or-later
"""The DICOM data dictionary (PS3.6)."""

from pydicom.datadict import tag_for_keyword


def is_keyword(text: str) -> bool:
    """Whether `text` is the keyword of a standard attribute."""
    return tag_for_keyword(text) is not None
