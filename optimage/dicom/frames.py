# SPDX-License-Identifier: LGPL-3.0-or-later
"""One header a frame: functional groups of enhanced objects laid over the attributes of the object."""

from collections.abc import Iterator
from dataclasses import dataclass

from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset

from optimage.dicom.headers import plain_header
from optimage.dicom.private import private_header
from optimage.dicom.vocabulary import with_classic_names
from optimage.model.images import Header, HeaderValue

# Functional groups that describe other images, or other scales, not this frame
_REFERENCES = frozenset(
    ("ReferencedImageSequence", "DerivationImageSequence", "SourceImageSequence", "RealWorldValueMappingSequence")
)


@dataclass(frozen=True, slots=True)
class Nested:
    """An attribute deeper than one sequence: the way to its item, its keyword there, and what tells the item."""

    keyword: str
    path: tuple[str, ...]
    source: str
    told_by: tuple[str, str] | None = None


NESTED = (
    Nested("RealWorldValueSlope", ("RealWorldValueMappingSequence",), "RealWorldValueSlope"),
    Nested("RealWorldValueIntercept", ("RealWorldValueMappingSequence",), "RealWorldValueIntercept"),
    Nested(
        "SAR",  # of the whole body in classic objects
        ("MRTimingAndRelatedParametersSequence", "SpecificAbsorptionRateSequence"),
        "SpecificAbsorptionRateValue",
        ("SpecificAbsorptionRateDefinition", "IEC_WHOLE_BODY"),
    ),
    # the first of several sources
    Nested("XRaySourceID", ("MultienergyCTAcquisitionSequence", "MultienergyCTXRaySourceSequence"), "XRaySourceID"),
)


def frame_headers(dataset: Dataset, common: Header, frames: int) -> tuple[Header, ...]:
    """Return one header a frame: shared and per-frame functional groups laid over `common`, the plain header.

    Everything has its classic name, too. Frames of an object without
    functional groups share one mapping.
    """
    base = dict(common) | _beside(dataset)
    if "SharedFunctionalGroupsSequence" not in dataset and "PerFrameFunctionalGroupsSequence" not in dataset:
        return (with_classic_names(base),) * frames
    for item in _items(dataset, "SharedFunctionalGroupsSequence")[:1]:
        base |= _flattened(item)
    groups = _items(dataset, "PerFrameFunctionalGroupsSequence")
    own = tuple(with_classic_names(base | _flattened(item)) for item in groups[:frames])
    return own + (with_classic_names(base),) * (frames - len(own))


def _flattened(group: Dataset) -> dict[str, HeaderValue]:
    """Return the attributes of all macros of one functional group item."""
    header: dict[str, HeaderValue] = {}
    for tag in group.keys():  # noqa: SIM118
        keyword = keyword_for_tag(tag)
        if keyword and keyword not in _REFERENCES:
            for item in _items(group, keyword)[:1]:
                header |= plain_header(item)
    return header | _beside(group)


def _beside(dataset: Dataset) -> dict[str, HeaderValue]:
    """Return what the plain header leaves out and measurements ask for: nested and private elements."""
    header: dict[str, HeaderValue] = dict(private_header(dataset))
    for nested in NESTED:
        values = (_value(nested, plain_header(item)) for item in _at(dataset, nested.path))
        value = next((value for value in values if value != ""), "")
        if value != "":
            header[nested.keyword] = value
    return header


def _value(nested: Nested, found: Header) -> HeaderValue:
    is_it = nested.told_by is None or found.get(nested.told_by[0]) == nested.told_by[1]
    return found.get(nested.source, "") if is_it else ""


def _at(dataset: Dataset, path: tuple[str, ...]) -> Iterator[Dataset]:
    for item in _items(dataset, path[0]):
        if len(path) == 1:
            yield item
        else:
            yield from _at(item, path[1:])


def _items(dataset: Dataset, keyword: str) -> list[Dataset]:
    try:
        return [item for item in dataset.get(keyword) or () if isinstance(item, Dataset)]
    except Exception:  # a broken sequence counts as absent, like any broken value
        return []
