# SPDX-License-Identifier: LGPL-3.0-or-later
"""Writing an enhanced multi-frame object: what is common to all frames once, the rest in functional groups."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING
from uuid import NAMESPACE_OID, uuid5

from optimage.dicom.elements import check_pixels, elements_of, file_with_pixels, not_an_element, set_elements
from optimage.dicom.groups import (
    DIMENSIONS,
    FRAME_CONTENT,
    FRAME_TYPE,
    GROUPED,
    GROUPS,
    RATE_DEFINITION,
    RATE_VALUE,
    SAID_TWICE,
    WHOLE_BODY,
)
from optimage.dicom.vocabulary import RENAMED, RESPELT
from optimage.errors import UsageError
from optimage.messages import N_
from optimage.model.images import HeaderValue, Image

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

Elements = dict[str, HeaderValue]

# Classic words that the reader derives, by what an enhanced object says instead
_DERIVED = {
    **{classic: enhanced for enhanced, classic in RENAMED.items()},
    "ScanningSequence": "EchoPulseSequence",
    "AcquisitionMatrix": "MRAcquisitionFrequencyEncodingSteps",
}
_ENHANCED_SPELLING = {(keyword, classic): enhanced for (keyword, enhanced), classic in RESPELT.items()}


def write_frames(images: Sequence[Image]) -> bytes:
    """Return the frames of one object, in their order, as an enhanced multi-frame DICOM file.

    Headers are flat, as `load_images` hands them out. Attributes of
    functional groups go there: into the shared groups where a whole group
    is the same in all frames, else into those of each frame. The other
    attributes must be the same in all frames. Classic names that the reader
    derives from enhanced ones are left out, and so are sequences within
    groups, such as anatomy and coil elements, which no flat header holds.
    The indices of dimensions follow from stack, place in the stack and time.

    Raises
    ------
    UsageError
        `not_frames`: no image, or images that are not frames 0, 1, … of one
        object with equal pixels; `not_writable`: as in `write_image`, or an
        attribute of the object differs between frames.
    """
    from pydicom.dataset import Dataset

    frames = tuple(images)
    _check(frames)
    elements = _with_dimensions([_enhanced_words(elements_of(image)) for image in frames])
    dataset = Dataset()
    set_elements(dataset, _common(elements) | {"NumberOfFrames": len(frames)})
    _add_dimensions(dataset, elements, frames[0].uid)
    _add_groups(dataset, elements)
    return file_with_pixels(dataset, frames)


def _check(frames: tuple[Image, ...]) -> None:
    for image in frames:
        check_pixels(image)
    alike = all(
        (a.uid, a.shape, a.pixels.dtype.newbyteorder("=")) == (b.uid, b.shape, b.pixels.dtype.newbyteorder("="))
        for a, b in pairwise(frames)
    )
    if not frames or not alike or [image.frame for image in frames] != list(range(len(frames))):
        raise UsageError(
            "not_frames",
            N_("these {count} images are not the frames of one object"),
            advice=N_("give frames 0, 1, 2, … with one SOPInstanceUID, one size and one type of pixels"),
            count=len(frames),
        )


def _enhanced_words(elements: Elements) -> Elements:
    kept = {key: value for key, value in elements.items() if _DERIVED.get(key) not in elements}
    for (keyword, classic), enhanced in _ENHANCED_SPELLING.items():
        if kept.get(keyword) == classic:
            kept[keyword] = enhanced
    return kept


def _with_dimensions(elements: list[Elements]) -> list[Elements]:
    """Return `elements` with the rank of each frame's stack, place and time among those of all frames (from 1)."""
    keys = _dimensions(elements)
    ranks = {key: sorted({one[key] for one in elements}, key=_in_order) for key in keys}
    if not keys:
        return elements
    return [one | {"DimensionIndexValues": tuple(ranks[key].index(one[key]) + 1 for key in keys)} for one in elements]


def _in_order(value: HeaderValue) -> str:
    return str(value).zfill(16)  # whole numbers by size; the order of names does not matter


def _dimensions(elements: list[Elements]) -> tuple[str, ...]:
    return tuple(key for key in DIMENSIONS if all(one.get(key, "") != "" for one in elements))


def _common(elements: list[Elements]) -> Elements:
    """Return the attributes of the object itself."""
    common: Elements = {}
    for keyword in dict.fromkeys(key for one in elements for key in one):
        values = [one.get(keyword) for one in elements]
        if keyword == "ImageType" and "FrameType" in elements[0]:
            common[keyword] = _mixed([one.get("FrameType") for one in elements])
        elif keyword in SAID_TWICE:
            common[keyword] = _mixed(values)
        elif keyword not in GROUPED:
            if any(value != values[0] for value in values):
                raise not_an_element(keyword, "differs between frames")
            common[keyword] = elements[0][keyword]
    return common


def _mixed(values: list[HeaderValue | None]) -> HeaderValue:
    """Return the common value, `MIXED` where there is none; of several components each on its own."""
    first = values[0]
    if isinstance(first, tuple) and all(isinstance(v, tuple) and len(v) == len(first) for v in values):
        parts = zip(*(v for v in values if isinstance(v, tuple)), strict=True)
        return tuple(part[0] if len(set(part)) == 1 else "MIXED" for part in parts)
    return "MIXED" if first is None or any(value != first for value in values) else first


def _add_dimensions(dataset: "Dataset", elements: list[Elements], uid: str) -> None:
    from pydicom.datadict import tag_for_keyword
    from pydicom.dataset import Dataset

    organisation = f"2.25.{uuid5(NAMESPACE_OID, f'optimage.dicom/{uid}/dimensions').int}"
    indices = []
    for keyword in _dimensions(elements):
        index = Dataset()
        index.DimensionOrganizationUID = organisation
        index.DimensionIndexPointer = tag_for_keyword(keyword)
        index.FunctionalGroupPointer = tag_for_keyword(FRAME_CONTENT)
        indices.append(index)
    if indices:
        whole = Dataset()
        whole.DimensionOrganizationUID = organisation
        dataset.DimensionOrganizationSequence = [whole]
        dataset.DimensionIndexSequence = indices
    dataset.AcquisitionContextSequence = []  # required, may be empty


def _add_groups(dataset: "Dataset", elements: list[Elements]) -> None:
    from pydicom.dataset import Dataset

    shared, own = Dataset(), [Dataset() for _ in elements]
    for name, keywords in GROUPS.items():
        contents = [{key: one[key] for key in keywords if key in one} for one in elements]
        if not any(contents) or (name == FRAME_TYPE and not any("FrameType" in one for one in contents)):
            continue
        if name != FRAME_CONTENT and all(content == contents[0] for content in contents):
            _add_group(shared, name, contents[0])
        else:
            for group, content in zip(own, contents, strict=True):
                _add_group(group, name, content)
    dataset.SharedFunctionalGroupsSequence = [shared]
    dataset.PerFrameFunctionalGroupsSequence = own


def _add_group(group: "Dataset", name: str, content: Elements) -> None:
    from pydicom.dataset import Dataset

    item = Dataset()
    set_elements(item, {key: value for key, value in content.items() if key != WHOLE_BODY})
    if WHOLE_BODY in content:
        rate = Dataset()
        set_elements(rate, {RATE_DEFINITION: "IEC_WHOLE_BODY", RATE_VALUE: content[WHOLE_BODY]})
        item.SpecificAbsorptionRateSequence = [rate]
    setattr(group, name, [item])
