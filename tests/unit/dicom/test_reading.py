# SPDX-License-Identifier: LGPL-3.0-or-later
import struct
from hashlib import sha256

import numpy as np
import pytest
from pydicom.dataset import Dataset

from optimage.dicom import objects
from optimage.dicom.part10 import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, split_part10
from optimage.dicom.reader import is_lossy, load_images, read_object
from optimage.errors import ImageError
from tests.unit.dicom.build import (
    PIXELS,
    UID,
    compressed,
    ct,
    deflated,
    encapsulated,
    encoded,
    enhanced_ct,
    file_of,
    item,
    nested,
    wrapped,
)

UNCOMPRESSED = (IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG, DEFLATED)
LOSSLESS = {"RLE": "1.2.840.10008.1.2.5", "JPEG-LS": "1.2.840.10008.1.2.4.80", "J2K": "1.2.840.10008.1.2.4.90"}


def refused(function, source):
    with pytest.raises(ImageError) as error:
        function(source)
    assert error.value.advice.template
    return error.value.code


@pytest.mark.parametrize("syntax", UNCOMPRESSED)
def test_pixels_and_identity_come_back_in_every_uncompressed_syntax(syntax):
    content = encoded(ct(), syntax)
    data = wrapped(content, syntax)
    found = read_object(data)
    (image,) = load_images(data)
    np.testing.assert_array_equal(image.pixels, PIXELS)
    assert image.pixels.dtype == np.int16
    assert (found.sop_instance_uid, found.transfer_syntax_uid) == (UID, syntax)
    assert (found.sha256, found.size) == (sha256(content).hexdigest(), len(content))
    assert image.header["TransferSyntaxUID"] == syntax


@pytest.mark.parametrize("syntax", LOSSLESS.values(), ids=LOSSLESS)
def test_lossless_compression_changes_no_pixel(syntax):
    pixels = np.random.default_rng(1).integers(-2000, 2000, (64, 48), dtype=np.int16)
    (image,) = load_images(compressed(pixels, syntax))
    np.testing.assert_array_equal(image.pixels, pixels)


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
def test_a_data_set_without_preamble_and_meta_information_is_read(syntax):
    (image,) = load_images(encoded(ct(), syntax))
    np.testing.assert_array_equal(image.pixels, PIXELS)


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE])
def test_a_missing_transfer_syntax_is_guessed(syntax):
    meta = struct.pack("<HH2sH4s", 2, 0x13, b"SH", 4, b"TEST")
    data = bytes(128) + b"DICM" + meta + encoded(ct(), syntax)
    assert read_object(data).transfer_syntax_uid == syntax
    np.testing.assert_array_equal(load_images(data)[0].pixels, PIXELS)


def test_a_wrongly_announced_syntax_does_not_matter():
    data = wrapped(encoded(ct(), IMPLICIT_LITTLE), EXPLICIT_LITTLE)
    np.testing.assert_array_equal(load_images(data)[0].pixels, PIXELS)


def test_frames_of_an_enhanced_object_have_their_own_geometry_rescaling_and_exposure():
    images = load_images(file_of(enhanced_ct()))
    assert [image.frame for image in images] == [0, 1, 2]
    assert [image.slope for image in images] == [1.0, 2.0, 3.0]
    assert {image.intercept for image in images} == {-1000.0}
    assert {image.spacing_mm for image in images} == {(0.7, 0.8)}
    assert [image.position_mm for image in images] == [(0.0, 0.0, 0.0), (0.0, 0.0, 10.0), (0.0, 0.0, 20.0)]
    assert [image.header["XRayTubeCurrent"] for image in images] == [100.0, 101.0, 102.0]
    assert images[0].header["KVP"] == 120.0
    assert images[0].header["ExposureTime"] == 500.0
    assert images[0].header["SliceThickness"] == 2.5
    assert images[0].header["FrameType"] == ("ORIGINAL", "PRIMARY", "VOLUME", "NONE")
    assert "ReferencedSOPInstanceUID" not in images[0].header
    assert images[1].values()[0, 0] == 2.0 * 12 - 1000.0


def test_frames_without_functional_groups_share_one_header():
    found = read_object(file_of(ct(np.zeros((5, 3, 4), np.uint16))))
    assert len(found.headers) == 5
    assert len({id(frame.header) for frame in found.headers}) == 1


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE])
def test_padding_is_compared_before_rescaling(syntax):
    pixels = np.array([[-2000, 0], [1, -2000]], np.int16)
    dataset = ct(pixels, RescaleSlope=2, RescaleIntercept=-1024)
    dataset.add_new("PixelPaddingValue", "SS", -2000)
    (image,) = load_images(file_of(dataset, syntax))
    np.testing.assert_array_equal(image.values(), [[np.nan, -1024.0], [-1022.0, np.nan]])


def test_padding_written_with_the_wrong_sign_is_read_as_the_pixels_are():
    dataset = ct(np.array([[-2000, 5]], np.int16))
    dataset.add_new("PixelPaddingValue", "US", 65536 - 2000)
    assert load_images(file_of(dataset))[0].padding == (-2000, -2000)


def test_padding_may_be_a_range_in_either_order():
    dataset = ct(np.array([[0, 5, 10, 11]], np.uint16))
    dataset.add_new("PixelPaddingValue", "US", 10)
    dataset.add_new("PixelPaddingRangeLimit", "US", 5)
    np.testing.assert_array_equal(load_images(file_of(dataset))[0].values(), [[0, np.nan, np.nan, 11]])


def test_bits_beyond_bits_stored_do_not_count():
    pixels = np.array([[0x7123, 0xF800]], np.uint16)
    (unsigned,) = load_images(file_of(ct(pixels, BitsStored=12, HighBit=11)))
    (signed,) = load_images(file_of(ct(pixels.view(np.int16), BitsStored=12, HighBit=11)))
    np.testing.assert_array_equal(unsigned.pixels, [[0x123, 0x800]])
    np.testing.assert_array_equal(signed.pixels, [[0x123, -0x800]])


def test_a_negative_slope_turns_values_round():
    (image,) = load_images(file_of(ct(RescaleSlope=-2, RescaleIntercept=10)))
    np.testing.assert_array_equal(image.values(), PIXELS * -2.0 + 10.0)


def test_monochrome1_keeps_its_stored_values():
    (image,) = load_images(file_of(ct(PhotometricInterpretation="MONOCHROME1")))
    np.testing.assert_array_equal(image.pixels, PIXELS)
    assert image.header["PhotometricInterpretation"] == "MONOCHROME1"


def test_the_spacing_of_the_patient_plane_wins_over_that_of_the_detector():
    both = ct(ImagerPixelSpacing=[0.1, 0.1])
    detector = ct(ImagerPixelSpacing=[0.1, 0.2], PixelSpacing=None)
    assert load_images(file_of(both))[0].spacing_mm == (0.5, 0.25)
    assert load_images(file_of(detector))[0].spacing_mm == (0.1, 0.2)
    assert load_images(file_of(ct(PixelSpacing=None)))[0].spacing_mm is None


def test_an_object_without_pixels_is_no_image():
    data = file_of(item(SOPClassUID="1.2.840.10008.5.1.4.1.1.88.11", SOPInstanceUID=UID, Modality="SR"))
    found = read_object(data)
    assert not found.is_image
    assert len(found.headers) == 1
    assert refused(load_images, data) == "not_an_image"


def cut_inside_header():
    data = file_of(ct())
    return data[: data.index(b"MONOCHROME2") + 4]


def without_element_end():
    return wrapped(encoded(ct()) + struct.pack("<HH2sH", 0x7FE1, 0x10, b"LO", 8))


BROKEN_HEADERS = {
    "nothing": (b"", "not_dicom"),
    "text": (b"just a note, long enough to hold a whole preamble " * 10, "not_dicom"),
    "preamble alone": (bytes(128) + b"DICM", "truncated"),
    "half the meta information": (file_of(ct())[:200], "truncated"),
    "cut inside the header": (cut_inside_header(), "truncated"),
    "cut inside the pixels": (file_of(ct())[:-3], "pixel_data_short"),
    "element beyond the end": (without_element_end(), "truncated"),
    "unknown transfer syntax": (wrapped(encoded(ct()), "1.2.3.4"), "unknown_transfer_syntax"),
    "200 sequences deep": (wrapped(nested(200)), "nested_too_deep"),
    "deflated and cut": (wrapped(encoded(ct(), DEFLATED)[:-9], DEFLATED), "truncated"),
    "deflated nonsense": (wrapped(b"\xff" * 64, DEFLATED), "truncated"),
    "no number of frames": (file_of(ct(NumberOfFrames=77)).replace(b"IS\2\x0077", b"IS\2\x001A"), "invalid_frames"),
    "a million frames": (file_of(ct(NumberOfFrames=1_000_000)), "invalid_frames"),
}


@pytest.mark.parametrize(("data", "code"), BROKEN_HEADERS.values(), ids=BROKEN_HEADERS)
def test_what_cannot_be_read_says_why(data, code):
    assert refused(read_object, data) == code


def jpeg2000_of_size(rows, columns):
    return struct.pack(">HHHHLLLL", 0xFF4F, 0xFF51, 41, 0, columns, rows, 0, 0)


def run_length_that_unpacks_to_too_much():
    run = bytes((129, 7)) * 10  # ten times 128 bytes, where a segment of 12 pixels holds 12
    return struct.pack("<16L", 2, 64, 64 + len(run), *[0] * 13) + run * 2


def palette():
    return ct(np.zeros((2, 2), np.uint8), PhotometricInterpretation="PALETTE COLOR")


BROKEN_PIXELS = {
    "missing": (file_of(ct(PixelData=None)), "pixel_data_missing"),
    "fewer than rows and columns need": (file_of(ct(Rows=4)), "pixel_data_short"),
    "more frames than bytes": (file_of(ct(NumberOfFrames=2)), "pixel_data_short"),
    "allocation bomb": (file_of(ct(Rows=65535, Columns=65535, NumberOfFrames=999)), "too_large"),
    "colour": (file_of(ct(SamplesPerPixel=3, PhotometricInterpretation="RGB")), "colour_image"),
    "palette": (file_of(palette()), "colour_image"),
    "no rows": (file_of(ct(Rows=0)), "unsupported_pixels"),
    "12 bits allocated": (file_of(ct(BitsAllocated=12, BitsStored=12, HighBit=11)), "unsupported_pixels"),
    "high bit elsewhere": (file_of(ct(BitsStored=12, HighBit=15)), "unsupported_pixels"),
    "damaged stream": (file_of(encapsulated(b"\xff\x4f" + bytes(60)), LOSSLESS["J2K"]), "undecodable"),
    "bomb in the stream": (file_of(encapsulated(jpeg2000_of_size(60000, 60000)), LOSSLESS["J2K"]), "undecodable"),
    "bomb in run lengths": (
        file_of(encapsulated(run_length_that_unpacks_to_too_much()), LOSSLESS["RLE"]),
        "undecodable",
    ),
    "slope 0": (file_of(ct(RescaleSlope=0, RescaleIntercept=0)), "invalid_rescale"),
}


@pytest.mark.parametrize(("data", "code"), BROKEN_PIXELS.values(), ids=BROKEN_PIXELS)
def test_pixels_that_cannot_be_measured_say_why(data, code):
    assert refused(load_images, data) == code


def test_an_inflation_bomb_stops_at_the_limit(monkeypatch):
    monkeypatch.setattr(objects, "MAXIMUM_BYTES", 1 << 20)
    assert refused(read_object, wrapped(deflated(bytes(64 << 20)), DEFLATED)) == "too_large"


def test_loss_is_told_by_the_flag_and_by_the_syntax():
    assert is_lossy({"LossyImageCompression": "01"})
    assert is_lossy({"TransferSyntaxUID": "1.2.840.10008.1.2.4.50"})
    assert not is_lossy({"LossyImageCompression": "00", "TransferSyntaxUID": "1.2.840.10008.1.2.4.90"})
    assert not is_lossy(read_object(file_of(ct())).headers[0].header)


def test_splitting_and_wrapping_leaves_the_data_set_untouched():
    content = encoded(ct(), IMPLICIT_LITTLE)
    assert split_part10(wrapped(content, IMPLICIT_LITTLE)) == (IMPLICIT_LITTLE, content)
    assert wrapped(content) == wrapped(content)
    assert wrapped(content)[:132] == bytes(128) + b"DICM"


def test_what_is_wrapped_is_a_file_for_other_readers():
    from io import BytesIO

    from pydicom import dcmread

    read = dcmread(BytesIO(file_of(ct())))
    assert isinstance(read, Dataset)
    assert read.file_meta.MediaStorageSOPInstanceUID == UID
    assert read.file_meta.FileMetaInformationGroupLength == len(file_of(ct())) - len(encoded(ct())) - 132 - 12
    np.testing.assert_array_equal(read.pixel_array, PIXELS)
