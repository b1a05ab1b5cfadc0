# SPDX-License-Identifier: LGPL-3.0-or-later
import struct
from time import perf_counter

import pytest
from pydicom.sequence import Sequence

from optimage.dicom.part10 import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from optimage.dicom.structure import MAXIMUM_DEPTH, walk
from optimage.errors import ImageError
from tests.unit.dicom.build import CT, UID, ct, encapsulated, encoded, enhanced_ct, item, nested

J2K = "1.2.840.10008.1.2.4.90"


def refused(data, syntax=EXPLICIT_LITTLE):
    with pytest.raises(ImageError) as error:
        walk(data, syntax)
    return error.value.code


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
@pytest.mark.parametrize("make", [ct, enhanced_ct])
def test_the_walk_finds_identity_and_pixels(make, syntax):
    dataset = make()
    data = encoded(dataset, syntax)
    found = walk(data, syntax)
    assert (found.sop_class_uid, found.sop_instance_uid) == (dataset.SOPClassUID, UID)
    assert found.pixels.length == len(dataset.PixelData)
    assert not found.pixels.encapsulated
    assert found.pixels.offset + found.pixels.length == len(data)


def test_fragments_are_passed_over():
    data = encoded(encapsulated(b"\xff\x4f" + bytes(100)))
    found = walk(data, J2K)
    assert found.pixels.encapsulated
    assert data[found.pixels.offset + found.pixels.length - 8 :].startswith(b"\xfe\xff\xdd\xe0")


@pytest.mark.parametrize("depth", [MAXIMUM_DEPTH])
def test_nesting_up_to_the_limit_is_fine(depth):
    assert walk(nested(depth), EXPLICIT_LITTLE).sop_class_uid == CT


@pytest.mark.parametrize("depth", [MAXIMUM_DEPTH + 1, 200, 100_000])
def test_deeper_nesting_is_refused_at_once(depth):
    data = nested(depth)
    started = perf_counter()
    assert refused(data) == "nested_too_deep"
    # 65 levels of 20 bytes are looked at, whatever follows: microseconds; a second is a hang
    assert perf_counter() - started < 1.0


def test_a_uid_inside_a_sequence_is_not_the_identity():
    data = encoded(item(SOPClassUID=CT, ReferencedImageSequence=item(SOPInstanceUID="1.2.3")))
    assert walk(data, EXPLICIT_LITTLE).sop_instance_uid == ""


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE])
@pytest.mark.parametrize("undefined", [False, True])
def test_a_cut_anywhere_but_between_elements_is_noticed(syntax, undefined):
    inner = item(ReferencedSOPInstanceUID="1.2.3.4")
    dataset = item(SOPClassUID=CT, SOPInstanceUID=UID, ReferencedImageSequence=inner)
    dataset["ReferencedImageSequence"].is_undefined_length = undefined
    dataset.ReferencedImageSequence = Sequence([inner])
    data = encoded(dataset, syntax)
    whole = {0, *boundaries(dataset, syntax)}
    for end in range(1, len(data)):
        if end in whole:
            walk(data[:end], syntax)
        else:
            assert refused(data[:end], syntax) == "truncated"


def boundaries(dataset, syntax):
    for count in range(1, len(dataset) + 1):
        part = type(dataset)()
        for element in list(dataset)[:count]:
            part.add(element)
        yield len(encoded(part, syntax))


def test_a_length_of_four_gigabytes_in_a_small_object_is_truncated():
    element = struct.pack("<HH2sHL", 0x0042, 0x0011, b"OB", 0, 0xFFFFFFF0)
    assert refused(encoded(item(SOPClassUID=CT, SOPInstanceUID=UID)) + element) == "truncated"


def test_pixels_shorter_than_announced_are_told_with_both_numbers():
    data = encoded(ct())
    with pytest.raises(ImageError, match="24 bytes of pixel data are announced, 20 are there") as error:
        walk(data[:-4], EXPLICIT_LITTLE)
    assert error.value.code == "pixel_data_short"


def test_an_item_outside_a_sequence_is_malformed():
    assert refused(struct.pack("<HHL", 0xFFFE, 0xE000, 0)) == "malformed"


def test_an_element_where_an_item_should_be_is_malformed():
    sequence = struct.pack("<HH2sHL", 0x0008, 0x1140, b"SQ", 0, 12)
    element = struct.pack("<HH2sH4s", 0x0008, 0x0060, b"CS", 4, b"CTCT")
    assert refused(sequence + element) == "malformed"


def test_zero_padding_behind_the_object_is_harmless():
    assert walk(encoded(ct()) + bytes(6), EXPLICIT_LITTLE).sop_instance_uid == UID
