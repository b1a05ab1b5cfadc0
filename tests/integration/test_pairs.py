# SPDX-License-Identifier: LGPL-3.0-or-later
"""Repeated acquisitions find each other: by hand and through the service, in any order."""

from pathlib import Path

import pytest

from tests.integration.plugins.distribution import write_distribution
from tests.integration.site import Site, value
from tests.unit.dicom.build import ct, file_of

MODULE = """
from optimage.api import (
    AnalysisResult, InputSpec, Localisation, Measurement, MeasurementSpec, PhantomInfo, hookimpl,
)

SAME = (
    "Manufacturer", "ManufacturerModelName", "DeviceSerialNumber", "ImageType", "ImageOrientationPatient", "Rows",
    "Columns", "PixelSpacing", "SliceThickness", "RepetitionTime", "EchoTime", "FlipAngle", "PixelBandwidth",
    "NumberOfAverages", "ReceiveCoilName", "ScanningSequence", "InPlanePhaseEncodingDirection", "ProtocolName",
)

class Pairs:
    info = PhantomInfo(
        "pairs", "A test", "1", frozenset({"MR"}),
        inputs=(InputSpec("series", same=SAME, acquired_within_s=3600.0, wanted=2),),
        measures=(MeasurementSpec("images", "1", "How many"),),
    )

    def locate(self, images, parameters):
        return Localisation()

    def measure(self, images, localisation, parameters):
        return AnalysisResult((Measurement("images", float(len(images.all())), "1"),))

@hookimpl
def optimage_register_phantoms():
    return [Pairs()]
"""
PROFILE = """
id = "mr_pairs"
title = "every acquisition twice"
phantom = "pairs"
quiet_period_s = 1.0

[match]
Modality = { equals = "MR", required = true }
"""
PAIRS = ("snr_pair_Sola_BODY_AX", "snr_pair_Sola_BODY_COR", "snr_pair_GE_sag", "snr_pair_Siemens_tra")
ORDERS = [range(8), (7, 5, 3, 1, 0, 2, 4, 6)]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An installation with a module that wants every image twice."""
    plugins = tmp_path / "plugins"
    plugins.mkdir()
    write_distribution(plugins, "pairs", MODULE)
    site = Site(tmp_path / "home")
    site.environment["PYTHONPATH"] = str(plugins)
    profile = tmp_path / "profile.toml"
    profile.write_text(PROFILE)
    site.run("profile", "apply", profile, "--reason", "test")
    return site


def image(folder: Path, name: str, at: str, **changes: object) -> Path:
    """Write one image of a bottle's name; its series is its own."""
    number = int.from_bytes(name.encode())
    dataset = ct(Modality="MR", SOPClassUID="1.2.840.10008.5.1.4.1.1.4", SOPInstanceUID=f"1.2.{number}")
    dataset.PatientName, dataset.PatientID = "QC^Phantom", "QC"
    dataset.SeriesInstanceUID, dataset.StudyInstanceUID = f"1.3.{number}", f"1.4.{number}"
    values = {"EchoTime": 30.0, "ImageOrientationPatient": [1, 0, 0, 0, 1, 0], "AcquisitionDateTime": at} | changes
    for keyword, one in values.items():
        setattr(dataset, keyword, one)
    path = folder / f"{name}.dcm"
    path.write_bytes(file_of(dataset))
    return path


def sets(results: list[dict[str, object]]) -> set[frozenset[str]]:
    return {frozenset(given["uid"] for given in result["inputs"]) for result in results}  # type: ignore[attr-defined]


def uids(*names: str) -> frozenset[str]:
    return frozenset(f"1.2.{int.from_bytes(name.encode())}" for name in names)


def two_pairs(folder: Path) -> list[Path]:
    coronal = {"ImageOrientationPatient": [1, 0, 0, 0, -4.9e-12, -1]}
    return [
        image(folder, "ax1", "20260103120000+0000"),
        image(folder, "ax2", "20260103120500+0000", ImageOrientationPatient=[1, -4.9e-12, 0, 0, 1, -0.0]),
        image(folder, "cor1", "20260103121000+0000", **coronal),
        image(folder, "cor2", "20260103121500+0000", **coronal),
    ]


def test_two_pairs_on_one_association_become_two_sets(site: Site, tmp_path: Path) -> None:
    paths = two_pairs(tmp_path)
    with site.service():
        site.send(paths[3], paths[0], paths[2], paths[1])
        results = site.wait_for(2)
    assert sets(results) == {uids("ax1", "ax2"), uids("cor1", "cor2")}
    assert [note["code"] for result in results for note in result["notes"]] == []


@pytest.mark.only_on("sqlite", "postgresql")  # its module is not installed where the cluster runs
def test_the_second_image_on_a_later_association_supersedes_the_first_alone(site: Site, tmp_path: Path) -> None:
    first, second, *_ = two_pairs(tmp_path)
    with site.service():
        site.send(first)
        site.wait_for(1)
        site.send(second)
        site.wait_for(2, "--all")
        (current,) = site.results()
    assert value(current, "images")["value"] == 2.0


def test_the_pair_of_next_month_is_a_set_of_its_own(site: Site, tmp_path: Path) -> None:
    month = [image(tmp_path, f"m{n}", f"2026020312{n}000+0000") for n in range(2)]
    today = two_pairs(tmp_path)[:2]
    with site.service():
        site.send(*month)
        site.wait_for(1)
        site.send(*today)
        results = site.wait_for(2)
    assert sets(results) == {uids("ax1", "ax2"), uids("m0", "m1")}
    assert len(site.results("--all")) == 2


def test_by_hand_a_folder_gives_the_same_sets_as_often_as_it_is_analysed(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    two_pairs(folder)
    image(folder, "m0", "20260203120000+0000")
    image(folder, "m1", "20260203121000+0000")
    expected = {uids("ax1", "ax2"), uids("cor1", "cor2"), uids("m0", "m1")}
    for _ in range(2):
        site.run("analyse", folder)
        assert sets(site.results("--all")) == expected


def test_an_image_without_its_partner_tells_what_differs(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    image(folder, "first", "20260103120000+0000")
    image(folder, "second", "20260103120500+0000", EchoTime=20.0)
    site.run("analyse", folder)
    notes = [note for result in site.results() for note in result["notes"]]
    assert [note["code"] for note in notes] == ["no_partner"] * 2
    assert "second.dcm, differs in EchoTime (30 / 20)" in " ".join(note["message"] for note in notes)


@pytest.mark.only_on("sqlite", "postgresql")  # its module is not installed where the cluster runs
@pytest.mark.parametrize("order", ORDERS)
def test_real_pairs_find_each_other_through_the_service(
    site: Site, tmp_path: Path, test_data: Path, order: list[int]
) -> None:
    paths = [path for pair in PAIRS for path in sorted((test_data / "mr" / pair).iterdir())]
    (tmp_path / "profile.toml").write_text(PROFILE.replace("[match]", '[match]\nPatientID = { matches = "" }'))
    site.run("profile", "apply", tmp_path / "profile.toml", "--reason", "whoever the phantom is")
    with site.service():
        site.send(*(paths[number] for number in order))
        results = site.wait_for(4)
    assert [value(result, "images")["value"] for result in results] == [2.0] * 4
    by_hand = site.run("analyse", "--no-store", *paths)
    assert by_hand.count("mr_pairs r2") == 4


# Published for these images: hazen 2.0, normalised, by subtraction. It finds the centre in another way, and squares
# laid about another centre change the mean of the five by up to 3 %.
SOLA = {"snr_pair_Sola_BODY_AX": 272.23, "snr_pair_Sola_BODY_COR": 262.01}


def test_the_shipped_profile_measures_two_real_pairs_sent_in_any_order(tmp_path: Path, test_data: Path) -> None:
    shipped = (Path(__file__).parents[2] / "profiles" / "mr" / "mr_flood_weekly.toml").read_text()
    text = shipped.replace("[match]", '[match]\nPatientID = { matches = "", required = true }')
    (tmp_path / "profile.toml").write_text(text.replace('schedule = "weekly"', "quiet_period_s = 1.0"))
    site = Site(tmp_path / "home")
    site.run("profile", "apply", tmp_path / "profile.toml", "--reason", "whoever the phantom is")
    axial, coronal = (sorted((test_data / "mr" / pair).iterdir()) for pair in SOLA)
    with site.service():
        site.send(axial[1], coronal[0], coronal[1], axial[0])
        results = site.wait_for(2)
    found = sorted(value(result, "snr_subtraction_five_px_normalised")["value"] for result in results)
    assert found == pytest.approx(sorted(SOLA.values()), rel=0.03)
