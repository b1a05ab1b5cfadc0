# SPDX-License-Identifier: LGPL-3.0-or-later
import os
import stat
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pydicom.data
import pytest

from optimage.dicom import finder
from optimage.dicom.part10 import EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE
from optimage.dicom.reader import find_objects, load_images, read_object
from optimage.errors import ImageError
from tests.unit.dicom.build import PIXELS, UID, ct, enhanced_ct, file_of, item

# The folder inside the wheel; pydicom's own functions would download the rest.
SAMPLES = sorted(path for path in Path(pydicom.data.__file__).parent.glob("*_files/**/*") if path.is_file())


@pytest.fixture
def image_file(tmp_path):
    path = tmp_path / "image.dcm"
    path.write_bytes(file_of(ct()))
    return path


def codes(found):
    return [one.error.code if one.error else "" for one in found]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_sample_of_pydicom_is_an_image_or_says_why_not(path):
    try:
        images = load_images(path)
    except ImageError as error:
        assert error.code
        assert str(error)
        return
    for image in images:
        assert image.pixels.ndim == 2
        assert image.pixels.dtype.isnative
        assert image.values().shape == image.shape
        assert image.header["TransferSyntaxUID"]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_every_sample_cut_short_is_read_or_says_why_not(path, keep):
    data = path.read_bytes()
    cut = data[: int(len(data) * keep)]
    try:
        read_object(cut)
        load_images(cut)
    except ImageError as error:
        assert error.code


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE, EXPLICIT_LITTLE, EXPLICIT_BIG])
@pytest.mark.parametrize("make", [ct, enhanced_ct])
def test_damaged_bytes_give_images_or_reasons_and_nothing_else(make, syntax):
    random = np.random.default_rng(7)
    sound = np.frombuffer(file_of(make(), syntax), np.uint8)
    outcomes = set()
    for _ in range(150):
        data = sound.copy()
        places = random.integers(0, data.size, random.integers(1, 8))
        data[places] = random.integers(0, 256, places.size)
        outcomes.add(outcome(data.tobytes()))
    assert "image" in outcomes
    assert len(outcomes) > 3


def outcome(data):
    try:
        for image in load_images(data):
            image.values()
    except ImageError as error:
        return error.code
    return "image"


def test_a_native_image_cut_in_its_pixels_is_never_measured():
    data = file_of(ct())
    with pytest.raises(ImageError, match="bytes of pixel data"):
        load_images(data[:-1])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_what_was_read_before_gives_the_same_images_again(path):
    try:
        fresh = load_images(path)
    except ImageError:
        return
    again = load_images(path, read_object(path))
    assert [(one.uid, one.frame, one.header) for one in again] == [(one.uid, one.frame, one.header) for one in fresh]
    for one, other in zip(again, fresh, strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)


def test_a_file_that_has_changed_since_it_was_read_is_read_anew(image_file):
    before = read_object(image_file)
    changed = ct()
    changed.SeriesDescription = "another series"
    image_file.write_bytes(file_of(changed))
    (image,) = load_images(image_file, before)
    assert image.header["SeriesDescription"] == "another series"


def test_files_and_folders_are_found_in_sorted_order(tmp_path, image_file):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "second").write_bytes(file_of(ct(SOPInstanceUID="1.2.2")))
    (tmp_path / "b" / "DICOMDIR").write_bytes(b"never looked at")
    (tmp_path / "notes.txt").write_text("nothing")
    found = list(find_objects([tmp_path]))
    assert [Path(one.location).name for one in found] == ["image.dcm", "notes.txt", "second"]
    assert codes(found) == ["", "not_dicom", ""]
    assert found[2].found.sop_instance_uid == "1.2.2"


def test_a_media_directory_is_passed_over(tmp_path):
    path = tmp_path / "directory"
    path.write_bytes(file_of(item(SOPClassUID="1.2.840.10008.1.3.10", SOPInstanceUID=UID)))
    assert list(find_objects([path])) == []


def test_members_of_an_archive_are_read_in_memory(tmp_path):
    archive = tmp_path / "export.zip"
    with ZipFile(archive, "w", ZIP_DEFLATED) as written:
        written.writestr("series/1.dcm", file_of(ct()))
        written.writestr("../../escape.dcm", file_of(ct()))
        written.writestr("series/readme.txt", "nothing")
    found = list(find_objects([archive]))
    assert codes(found) == ["", "", "not_dicom"]
    np.testing.assert_array_equal(load_images(found[1].origin)[0].pixels, PIXELS)
    assert [path.name for path in tmp_path.rglob("*")] == ["export.zip"]


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(finder, "RATIO_MATTERS_FROM", 1 << 20)
    archive = tmp_path / "bomb.zip"
    with ZipFile(archive, "w", ZIP_DEFLATED) as written:
        written.writestr("zeros", bytes(4 << 20))
    assert codes(find_objects([archive])) == ["zip_bomb"]


def test_a_member_that_is_too_large_does_not_hide_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr(finder, "MAXIMUM_BYTES", 10_000)
    archive = tmp_path / "export.zip"
    with ZipFile(archive, "w") as written:
        written.writestr("1", bytes(20_000))
        written.writestr("2", file_of(ct()))
    assert codes(find_objects([archive])) == ["too_large", ""]


def test_a_damaged_archive_says_so(tmp_path):
    archive = tmp_path / "export.zip"
    with ZipFile(archive, "w", ZIP_DEFLATED) as written:
        written.writestr("1", file_of(ct()))
    content = archive.read_bytes()
    archive.write_bytes(content[:40])
    assert codes(find_objects([archive])) == ["damaged_archive"]
    archive.write_bytes(content[:60] + b"\xff" * 20 + content[80:])
    assert codes(find_objects([archive])) == ["damaged_archive"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_without_permission_says_so(image_file):
    image_file.chmod(stat.S_IWUSR)
    assert codes(find_objects([image_file])) == ["unreadable"]


def test_what_is_no_plain_file_is_unreadable(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert codes(find_objects([tmp_path / "pipe", tmp_path / "missing"])) == ["unreadable", "unreadable"]


@pytest.mark.real_images
def test_padding_of_a_ge_water_section_is_no_data(test_data):
    (image,) = load_images(test_data / "ct" / "water_ge_a" / "imgA.dcm")
    assert image.padding == (-2000, -2000)
    values = image.values()
    assert np.isnan(values[image.pixels == -2000]).all()
    assert np.isnan(values[0, 0])
    assert np.nanmin(values) > -3000  # -2000 stored would be -3024 HU


@pytest.mark.real_images
def test_frames_of_an_enhanced_mr_have_their_own_position_and_timing(test_data):
    (path,) = (test_data / "mr" / "acr_siemens_sola_enhanced").iterdir()
    images = load_images(path)
    assert len(images) == 11
    assert len({image.position_mm for image in images}) == 11
    for image in images:
        assert image.header["RepetitionTime"] == 500.0
        assert image.header["EchoTime"] > 0
        assert image.spacing_mm == pytest.approx((0.976562, 0.976562))
        assert len(image.orientation) == 6


@pytest.mark.real_images
def test_an_object_without_transfer_syntax_in_its_meta_information_is_read(test_data):
    (image,) = load_images(test_data / "xr" / "leeds_tor18" / "leeds.dcm")
    assert image.shape == (768, 1024)
    assert image.header["Modality"] == "RTIMAGE"
