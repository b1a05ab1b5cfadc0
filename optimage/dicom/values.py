# SPDX-License-Identifier: LGPL-3.0-or-later
"""One element of a data set as a plain value."""

from functools import lru_cache
from typing import Any

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement, convert_raw_data_element
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.tag import BaseTag
from pydicom.valuerep import PersonName

from optimage.model.images import HeaderValue, Scalar

MAXIMUM_VALUE_BYTES = 65536  # longer values are tables or documents, nothing to match or chart
MAXIMUM_KEPT_BYTES = 256  # of a value that is remembered
KEPT_VALUES = 4096

_BULK_VRS = frozenset(("SQ", "OB", "OW", "OD", "OF", "OL", "OV"))
_NUMBER_VRS = frozenset(("DS", "IS"))  # texts in the file; pydicom hands out what is no number as it stands


Encoding = str | tuple[str, ...]


def encoding_of(dataset: Dataset) -> Encoding:
    """Return the character sets of a data set, in a form that can be compared."""
    encoding = dataset.original_character_set
    return encoding if isinstance(encoding, str) else tuple(encoding)


def plain_value(
    dataset: Dataset, tag: BaseTag, element: RawDataElement | DataElement, encoding: Encoding
) -> HeaderValue | None:
    """Return a number, a trimmed text or a tuple of them; `""` for an empty value, None for what is left out.

    `element` is what `dataset` holds under `tag`, converted or not, and
    `encoding` what `encoding_of` tells of the data set. Left out
    are sequences, bytes, values of more than 64 KiB, and those that break
    their representation. Short values are remembered by their bytes: most
    elements of a series are the same on every slice.

    Raises
    ------
    Exception
        Anything: pydicom does so on broken values.
    """
    if isinstance(element, RawDataElement) and element.value is not None and len(element.value) <= MAXIMUM_KEPT_BYTES:
        syntax = element.is_implicit_VR, element.is_little_endian
        stands_alone, value = _remembered(tag, element.VR, element.value, syntax, encoding)
        if stands_alone:
            return value
    return None if _is_skipped(element) else _plain(dataset[tag])


@lru_cache(maxsize=KEPT_VALUES)
def _remembered(
    tag: BaseTag, vr: str | None, value: bytes, syntax: tuple[bool, bool], encoding: Encoding
) -> tuple[bool, HeaderValue | None]:
    """Return whether a value means the same in any data set of the same encoding, and if so the value."""
    known = vr or dictionary_VR(tag)
    if not encoding or known == "UN" or " or " in known:  # those take their meaning from other elements
        return False, None
    if known in _BULK_VRS:
        return True, None
    element = RawDataElement(tag, vr, len(value), value, 0, *syntax)
    given = encoding if isinstance(encoding, str) else list(encoding)
    return True, _plain(convert_raw_data_element(element, encoding=given))


def _is_skipped(element: Any) -> bool:
    if element.VR in _BULK_VRS:
        return True
    return isinstance(element.value, (bytes, str)) and len(element.value) > MAXIMUM_VALUE_BYTES


def _plain(element: DataElement) -> HeaderValue | None:
    value = element.value
    parts = [_scalar(part) for part in value] if isinstance(value, (MultiValue, list, tuple)) else [_scalar(value)]
    known = tuple(part for part in parts if part is not None)
    if len(known) < len(parts) or (element.VR in _NUMBER_VRS and any(isinstance(p, str) and p for p in known)):
        return None
    if len(known) < 2:
        return known[0] if known else ""
    return known


def _scalar(value: Any) -> Scalar | None:
    if value is None:
        return ""
    if isinstance(value, (str, PersonName)):
        return str(value).strip(" \0\r\n")
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return int(value)
    return float(value) if isinstance(value, float) else None
