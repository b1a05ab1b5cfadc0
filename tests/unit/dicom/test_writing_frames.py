# SPDX-License-Identifier: LGPL-3.0-or-later
"""Enhanced multi-frame objects are written as the standard lays them out, and read back as they were."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from pydicom import dcmread

from optimage.dicom.reader import load_images, read_object
from optimage.dicom.writer import write_frames
from optimage.errors import UsageError
from optimage.synthetic.mr_flood import MrFlood, render_mr_flood
from optimage.synthetic.mr_header import ENHANCED_MR_IMAGE_STORAGE, MrScan

SPEC = MrFlood(matrix=(32, 40), size_mm=(20.0, 20.0), slices=3, scan=MrScan(enhanced=True))
FRAMES = render_mr_flood(SPEC)
MADE_BY_THE_WRITER = {"TransferSyntaxUID", "NumberOfFrames", "DimensionIndexValues"}
IN_GROUPS = {
    "MRTimingAndRelatedParametersSequence": ("RepetitionTime", 1000.0),
    "MREchoSequence": ("EffectiveEchoTime", 30.0),
    "MRImagingModifierSequence": ("TransmitterFrequency", 63.682),
    "MRFOVGeometrySequence": ("InPlanePhaseEncodingDirection", "COLUMN"),
    "MRAveragesSequence": ("NumberOfAverages", 1.0),
    "MRReceiveCoilSequence": ("ReceiveCoilName", "HEAD"),
    "MRTransmitCoilSequence": ("TransmitCoilName", "BODY"),
    "MRImageFrameTypeSequence": ("ComplexImageComponent", "MAGNITUDE"),
    "PixelMeasuresSequence": ("SliceThickness", 5.0),
    "PlaneOrientationSequence": ("ImageOrientationPatient", [1, 0, 0, 0, 1, 0]),
    "PixelValueTransformationSequence": ("RescaleSlope", 0.0625),
}


def changed(frame, **header):
    return replace(FRAMES[frame], header={**FRAMES[frame].header, **header})


def dataset_of(frames):
    return dcmread(BytesIO(write_frames(frames)))


def test_the_reader_returns_the_frames():
    read = load_images(write_frames(FRAMES))
    assert len(read) == 3
    for image, again in zip(FRAMES, read, strict=True):
        np.testing.assert_array_equal(again.pixels, image.pixels)
        for name in ("uid", "frame", "slope", "intercept", "spacing_mm", "position_mm", "orientation"):
            assert getattr(again, name) == getattr(image, name), name
        different = {key: (value, again.header.get(key)) for key, value in image.header.items()}
        assert {key: pair for key, pair in different.items() if pair[0] != pair[1]} == {}
        assert set(again.header) - set(image.header) == MADE_BY_THE_WRITER


def test_what_was_read_and_written_again_is_the_same_file():
    once = write_frames(FRAMES)
    assert write_frames(load_images(once)) == once


def test_pydicom_reads_a_multi_frame_object():
    dataset = dataset_of(FRAMES)
    assert dataset.SOPClassUID == dataset.file_meta.MediaStorageSOPClassUID == ENHANCED_MR_IMAGE_STORAGE
    assert dataset.NumberOfFrames == 3
    np.testing.assert_array_equal(dataset.pixel_array, [frame.pixels for frame in FRAMES])


@pytest.mark.parametrize("group", IN_GROUPS)
def test_what_is_common_is_shared(group):
    dataset = dataset_of(FRAMES)
    keyword, value = IN_GROUPS[group]
    assert dataset.SharedFunctionalGroupsSequence[0][group].value[0][keyword].value == value
    assert not any(group in item for item in dataset.PerFrameFunctionalGroupsSequence)
    assert keyword not in dataset or keyword == "ComplexImageComponent"


def test_what_differs_stands_in_each_frame():
    own = dataset_of(FRAMES).PerFrameFunctionalGroupsSequence
    assert [item.PlanePositionSequence[0].ImagePositionPatient[2] for item in own] == [0.0, 10.0, 20.0]
    contents = [item.FrameContentSequence[0] for item in own]
    assert [list(content.DimensionIndexValues) for content in contents] == [[1, 1], [1, 2], [1, 3]]


def test_a_whole_group_goes_to_the_frames_where_one_value_of_it_differs():
    dataset = dataset_of((changed(0), changed(1, EffectiveEchoTime=60.0, EchoTime=60.0), changed(2)))
    own = dataset.PerFrameFunctionalGroupsSequence
    assert [item.MREchoSequence[0].EffectiveEchoTime for item in own] == [30.0, 60.0, 30.0]
    assert "MREchoSequence" not in dataset.SharedFunctionalGroupsSequence[0]


def test_dimensions_point_to_what_they_count():
    dataset = dataset_of(FRAMES)
    found = [(item.DimensionIndexPointer, item.FunctionalGroupPointer) for item in dataset.DimensionIndexSequence]
    assert found == [(0x00209056, 0x00209111), (0x00209057, 0x00209111)]
    organisations = {item.DimensionOrganizationUID for item in dataset.DimensionIndexSequence}
    assert organisations == {dataset.DimensionOrganizationSequence[0].DimensionOrganizationUID}


def test_ten_places_in_a_stack_are_counted_by_size():
    own = dataset_of(render_mr_flood(replace(SPEC, slices=11))).PerFrameFunctionalGroupsSequence
    assert [item.FrameContentSequence[0].DimensionIndexValues[1] for item in own] == list(range(1, 12))


def test_classic_names_that_the_reader_derives_are_not_written():
    dataset = dataset_of(FRAMES)
    assert not {"EchoTime", "ImagingFrequency", "SequenceName", "ScanningSequence", "AcquisitionMatrix"} & set(
        dataset.dir()
    )


def test_frames_of_two_kinds_make_a_mixed_object():
    real = ("DERIVED", "PRIMARY", "R", "ND")
    dataset = dataset_of((changed(0), changed(1), changed(2, FrameType=real, ComplexImageComponent="REAL")))
    assert list(dataset.ImageType) == ["DERIVED", "PRIMARY", "MIXED", "ND"]
    assert dataset.ComplexImageComponent == "MIXED"
    headers = [frame.header for frame in read_object(write_frames((*FRAMES[:2], changed(2, FrameType=real)))).headers]
    assert [header["ImageType"][2] for header in headers] == ["M", "M", "R"]


def test_a_real_object_is_written_as_it_was_read(test_data):
    """A scanner's object: pixels, geometry and every header value of every frame but what indexes the dimensions."""
    read = load_images(test_data / "mr" / "acr_siemens_sola_enhanced" / "1.dcm")
    again = load_images(write_frames(read))
    assert len(again) == 11
    for before, after in zip(read, again, strict=True):
        np.testing.assert_array_equal(after.pixels, before.pixels)
        assert (after.position_mm, after.spacing_mm) == (before.position_mm, before.spacing_mm)
        kept = before.header.keys() - {"TransferSyntaxUID", "DimensionIndexValues"}
        changed_keys = {key for key in kept if before.header[key] != after.header.get(key)}
        assert {key: (before.header[key], after.header.get(key)) for key in changed_keys} == {}


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ((), "not_frames"),
        ((FRAMES[1], FRAMES[0]), "not_frames"),
        ((FRAMES[0], replace(FRAMES[1], uid="1.2.3")), "not_frames"),
        ((FRAMES[0], replace(FRAMES[1], pixels=FRAMES[1].pixels[1:])), "not_frames"),
        ((FRAMES[0], replace(FRAMES[1], pixels=FRAMES[1].pixels.astype(np.int16))), "not_frames"),
        ((FRAMES[0], changed(1, PatientID="ANOTHER")), "not_writable"),
        ((replace(FRAMES[0], pixels=np.zeros((2, 2))),), "not_writable"),
    ],
)
def test_what_is_no_object_is_refused(frames, code):
    with pytest.raises(UsageError) as error:
        write_frames(frames)
    assert error.value.code == code
