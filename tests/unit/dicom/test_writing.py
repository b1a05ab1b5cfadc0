# SPDX-License-Identifier: LGPL-3.0-or-later
import numpy as np
import pytest

from optimage.dicom.reader import load_images, read_object
from optimage.dicom.writer import write_image
from optimage.errors import UsageError
from optimage.model.images import Image

HEADER = {
    "SOPClassUID": "1.2.840.10008.5.1.4.1.1.2",
    "Modality": "CT",
    "KVP": 120.0,
    "ImageType": ("ORIGINAL", "PRIMARY", "AXIAL"),
    "AcquisitionDate": "20260103",
    "PatientName": "QC^Water",
    "RescaleType": "HU",
    "StationName": "",
}


def water(**changes):
    fields = {
        "pixels": np.arange(-50, 50, dtype=np.int16).reshape(10, 10),
        "uid": "1.2.3.4",
        "header": HEADER,
        "slope": 0.5,
        "intercept": -1024.0,
        "padding": (-50, -48),
        "spacing_mm": (0.5, 0.25),
        "position_mm": (1.0, 2.0, 3.0),
        "orientation": (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
    }
    return Image(**(fields | changes))


def test_what_is_written_is_read_back():
    image = water()
    (again,) = load_images(write_image(image))
    np.testing.assert_array_equal(again.values(), image.values())
    for name in ("uid", "slope", "intercept", "padding", "spacing_mm", "position_mm", "orientation"):
        assert getattr(again, name) == getattr(image, name), name
    assert HEADER.items() <= again.header.items()


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint16, np.int16, ">u2"])
def test_every_integer_of_up_to_16_bits_is_written(dtype):
    pixels = np.array([[0, 1, 127]], dtype)
    (again,) = load_images(write_image(Image(pixels, "1.2.3")))
    np.testing.assert_array_equal(again.pixels, pixels)
    assert again.padding is None
    assert again.spacing_mm is None


def test_the_same_image_gives_the_same_bytes():
    assert write_image(water()) == write_image(water())


def test_private_elements_that_headers_carry_are_left_out():
    (again,) = load_images(write_image(water(header={**HEADER, "GERawDataType": 0})))
    assert "GERawDataType" not in again.header


def test_without_a_class_it_is_a_secondary_capture():
    assert read_object(write_image(water(header={}))).sop_class_uid == "1.2.840.10008.5.1.4.1.1.7"


@pytest.mark.parametrize(
    "wrong",
    [
        {"pixels": np.zeros((2, 2))},
        {"pixels": np.zeros((2, 2), np.int32)},
        {"pixels": np.zeros(4, np.int16)},
        {"header": {"NoSuchKeyword": 1}},
        {"header": {"KVP": "much"}},
    ],
)
def test_what_cannot_be_written_is_refused(wrong):
    with pytest.raises(UsageError) as error:
        write_image(water(**wrong))
    assert error.value.code == "not_writable"
