# SPDX-License-Identifier: LGPL-3.0-or-later
"""Magnetic resonance: classic and enhanced objects say the same in the same words."""

import numpy as np
import pytest
from pydicom.sequence import Sequence

from optimage.dicom.dictionary import is_keyword
from optimage.dicom.headers import acquisition
from optimage.dicom.part10 import EXPLICIT_LITTLE, IMPLICIT_LITTLE
from optimage.dicom.reader import load_images, read_object
from tests.unit.dicom.build import ct, file_of, item

ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
PHILIPS = (0x2005, "Philips MR Imaging DD 001")
STRANGER = (0x2005, "SOMEBODY ELSE")


def mr(**changes):
    return ct(Modality="MR", SOPClassUID="1.2.840.10008.5.1.4.1.1.4", **changes)


def enhanced_mr(frames=2, shared=None, per_frame=(), **changes):
    dataset = ct(np.zeros((frames, 3, 4), np.int16), Modality="MR", SOPClassUID=ENHANCED_MR, **changes)
    dataset.SharedFunctionalGroupsSequence = Sequence([shared or shared_groups()])
    dataset.PerFrameFunctionalGroupsSequence = Sequence(per_frame or [frame_groups(n) for n in range(frames)])
    return dataset


def shared_groups(direction="COLUMN"):
    return item(
        MRImagingModifierSequence=item(PixelBandwidth=130, TransmitterFrequency=63.68),
        MRReceiveCoilSequence=item(ReceiveCoilName="Head"),
        MRTransmitCoilSequence=item(TransmitCoilName="Body"),
        MRTimingAndRelatedParametersSequence=item(
            RepetitionTime=1000,
            FlipAngle=90,
            SpecificAbsorptionRateSequence=Sequence(
                [sar("IEC_HEAD", 0.5), sar("IEC_WHOLE_BODY", 0.25), sar("IEC_LOCAL", 0.75)]
            ),
        ),
        MRModifierSequence=item(ParallelAcquisition="YES", ParallelReductionFactorInPlane=2.0, InversionRecovery="NO"),
        MRFOVGeometrySequence=item(
            PercentSampling=100,
            PercentPhaseFieldOfView=75,
            InPlanePhaseEncodingDirection=direction,
            MRAcquisitionFrequencyEncodingSteps=256,
            MRAcquisitionPhaseEncodingStepsInPlane=192,
        ),
    )


def sar(definition, value):
    return item(SpecificAbsorptionRateDefinition=definition, SpecificAbsorptionRateValue=value)


def frame_groups(number):
    return item(
        MREchoSequence=item(EffectiveEchoTime=30.0 + number),
        MRAveragesSequence=item(NumberOfAverages=1),
        MRImageFrameTypeSequence=item(
            FrameType=["ORIGINAL", "PRIMARY", "MP"[number], "NONE"],
            ComplexImageComponent=("MAGNITUDE", "PHASE")[number],
        ),
        FrameContentSequence=item(FrameAcquisitionDateTime=f"2026010312000{number}.5+0000"),
        PixelMeasuresSequence=item(SliceThickness=5, PixelSpacing=[1, 2]),
        PixelValueTransformationSequence=item(RescaleSlope=2 + number, RescaleIntercept=number, RescaleType="US"),
        RealWorldValueMappingSequence=item(RealWorldValueSlope=4.5 + number, RealWorldValueIntercept=-1.0),
    )


def headers_of(dataset, syntax=EXPLICIT_LITTLE):
    return [frame.header for frame in read_object(file_of(dataset, syntax)).headers]


def header_of(dataset, syntax=EXPLICIT_LITTLE):
    return headers_of(dataset, syntax)[0]


CLASSIC = {
    "EchoTime": 30.0,
    "RepetitionTime": 1000.0,
    "FlipAngle": 90.0,
    "PixelBandwidth": 130.0,
    "NumberOfAverages": 1.0,
    "ReceiveCoilName": "Head",
    "TransmitCoilName": "Body",
    "InPlanePhaseEncodingDirection": "COL",
    "AcquisitionMatrix": (256, 0, 0, 192),
    "NumberOfPhaseEncodingSteps": 192,
    "PercentSampling": 100.0,
    "PercentPhaseFieldOfView": 75.0,
    "SliceThickness": 5.0,
    "ImagingFrequency": 63.68,
    "ImagedNucleus": "1H",
    "SequenceName": "*se2d1",
    "ScanningSequence": "SE",
    "SAR": 0.25,
    "ParallelAcquisition": "YES",
    "ParallelReductionFactorInPlane": 2.0,
    "ImageType": ("ORIGINAL", "PRIMARY", "M", "NONE"),
    "ComplexImageComponent": "MAGNITUDE",
    "RealWorldValueSlope": 4.5,
    "RealWorldValueIntercept": -1.0,
}


@pytest.mark.parametrize("keyword", CLASSIC)
def test_an_enhanced_object_says_it_in_classic_words(keyword):
    dataset = enhanced_mr(PulseSequenceName="*se2d1", EchoPulseSequence="SPIN", ResonantNucleus="1H")
    assert header_of(dataset)[keyword] == CLASSIC[keyword]


def test_each_frame_speaks_for_itself_even_where_the_object_says_mixed():
    mixed = {"ImageType": ["ORIGINAL", "PRIMARY", "MIXED", "NONE"], "ComplexImageComponent": "MIXED"}
    images = load_images(file_of(enhanced_mr(**mixed)))
    assert [image.header["EchoTime"] for image in images] == [30.0, 31.0]
    assert [image.header["ImageType"][2] for image in images] == ["M", "P"]
    assert [image.header["ComplexImageComponent"] for image in images] == ["MAGNITUDE", "PHASE"]
    assert [(image.slope, image.intercept) for image in images] == [(2.0, 0.0), (3.0, 1.0)]
    assert [acquisition(image.header).at.second for image in images] == [0, 1]
    assert acquisition(images[0].header).source == "FrameAcquisitionDateTime"


@pytest.mark.parametrize(
    ("direction", "matrix"), [("ROW", (0, 256, 192, 0)), ("COLUMN", (256, 0, 0, 192)), ("OTHER", None), ("", None)]
)
def test_the_acquired_matrix_stands_as_classic_objects_write_it(direction, matrix):
    assert header_of(enhanced_mr(shared=shared_groups(direction))).get("AcquisitionMatrix") == matrix


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"EchoPulseSequence": "GRADIENT"}, "GR"),
        ({"EchoPulseSequence": "BOTH"}, ("SE", "GR")),
        ({"EchoPulseSequence": "GRADIENT", "EchoPlanarPulseSequence": "YES"}, ("GR", "EP")),
        ({"EchoPulseSequence": ""}, None),
    ],
)
def test_the_kind_of_sequence_is_one_attribute_in_classic_words(said, word):
    assert header_of(enhanced_mr(**said)).get("ScanningSequence") == word


def test_a_classic_value_that_is_there_is_kept():
    assert header_of(mr(EchoTime=10, EffectiveEchoTime=20.0, ImagingFrequency=63, TransmitterFrequency=64.0))[
        "EchoTime"
    ] == pytest.approx(10)


def test_empty_groups_leave_the_keywords_out_and_break_nothing():
    hollow = item(MREchoSequence=Sequence([]), MRFOVGeometrySequence=item(MRAcquisitionFrequencyEncodingSteps=None))
    empty = item(MREchoSequence=item(EffectiveEchoTime=None), MRImageFrameTypeSequence=item(FrameType=None))
    header = header_of(enhanced_mr(shared=hollow, per_frame=[empty, empty], ImageType=["ORIGINAL", "PRIMARY"]))
    assert header["ImageType"] == ("ORIGINAL", "PRIMARY")
    assert {"EchoTime", "AcquisitionMatrix", "ComplexImageComponent", "SAR"}.isdisjoint(header)


COMPONENTS = {
    ("ORIGINAL", "PRIMARY", "M", "ND", "NORM"): "MAGNITUDE",  # Siemens
    ("ORIGINAL", "PRIMARY", "M_SE", "M", "SE"): "MAGNITUDE",  # Philips
    ("ORIGINAL", "PRIMARY", "R_FFE", "R", "FFE"): "REAL",
    ("ORIGINAL", "PRIMARY", "PHASE MAP", "P", "FFE"): "PHASE",
    ("ORIGINAL", "PRIMARY", "I"): "IMAGINARY",
    ("ORIGINAL", "PRIMARY", "PHASE"): "PHASE",
    ("DERIVED", "SECONDARY", "MPR", "PROJECTION IMAGE"): None,
    ("ORIGINAL", "PRIMARY", "OTHER"): None,  # GE
    ("M", "P"): None,
    (): None,
}


@pytest.mark.parametrize("image_type", COMPONENTS, ids="-".join)
def test_what_is_shown_of_the_complex_signal_comes_out_of_the_image_type(image_type):
    assert header_of(mr(ImageType=list(image_type))).get("ComplexImageComponent") == COMPONENTS[image_type]


def test_the_image_type_of_another_modality_says_nothing_about_a_complex_signal():
    assert "ComplexImageComponent" not in header_of(ct(ImageType=["ORIGINAL", "PRIMARY", "M"]))


def private(dataset, block, element, vr, value):
    group, creator = block
    dataset.private_block(group, creator, create=True).add_new(element, vr, value)
    return dataset


@pytest.mark.parametrize("syntax", [EXPLICIT_LITTLE, IMPLICIT_LITTLE])
def test_the_scale_of_philips_is_recorded_and_not_applied(syntax):
    dataset = private(mr(RescaleSlope=1.5, RescaleIntercept=0), PHILIPS, 0x0E, "FL", 0.125)
    (image,) = load_images(file_of(dataset, syntax))
    assert image.header["PhilipsScaleSlope"] == 0.125
    assert image.slope == 1.5
    assert is_keyword("PhilipsScaleSlope")


def test_a_private_element_of_another_creator_is_not_believed():
    other = private(mr(), STRANGER, 0x0E, "FL", 0.125)
    moved = private(other, PHILIPS, 0x0E, "FL", 0.5)
    assert header_of(moved)["PhilipsScaleSlope"] == 0.5
    assert "PhilipsScaleSlope" not in header_of(private(mr(), STRANGER, 0x0E, "FL", 0.125))


@pytest.mark.parametrize(
    ("vr", "value"), [("LO", "x"), ("FL", float("nan")), ("OB", b"\1\2\3\4\5\6"), ("FL", [1.0, 2.0])]
)
def test_a_private_element_that_holds_no_number_counts_as_absent(vr, value):
    assert "PhilipsScaleSlope" not in header_of(private(mr(), PHILIPS, 0x0E, vr, value))


def test_the_scale_of_philips_is_found_in_each_frame_of_an_enhanced_object():
    frames = []
    for number in range(2):
        scale = private(item(), PHILIPS, 0x0E, "FL", 0.25 + number)
        frames.append(
            private(frame_groups(number), (0x2005, "Philips MR Imaging DD 005"), 0x0F, "SQ", Sequence([scale]))
        )
    assert [header["PhilipsScaleSlope"] for header in headers_of(enhanced_mr(per_frame=frames))] == [0.25, 1.25]


@pytest.mark.parametrize(("number", "component"), [(0, "MAGNITUDE"), (1, "PHASE"), (2, "REAL"), (9, None)])
def test_ge_tells_by_a_number_what_is_shown(number, component):
    dataset = private(mr(ImageType=["ORIGINAL", "PRIMARY", "OTHER"]), (0x0043, "GEMS_PARM_01"), 0x2F, "SS", number)
    assert header_of(dataset).get("ComplexImageComponent") == component


ANONYMISED = ("00010101010101.000000+0000", "19000101000000", "19700101000000+0000", "19800101", "not a date")


@pytest.mark.parametrize("value", ANONYMISED)
def test_a_date_before_digital_images_is_unknown_and_the_next_attribute_counts(value):
    header = {"AcquisitionDateTime": value, "ContentDate": "00010101", "ContentTime": "000000.00"}
    assert acquisition(header).at is None
    known = acquisition(header | {"FrameAcquisitionDateTime": "20260103120000+0000"})
    assert (known.at.year, known.source) == (2026, "FrameAcquisitionDateTime")


PAIRS = {
    "snr_pair_Sola_BODY_AX": {
        "EchoTime": 30.0,
        "RepetitionTime": 1000.0,
        "PixelBandwidth": 130.0,
        "InPlanePhaseEncodingDirection": "COL",
        "AcquisitionMatrix": (256, 0, 0, 256),
        "ScanningSequence": "SE",
        "ImagingFrequency": 63.676825,
        "ComplexImageComponent": "MAGNITUDE",
    },
    "snr_pair_GE_sag": {"EchoTime": 30.0, "ComplexImageComponent": "MAGNITUDE", "AcquisitionMatrix": (0, 256, 256, 0)},
    "ghosting": {"ScanningSequence": "SE", "ComplexImageComponent": "MAGNITUDE"},
}


@pytest.mark.parametrize("folder", PAIRS)
def test_real_images_speak_classic_words(folder, test_data):
    for path in sorted((test_data / "mr" / folder).iterdir()):
        header = read_object(path).headers[0].header
        assert {keyword: header.get(keyword) for keyword in PAIRS[folder]} == PAIRS[folder]


def test_each_frame_of_a_real_enhanced_object_has_its_place_and_time(test_data):
    images = load_images(test_data / "mr" / "acr_siemens_sola_enhanced" / "1.dcm")
    assert len({image.position_mm for image in images}) == len(images) == 11
    assert {acquisition(image.header).source for image in images} == {"FrameAcquisitionDateTime"}
    assert {image.header["ReceiveCoilName"] for image in images} == {"HeadNeck_20_TCS"}


def test_the_scale_of_a_real_philips_image_is_recorded(test_data):
    header = read_object(test_data / "mr" / "ghosting" / "IM_0001.dcm").headers[0].header
    assert header["PhilipsScaleSlope"] == pytest.approx(0.13328813, rel=1e-6)
