# SPDX-License-Identifier: LGPL-3.0-or-later
import numpy as np
import pytest
from pydicom.encaps import encapsulate

from optimage.dicom.codestream import codestream_size
from optimage.dicom.objects import parse
from tests.unit.dicom.build import compressed

SYNTAXES = {"JPEG-LS": "1.2.840.10008.1.2.4.80", "J2K": "1.2.840.10008.1.2.4.90"}


def pixel_value(data):
    parsed = parse(data)
    return data[parsed.pixels.offset : parsed.pixels.offset + parsed.pixels.length]


@pytest.mark.parametrize("syntax", SYNTAXES.values(), ids=SYNTAXES)
def test_the_size_in_the_stream_is_rows_then_columns(syntax):
    pixels = np.zeros((64, 48), np.int16)
    assert codestream_size(pixel_value(compressed(pixels, syntax))) == (64, 48)


def test_jpeg_segments_before_the_frame_are_passed_over():
    quantisation = b"\xff\xdb\x00\x04\x00\x00"
    frame = b"\xff\xc3\x00\x0b\x10\x01\x02\x03\x04\x01\x01\x11\x00"
    stream = b"\xff\xd8" + quantisation + b"\xff" + frame
    assert codestream_size(encapsulate([stream])) == (0x0102, 0x0304)


UNTOLD = {
    "nothing": b"",
    "no fragment": bytes(8),
    "start alone": encapsulate([b"\xff\xd8"]),
    "JPEG cut short": encapsulate([b"\xff\xd8\xff\xdb\x00"]),
    "JPEG 2000 cut short": encapsulate([b"\xff\x4f\xff\x51\x00"]),
    "RLE": encapsulate([b"\x01" + bytes(63)]),
}


@pytest.mark.parametrize("value", UNTOLD.values(), ids=UNTOLD)
def test_a_stream_that_does_not_tell_its_size_gives_none(value):
    assert codestream_size(value) is None
