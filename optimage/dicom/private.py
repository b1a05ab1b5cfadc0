# SPDX-License-Identifier: LGPL-3.0-or-later
"""Private elements that measurements need, under keywords of our own; trusted only below their maker's creator."""

import struct
from dataclasses import dataclass
from math import isfinite

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence


@dataclass(frozen=True, slots=True)
class PrivateElement:
    """A number in a private block: `element` is the low byte of the tag, `vr` its representation."""

    keyword: str
    group: int
    creator: str
    element: int
    vr: str


PRIVATE_ELEMENTS = (
    # Rescaled values, divided by RescaleSlope times this, are comparable between series; never applied to pixels
    PrivateElement("PhilipsScaleSlope", 0x2005, "Philips MR Imaging DD 001", 0x0E, "FL"),
    PrivateElement("PhilipsScaleIntercept", 0x2005, "Philips MR Imaging DD 001", 0x0D, "FL"),
    PrivateElement("GERawDataType", 0x0043, "GEMS_PARM_01", 0x2F, "SS"),  # 0 magnitude, 1 phase, 2 real, 3 imaginary
)
PRIVATE_KEYWORDS = frozenset(element.keyword for element in PRIVATE_ELEMENTS)

# Philips lays the elements of a frame of an enhanced object into a sequence of its own
_PHILIPS_FRAME = (0x2005, "Philips MR Imaging DD 005", 0x0F)
_FORMATS = {"FL": "<f", "SS": "<h"}


def private_header(dataset: Dataset) -> dict[str, int | float]:
    """Return keyword to number of the known private elements of one level of `dataset`, or of one functional group.

    What is absent, empty, infinite or no number is left out.
    """
    blocks = _blocks(dataset)
    if not blocks:
        return {}
    header: dict[str, int | float] = {}
    for frame in _items(dataset, blocks):
        header |= private_header(frame)
    for known in PRIVATE_ELEMENTS:
        block = blocks.get((known.group, known.creator))
        number = None if block is None else _number(dataset, block + known.element, known.vr)
        if number is not None:
            header[known.keyword] = number
    return header


def _blocks(dataset: Dataset) -> dict[tuple[int, str], int]:
    """Return the first tag of each private block that a creator has reserved (PS3.5 7.8.1)."""
    found: dict[tuple[int, str], int] = {}
    for tag in dataset.keys():  # noqa: SIM118 - iterating a Dataset would convert every element
        if tag.is_private_creator:
            creator = _value(dataset, tag)
            if isinstance(creator, str):
                found.setdefault((tag.group, creator.strip(" \0")), tag.group << 16 | tag.element << 8)
    return found


def _items(dataset: Dataset, blocks: dict[tuple[int, str], int]) -> list[Dataset]:
    group, creator, element = _PHILIPS_FRAME
    block = blocks.get((group, creator))
    value = None if block is None else _value(dataset, block + element)
    return [item for item in value if isinstance(item, Dataset)][:1] if isinstance(value, Sequence) else []


def _number(dataset: Dataset, tag: int, vr: str) -> int | float | None:
    value = _value(dataset, tag)
    if isinstance(value, bytes):  # without a VR in the file
        kind = _FORMATS[vr]
        value = struct.unpack(kind, value)[0] if len(value) == struct.calcsize(kind) else None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if isfinite(value) else None


def _value(dataset: Dataset, tag: int) -> object:
    try:
        return dataset[tag].value if tag in dataset else None
    except Exception:  # pydicom raises anything on broken values; the element counts as absent
        return None
