# SPDX-License-Identifier: LGPL-3.0-or-later
"""Bad input is normal: each kind gets its code and a sentence with advice, and nothing is lost."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import JPEGBaseline8Bit

from optimage.cli.edge import run
from optimage.cli.main import cli
from optimage.dicom.writer import write_image
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, Insert, render_ct_water
from tests.integration.site import Site, enter

SMALL = CtWater(matrix=(256, 256), spacing_mm=(1.0, 1.0), noise_hu=5.0)
BROKEN_PROFILE = """
id = "Not An Id"
title = "three mistakes"
phantom = "ct_level_a"

[match]
Modalitee = { equals = "CT" }

[tolerances.ct_water]
reference = 0.0
warning = 9.0
fail = 8.0
"""
GENERIC = """
id = "{id}"
title = "any CT"
phantom = "ct_level_a"
[match]
Modality = {{ equals = "CT", required = true }}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own for every test."""
    folder = tmp_path / "home"
    enter(folder, monkeypatch)
    return folder


def analyse(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 3) -> list[dict[str, Any]]:
    """Run `analyse --json` in this process; the exit code is part of the contract."""
    assert run(cli, ["analyse", "--json", *map(str, arguments)]) == code
    shown = capsys.readouterr()
    assert "Traceback" not in shown.err
    return list(json.loads(shown.out)["results"])


def refusal(capsys: pytest.CaptureFixture[str], path: Path) -> dict[str, Any]:
    """Return the first failure of the one refused result."""
    (result,) = analyse(capsys, "--no-store", "--phantom", "ct_level_a", path)
    assert result["verdict"] == "not_measured"
    assert result["measurements"] == []
    failure: dict[str, Any] = result["failures"][0]
    assert failure["message"]
    assert failure["advice"]
    return failure


def water(tmp_path: Path, spec: CtWater = SMALL, name: str = "image.dcm") -> Path:
    """Write the first slice of a digital phantom."""
    path = tmp_path / name
    path.write_bytes(write_image(render_ct_water(spec)[0]))
    return path


def changed(path: Path, **attributes: object) -> Path:
    """Set attributes of a file; None deletes one."""
    dataset: Dataset = dcmread(path)
    for keyword, value in attributes.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    dataset.save_as(path)
    return path


def no_image(tmp_path: Path) -> Path:
    path = tmp_path / "notes.txt"
    path.write_text("no image at all\n" * 100)
    return path


def cut_short(tmp_path: Path) -> Path:
    path = water(tmp_path)
    path.write_bytes(path.read_bytes()[:600])
    return path


def pixels_cut_short(tmp_path: Path) -> Path:
    path = water(tmp_path)
    path.write_bytes(path.read_bytes()[:-1000])
    return path


def fewer_pixels_than_announced(tmp_path: Path) -> Path:
    return changed(water(tmp_path), PixelData=bytes(256 * 200))


def no_pixels(tmp_path: Path) -> Path:
    return changed(water(tmp_path), PixelData=None)


def empty_air(tmp_path: Path) -> Path:
    return changed(water(tmp_path), PixelData=np.full((256, 256), 24, "<u2").tobytes())


def two_phantoms(tmp_path: Path) -> Path:
    return water(
        tmp_path,
        CtWater(matrix=(512, 512), spacing_mm=(1.0, 1.0), second_offset_mm=(-120.0, 0.0), offset_mm=(120.0, 0.0)),
    )


def cut_off(tmp_path: Path) -> Path:
    return water(tmp_path, CtWater(matrix=(256, 256), spacing_mm=(0.5, 0.5), offset_mm=(60.0, 0.0), noise_hu=5.0))


def another_modality(tmp_path: Path) -> Path:
    return changed(water(tmp_path), Modality="MR")


def compressed_with_loss(tmp_path: Path) -> Path:
    return changed(water(tmp_path), LossyImageCompression="01")


def with_inserts(tmp_path: Path) -> Path:
    inserts = (Insert((30.0, 0.0), 10.0, 300.0), Insert((-30.0, 0.0), 10.0, -200.0))
    return water(tmp_path, CtWater(matrix=(256, 256), spacing_mm=(1.0, 1.0), noise_hu=5.0, inserts=inserts))


def without_spacing(tmp_path: Path) -> Path:
    return changed(water(tmp_path), PixelSpacing=None)


def unknown_syntax(tmp_path: Path) -> Path:
    path = water(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.9\0", 1))
    return path


def cannot_be_decoded(tmp_path: Path) -> Path:
    path = water(tmp_path)
    dataset = dcmread(path)
    dataset.file_meta.TransferSyntaxUID = JPEGBaseline8Bit
    dataset.PixelData = b"\xfe\xff\x00\xe0\0\0\0\0\xfe\xff\x00\xe0\x08\0\0\0notajpeg\xfe\xff\xdd\xe0\0\0\0\0"
    dataset["PixelData"].is_undefined_length = True
    dataset["PixelData"].VR = "OB"
    dataset.save_as(path)
    return path


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (no_image, "not_dicom"),
        (cut_short, "truncated"),
        (pixels_cut_short, "pixel_data_short"),
        (fewer_pixels_than_announced, "pixel_data_short"),
        (no_pixels, "pixel_data_missing"),
        (unknown_syntax, "unknown_transfer_syntax"),
        (empty_air, "phantom_not_found"),
        (two_phantoms, "several_phantoms"),
        (cut_off, "phantom_cut_off"),
        (another_modality, "wrong_modality"),
        (compressed_with_loss, "lossy_compressed"),
        (with_inserts, "not_homogeneous"),
        (without_spacing, "missing_attribute"),
    ],
)
def test_each_kind_has_its_code_its_sentence_and_its_advice(
    make: Any, code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refusal(capsys, make(tmp_path))["code"] == code


def test_pixels_that_cannot_be_decoded_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal(capsys, cannot_be_decoded(tmp_path))["code"]


def test_a_path_that_does_not_exist_is_a_wrong_call(tmp_path: Path) -> None:
    assert run(cli, ["analyse", str(tmp_path / "nowhere"), "--phantom", "ct_level_a"]) == 2


@pytest.mark.parametrize(
    "arguments", [["--phantom", "ct_level_z"], ["--phantom", "ct_level_a", "--set", "colour=red"], ["--colour", "red"]]
)
def test_unknown_modules_parameters_and_options_are_wrong_calls(arguments: list[str], tmp_path: Path) -> None:
    assert run(cli, ["analyse", str(water(tmp_path)), "--no-store", *arguments]) == 2


def test_a_folder_with_other_files_beside_the_images_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    no_image(folder)
    water(folder)
    (result,) = analyse(capsys, "--no-store", "--phantom", "ct_level_a", folder, code=0)
    assert result["measurements"]


def test_lossy_images_are_measured_when_a_person_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = compressed_with_loss(tmp_path)
    arguments = ("--no-store", "--phantom", "ct_level_a", "--set", "allow_lossy=true", path)
    (result,) = analyse(capsys, *arguments, code=0)
    assert "lossy_compressed" in {note["code"] for note in result["notes"]}


def test_the_same_uid_with_other_bytes_is_kept_beside_the_first(
    tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = water(tmp_path, name="first.dcm")
    second = changed(water(tmp_path, name="second.dcm"), SeriesDescription="changed on the way")
    for path in (first, first, second):
        analyse(capsys, "--phantom", "ct_level_a", path, code=0)
    rows = Site(home).sql("SELECT conflict FROM instance ORDER BY id")
    assert [bool(conflict) for (conflict,) in rows] == [False, True]
    assert len(list((home / "spool").rglob("*.dcm"))) == 2


def test_a_profile_with_three_mistakes_tells_all_of_them_with_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.toml"
    path.write_text(BROKEN_PROFILE)
    assert run(cli, ["profile", "check", str(path)]) == 2
    told = capsys.readouterr().err
    for line, key in ((2, "id"), (7, "Modalitee"), (9, "tolerances.ct_water")):
        assert f"broken.toml:{line}" in told or f"broken.toml:{line + 1}" in told or f"broken.toml:{line + 2}" in told
        assert key in told


def test_tied_profiles_are_never_guessed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        path = tmp_path / f"{name}.toml"
        path.write_text(GENERIC.format(id=name))
        assert run(cli, ["profile", "apply", str(path), "--reason", "test"]) == 0
    capsys.readouterr()
    (result,) = analyse(capsys, water(tmp_path))
    assert result["failures"][0]["code"] == "tied_profiles"
    assert "one" in result["failures"][0]["message"]
    assert "two" in result["failures"][0]["message"]


def test_a_file_in_place_of_the_home_is_a_system_error_with_a_sentence(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_text("in the way")
    assert run(cli, ["results"]) == 4
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(("stamp", "word"), [("9999", "newer"), ("0000", "upgrade")])
def test_a_database_of_another_version_is_not_touched(
    stamp: str, word: str, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(cli, ["results"]) == 0
    Site(home).sql(f"UPDATE alembic_version SET version_num = '{stamp}'")
    assert run(cli, ["results"]) == 4
    assert word in capsys.readouterr().err


def test_hostile_texts_in_headers_are_shown_written_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = changed(water(tmp_path), Manufacturer="\x1b[31mred{0}", ManufacturerModelName="=1+1")
    assert run(cli, ["analyse", str(path), "--no-store", "--phantom", "ct_level_a"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_every_file_of_pydicoms_own_test_set_is_measured_or_refused_without_a_trace(
    capsys: pytest.CaptureFixture[str],
) -> None:
    folders = (Path(pydicom.__file__).parent / "data" / name for name in ("test_files", "charset_files"))
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(files) > 100
    for path in files:
        code = run(cli, ["analyse", "--json", "--no-store", "--phantom", "ct_level_a", str(path)])
        shown = capsys.readouterr()
        assert code in (0, 1, 3), (path, shown.err)
        assert "Traceback" not in shown.err
        for result in json.loads(shown.out)["results"]:
            assert result["measurements"] or result["failures"], path


def test_a_truncated_slice_leaves_its_series_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "series"
    folder.mkdir()
    spec = CtWater(matrix=(256, 256), spacing_mm=(1.0, 1.0), noise_hu=5.0, slices=3, scan=CtScan(text="cut"))
    for number, image in enumerate(render_ct_water(spec)):
        (folder / f"{number}.dcm").write_bytes(write_image(image))
    damaged = folder / "1.dcm"
    damaged.write_bytes(damaged.read_bytes()[:-1000])
    results = analyse(capsys, "--no-store", "--phantom", "ct_level_a", folder)
    measured = [result for result in results if result["measurements"]]
    assert len(measured) == 1
    assert "pixel_data_short" in {failure["code"] for result in results for failure in result["failures"]}
