# SPDX-License-Identifier: LGPL-3.0-or-later
"""Which images given together make one measurement set."""

from itertools import permutations

import pytest

from optimage.dicom.reader import FoundObject, find_objects, read_object
from optimage.model.phantom import InputSpec, MeasurementSpec, PhantomInfo
from optimage.workflow.gather import for_module
from tests.unit.dicom.build import ct, file_of

SAME = (
    *("Manufacturer", "ManufacturerModelName", "DeviceSerialNumber", "ImageType", "ImageOrientationPatient"),
    *("Rows", "Columns", "PixelSpacing", "SliceThickness", "RepetitionTime", "EchoTime", "FlipAngle"),
    *("PixelBandwidth", "NumberOfAverages", "ReceiveCoilName", "ScanningSequence", "InPlanePhaseEncodingDirection"),
    "ProtocolName",
)
HOUR_S = 3600.0
PAIRS = ("snr_pair_Sola_BODY_AX", "snr_pair_Sola_BODY_COR", "snr_pair_GE_sag", "snr_pair_Siemens_tra")
AXIAL = [1, 0, 0, 0, 1, 0]


def info(**changes):
    inputs = (InputSpec("series", same=SAME, **{"acquired_within_s": HOUR_S, "wanted": 2} | changes),)
    measures = (MeasurementSpec("snr", "1", "SNR"),)
    return PhantomInfo("pairs", "Pairs", "1", frozenset({"MR"}), inputs=inputs, measures=measures)


def image(name, at="20260103120000+0000", **changes):
    """Return one image found in a file; `name` is its file's and ends its UIDs."""
    number = int.from_bytes(name.encode())
    values = {"EchoTime": 30.0, "ImageOrientationPatient": AXIAL, "ImagePositionPatient": [0, 0, 0]} | changes
    own = {"Modality": "MR", "SOPInstanceUID": f"1.2.{number}", "SeriesInstanceUID": f"1.3.{number}"}
    dataset = ct(**own | values)
    if at:
        dataset.AcquisitionDateTime = at
    data = file_of(dataset)
    return FoundObject(f"folder/{name}", data, read_object(data))


def sets(found, module=None):
    """Return the UIDs of each set."""
    tasks = for_module(found, module or info(), {})
    return {frozenset(source.uid for source in task.order.sources) for task in tasks}


def uids(*images):
    return frozenset(one.found.sop_instance_uid for one in images)


FOUR = (
    image("ax1", at="20260103120000+0000"),
    image("ax2", at="20260103120500+0000", ImageOrientationPatient=[1, -4.9e-12, 0, 4.9e-12, 1, -0.0]),
    image("cor1", at="20260103121000+0000", ImageOrientationPatient=[1, 0, 0, 0, 0, -1]),
    image("cor2", at="20260103121500+0000", ImageOrientationPatient=[1, 0, 1e-12, 0, 0, -1]),
)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_two_pairs_become_two_sets_in_every_order(order):
    assert sets([FOUR[number] for number in order]) == {uids(*FOUR[:2]), uids(*FOUR[2:])}


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_same_protocol_of_another_day_is_another_set_in_every_order(order):
    days = [image("a1"), image("a2", at="20260103120500+0000"), image("b1", at="20260203120000+0000")]
    days.append(image("b2", at="20260203125959+0000"))
    assert sets([days[number] for number in order]) == {uids(*days[:2]), uids(*days[2:])}


def test_where_time_does_not_count_days_stay_together():
    days = [image("a"), image("b", at="20270103120000+0000")]
    assert sets(days, info(acquired_within_s=None)) == {uids(*days)}


@pytest.mark.parametrize("unknown", ["", "00010101010101.000000+0000", "19000101"])
def test_an_unknown_time_separates_nothing(unknown):
    pair = [image("a", at=unknown), image("b")]
    assert sets(pair) == sets(pair[::-1]) == {uids(*pair)}
    both = [image("a", at=unknown), image("b", at=unknown)]
    assert sets(both) == {uids(*both)}


def test_the_key_of_a_set_names_its_earliest_acquisition():
    late_first = [image("b", at="20260103120500+0000"), image("a")]
    (task,) = for_module(late_first, info(), {})
    assert "2026-01-03T12:00:00+00:00" in task.group_key


def test_an_image_given_twice_counts_once():
    pair = [image("a"), image("b")]
    (task,) = for_module([*pair, *pair[::-1]], info(maximum=2), {})
    assert [source.uid for source in task.order.sources] == [one.found.sop_instance_uid for one in pair]


def notes(found, **changes):
    tasks = for_module(found, info(**changes), {})
    return [(note.code, str(note.message)) for task in tasks for note in task.order.notes]


def test_a_pair_has_nothing_to_tell():
    assert notes([image("a"), image("b")]) == []


def test_an_image_alone_has_nothing_to_tell_of_others():
    assert notes([image("a")]) == []
    assert notes([image("a"), image("b", EchoTime=20.0)], wanted=0) == []


def test_an_image_without_its_partner_names_the_nearest_other_and_what_differs():
    near, far = image("near.dcm", EchoTime=20.0), image("far.dcm", EchoTime=20.0, Manufacturer="ACME")
    code, sentence = notes([image("alone.dcm"), far, near])[0]
    assert code == "no_partner"
    assert "near.dcm" in sentence
    assert "EchoTime (30 / 20)" in sentence
    assert "Manufacturer" not in sentence


def test_position_and_day_are_among_what_differs():
    other = image("other.dcm", at="20260203120000+0000", ImagePositionPatient=[0, 0, 5])
    _, sentence = notes([image("alone.dcm"), other])[0]
    assert "ImagePositionPatient (0\\0\\0 / 0\\0\\5)" in sentence
    assert "AcquisitionDateTime (2026-01-03 12:00:00 UTC / 2026-02-03 12:00:00 UTC)" in sentence


def test_at_most_three_differences_are_told():
    other = image("o", EchoTime=20.0, FlipAngle=90, RepetitionTime=1000, Manufacturer="ACME")
    _, sentence = notes([image("alone"), other])[0]
    assert sentence.count(" / ") == 3
    assert sentence.endswith("…")


def test_a_set_that_was_full_is_no_near_miss():
    assert notes([image("a"), image("b"), image("c")], maximum=2) == []


def test_an_image_of_another_modality_is_no_near_miss():
    assert notes([image("a"), image("b", Modality="CT", Manufacturer="ACME")]) == []


@pytest.mark.parametrize("order", [range(8), range(7, -1, -1), (0, 4, 2, 6, 1, 5, 3, 7)])
def test_real_pairs_find_each_other_in_every_order(order, test_data):
    folders = [test_data / "mr" / pair for pair in PAIRS]
    pairs = [list(find_objects([folder])) for folder in folders]
    flat = [one for pair in pairs for one in pair]
    assert sets([flat[number] for number in order]) == {uids(*pair) for pair in pairs}
