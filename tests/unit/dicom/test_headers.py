# SPDX-License-Identifier: LGPL-3.0-or-later
from datetime import UTC, datetime

import pytest
from pydicom.datadict import tag_for_keyword

from optimage.dicom.attributes import DEVICE, TECHNIQUE
from optimage.dicom.headers import acquisition, plain_header
from optimage.dicom.reader import read_object
from tests.unit.dicom.build import ct, file_of, item


def header_of(dataset):
    return read_object(file_of(dataset)).headers[0].header


def test_values_become_plain_numbers_texts_and_tuples():
    header = header_of(
        ct(KVP="120", SeriesNumber="3", ImageType=["ORIGINAL", "PRIMARY"], StationName=" CT-2 ", PatientName="QC^Water")
    )
    assert (header["KVP"], type(header["KVP"])) == (120.0, float)
    assert (header["SeriesNumber"], type(header["SeriesNumber"])) == (3, int)
    assert header["ImageType"] == ("ORIGINAL", "PRIMARY")
    assert header["StationName"] == "CT-2"
    assert (header["PatientName"], type(header["PatientName"])) == ("QC^Water", str)
    assert header["PixelSpacing"] == (0.5, 0.25)


def test_empty_is_an_empty_text_and_absent_is_no_key():
    header = header_of(ct(StationName="", KVP=None if "KVP" in ct() else ""))
    assert header["StationName"] == ""
    assert header["KVP"] == ""
    assert "Manufacturer" not in header


def test_sequences_bytes_and_private_elements_are_left_out():
    dataset = ct(ReferencedImageSequence=[item(ReferencedSOPInstanceUID="1.2.3")])
    dataset.private_block(0x0009, "SOMEBODY", create=True).add_new(1, "LO", "secret")
    dataset.add_new("RedPaletteColorLookupTableData", "OW", b"\0" * 8)
    header = header_of(dataset)
    assert "ReferencedImageSequence" not in header
    assert "RedPaletteColorLookupTableData" not in header
    assert "secret" not in map(str, header.values())


def test_a_long_text_is_left_out():
    dataset = ct(ImageComments="x" * 100, DerivationDescription="y" * 60)
    dataset.add_new("TextValue", "UT", "z" * 100_000)
    header = header_of(dataset)
    assert "TextValue" not in header
    assert header["ImageComments"] == "x" * 100


def test_a_number_that_is_none_counts_as_absent():
    content = file_of(ct(KVP="120", SliceThickness="25"))
    header = read_object(content.replace(b"120 ", b"1x0 ")).headers[0].header
    assert "KVP" not in header
    assert header["SliceThickness"] == 25.0


def test_an_element_of_unknown_representation_counts_as_absent():
    content = file_of(ct(StationName="CT-2", ImageComments="x"))
    header = read_object(content.replace(b"\x08\x00\x10\x10SH", b"\x08\x00\x10\x10ZZ")).headers[0].header
    assert "StationName" not in header
    assert header["ImageComments"] == "x"


def test_text_in_other_alphabets_is_decoded():
    dataset = ct(SpecificCharacterSet="ISO_IR 192", InstitutionName="Universitätsklinik Łódź")
    assert header_of(dataset)["InstitutionName"] == "Universitätsklinik Łódź"


def test_a_header_needs_no_file():
    assert plain_header(item(Modality="MR")) == {"Modality": "MR"}


PAIRS = {"AcquisitionDate": "20260103", "AcquisitionTime": "101112.25", "TimezoneOffsetFromUTC": "+0100"}
MOMENTS = {
    "date and time with an offset": (PAIRS, datetime(2026, 1, 3, 9, 11, 12, 250000, UTC), "AcquisitionDate+"),
    "one element wins": (
        {"AcquisitionDateTime": "20260102030405.5-0230", **PAIRS},
        datetime(2026, 1, 2, 5, 34, 5, 500000, UTC),
        "AcquisitionDateTime",
    ),
    "content before series": (
        {
            "ContentDate": "20260104",
            "ContentTime": "0102",
            "SeriesDate": "20250101",
            "SeriesTime": "00",
            "TimezoneOffsetFromUTC": "+0000",
        },
        datetime(2026, 1, 4, 1, 2, tzinfo=UTC),
        "ContentDate+",
    ),
    "a broken time is passed over": (
        {**PAIRS, "AcquisitionTime": "9999", "StudyDate": "20260105", "StudyTime": "120000"},
        datetime(2026, 1, 5, 11, 0, tzinfo=UTC),
        "StudyDate+",
    ),
    "old separators": (
        {"StudyDate": "2026.01.05", "StudyTime": "12:30:00", "TimezoneOffsetFromUTC": "+0000"},
        datetime(2026, 1, 5, 12, 30, tzinfo=UTC),
        "StudyDate+",
    ),
    "a date alone is midnight": (
        {"StudyDate": "20260105", "TimezoneOffsetFromUTC": "+0000"},
        datetime(2026, 1, 5, tzinfo=UTC),
        "StudyDate",
    ),
}


@pytest.mark.parametrize(("header", "at", "source"), MOMENTS.values(), ids=MOMENTS)
def test_the_moment_of_acquisition_is_utc_and_names_its_source(header, at, source):
    found = acquisition(header)
    assert found.at == at
    assert found.at.tzinfo is UTC
    assert found.source.startswith(source)


def test_without_an_offset_the_zone_of_this_computer_counts():
    local = datetime(2026, 7, 1, 12, 0).astimezone()
    assert acquisition({"StudyDate": "20260701", "StudyTime": "120000"}).at == local


@pytest.mark.parametrize("header", [{}, {"StudyDate": "", "StudyTime": ""}, {"StudyDate": "tomorrow"}])
def test_an_unknown_moment_stays_unknown(header):
    assert acquisition(header).at is None


def test_the_device_is_known_by_maker_model_and_serial_number():
    device = acquisition(
        {"Manufacturer": "ACME", "ManufacturerModelName": "One", "DeviceSerialNumber": "7", "StationName": "CT1"}
    ).device
    assert (device.manufacturer, device.model, device.serial, device.station) == ("ACME", "One", "7", "CT1")


def test_a_serial_number_of_zero_is_kept_apart_from_none():
    assert acquisition({"DeviceSerialNumber": "0"}).device.serial == "0"


def test_what_shows_a_change_of_the_device_or_of_the_technique_is_remembered_as_text():
    header = header_of(ct(KVP="120", ImageType=["ORIGINAL", "PRIMARY"], SoftwareVersions="VA20A", FilterType=""))
    found = acquisition(header).attributes
    assert (found["KVP"], found["ImageType"], found["SoftwareVersions"]) == ("120.0", "ORIGINAL\\PRIMARY", "VA20A")
    assert "FilterType" not in found
    assert "PatientName" not in found


def test_the_source_of_a_multi_energy_ct_is_told_though_it_stands_in_sequences():
    sources = [item(XRaySourceIndex=1, XRaySourceID="tube 17"), item(XRaySourceIndex=2, XRaySourceID="tube 18")]
    header = header_of(ct(MultienergyCTAcquisitionSequence=[item(MultienergyCTXRaySourceSequence=sources)]))
    assert acquisition(header).attributes["XRaySourceID"] == "tube 17"


def test_every_attribute_that_is_remembered_is_one_of_the_standard():
    assert [keyword for keyword in (*DEVICE, *TECHNIQUE) if tag_for_keyword(keyword) is None] == []
