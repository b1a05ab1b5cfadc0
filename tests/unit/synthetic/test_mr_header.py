# SPDX-License-Identifier: LGPL-3.0-or-later
"""Digital MR images carry what a profile compares, survive a file, and say that nobody was scanned."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from optimage.dicom.headers import acquisition
from optimage.dicom.reader import load_images
from optimage.dicom.writer import write_image
from optimage.synthetic.mr_flood import MrFlood, render_mr_flood
from optimage.synthetic.mr_header import PLANES, MrScan
from optimage.synthetic.rendering import Storage

SPEC = MrFlood(matrix=(64, 80), spacing_mm=(2.0, 1.6), size_mm=(80.0, 80.0), slices=3)
COMPARED = [
    "Modality",
    "SOPClassUID",
    "Manufacturer",
    "ManufacturerModelName",
    "DeviceSerialNumber",
    "StationName",
    "InstitutionName",
    "SoftwareVersions",
    "MagneticFieldStrength",
    "ReceiveCoilName",
    "TransmitCoilName",
    "ScanningSequence",
    "SequenceName",
    "RepetitionTime",
    "EchoTime",
    "FlipAngle",
    "NumberOfAverages",
    "PixelBandwidth",
    "AcquisitionMatrix",
    "InPlanePhaseEncodingDirection",
    "ImagingFrequency",
    "PixelSpacing",
    "Rows",
    "Columns",
    "ImageType",
    "ProtocolName",
    "SeriesDescription",
]


def test_everything_that_a_profile_compares_is_there():
    header = render_mr_flood(SPEC)[0].header
    assert [keyword for keyword in COMPARED if not header.get(keyword)] == []


def test_the_header_says_that_nobody_was_scanned():
    header = render_mr_flood(replace(SPEC, scan=MrScan(image_type=("NORM", "DIS2D"))))[0].header
    assert header["ImageType"] == ("DERIVED", "SECONDARY", "M", "NORM", "DIS2D")
    assert header["PatientID"] == "QC-SYNTH"


@pytest.mark.parametrize("spec", [SPEC, replace(SPEC, storage=Storage(1.0, 0.0, 12, signed=False))])
def test_a_file_gives_back_pixels_and_header(spec):
    image = render_mr_flood(spec)[1]
    (read,) = load_images(write_image(image))
    np.testing.assert_array_equal(read.pixels, image.pixels)
    for name in ("uid", "slope", "intercept", "spacing_mm", "position_mm", "orientation"):
        assert getattr(read, name) == pytest.approx(getattr(image, name)), name
    different = {k: (v, read.header.get(k)) for k, v in image.header.items() if read.header.get(k) != v}
    assert different == {}


def test_rescaling_is_written_only_where_there_is_some():
    plain = render_mr_flood(replace(SPEC, storage=Storage(1.0, 0.0, 12, signed=False)))[0]
    assert "RescaleSlope" not in plain.header
    assert render_mr_flood(SPEC)[0].header["RescaleSlope"] == 1 / 16


def test_repeats_are_series_minutes_apart_in_one_study():
    images = render_mr_flood(SPEC, repeats=2)
    assert len({image.uid for image in images}) == 6
    assert [image.header["SeriesNumber"] for image in images] == [1, 1, 1, 2, 2, 2]
    assert [image.header["InstanceNumber"] for image in images] == [1, 2, 3, 1, 2, 3]
    assert len({image.text("SeriesInstanceUID") for image in images}) == 2
    assert len({image.text("StudyInstanceUID") for image in images}) == 1
    first, second = (acquisition(images[index].header).at for index in (0, 3))
    assert second - first == timedelta(minutes=3)


def test_another_text_is_another_measurement():
    other = render_mr_flood(replace(SPEC, scan=MrScan(text="tuesday")))[0]
    assert other.uid != render_mr_flood(SPEC)[0].uid


@pytest.mark.parametrize("plane", PLANES)
def test_the_middle_of_the_image_lies_at_the_centre(plane):
    spec = replace(SPEC, scan=MrScan(plane=plane, centre_mm=(3.0, -4.0, 5.0)))
    first, second = render_mr_flood(spec)[:2]
    row, column = np.reshape(first.orientation, (2, 3))
    assert np.array(first.position_mm) + row * 39.5 * 1.6 + column * 31.5 * 2.0 == pytest.approx((3.0, -4.0, 5.0))
    assert np.dot(row, column) == 0.0
    assert (np.linalg.norm(row), np.linalg.norm(column)) == pytest.approx((1.0, 1.0))
    assert second.slice_position_mm - first.slice_position_mm == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("direction", "zero_filled", "matrix"),
    [("COL", False, (80, 0, 0, 64)), ("ROW", False, (0, 64, 80, 0)), ("COL", True, (40, 0, 0, 32))],
)
def test_the_acquisition_matrix_is_frequency_and_phase(direction, zero_filled, matrix):
    """The order is the one that scanners write: the pair of outer places where phase is encoded along columns."""
    spec = replace(SPEC, zero_filled=zero_filled, scan=MrScan(phase_direction=direction))
    header = render_mr_flood(spec)[0].header
    assert header["AcquisitionMatrix"] == matrix
    assert header["InPlanePhaseEncodingDirection"] == direction
