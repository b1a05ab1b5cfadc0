# SPDX-License-Identifier: LGPL-3.0-or-later
"""From the scanner to a judged, charted, reported result, with the real programs on both sides."""

import csv
import json
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from optimage.dicom.writer import write_image
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.integration.site import Site, value


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An installation with one profile."""
    site = Site(tmp_path / "home")
    site.apply_profile()
    return site


def write_series(folder: Path, *, slices: int, first: int = 0, last: int | None = None, text: str = "s") -> Path:
    """Write the slices from `first` up to `last` of one digital series."""
    folder.mkdir(parents=True, exist_ok=True)
    spec = CtWater(
        matrix=(256, 256), spacing_mm=(1.0, 1.0), noise_hu=5.0, seed=7, slices=slices, scan=CtScan(text=text)
    )
    for number, image in enumerate(render_ct_water(spec)[first:last], start=first):
        (folder / f"{number:03d}.dcm").write_bytes(write_image(image))
    return folder


def test_a_sent_slice_becomes_a_judged_result_a_pdf_and_a_csv_without_a_further_hand(
    site: Site, tmp_path: Path
) -> None:
    with site.service():
        site.send(write_series(tmp_path / "images", slices=1))
        result = site.wait_for(1)[0]
    assert result["verdict"] == "pass"
    assert result["device"]["title"] == "CT 1"
    # 10 % disc of 200 mm at 1 mm pixels: 314 pixels, so the mean scatters by 5/√314 = 0.28 HU; four of them.
    assert value(result, "ct_water")["value"] == pytest.approx(0.0, abs=4 * 0.28)
    assert value(result, "KVP")["value"] == 120.0
    text = "".join(page.extract_text() for page in PdfReader(site.home / "reports" / "result-000001.pdf").pages)
    assert "CT 1" in text
    with (site.home / "exports" / "ct_water.csv").open(newline="") as table:
        rows = list(csv.DictReader(table))
    stored = next(row for row in rows if row["key"] == "ct_water" and not row["item"])
    assert float(stored["value"]) == value(result, "ct_water")["value"]


def test_ten_slices_give_one_result_and_two_late_ones_supersede_it(site: Site, tmp_path: Path) -> None:
    with site.service():
        site.send(write_series(tmp_path / "early", slices=12, last=10))
        first = site.wait_for(1)[0]
        site.send(write_series(tmp_path / "late", slices=12, first=10))
        every = site.wait_for(2, "--all")
        current = site.results()
    assert len(first["inputs"]) == 10
    assert [result["id"] for result in current] == [every[-1]["id"]]
    assert len(current[0]["inputs"]) == 12
    assert not next(result for result in every if result["id"] == first["id"])["current"]


def test_the_same_images_again_change_nothing(site: Site, tmp_path: Path) -> None:
    images = write_series(tmp_path / "images", slices=3)
    with site.service():
        site.send(images)
        site.wait_for(1)
        site.send(images)
        site.send(write_series(tmp_path / "other", slices=1, text="other"))
        assert len(site.wait_for(2, "--all")) == 2


@pytest.mark.real_images
def test_storescu_and_send_bring_the_two_ge_slices_to_judged_results(site: Site, test_data: Path) -> None:
    if shutil.which("storescu") is None:
        pytest.skip("dcmtk's storescu is not installed")
    with site.service():
        sender = ["storescu", "-aec", "TESTSITE", "127.0.0.1", str(site.port)]
        subprocess.run([*sender, str(test_data / "ct/water_ge_a/imgA.dcm")], check=True, timeout=60)
        site.send(test_data / "ct/water_ge_b")
        results = {result["acquired_at"]: result for result in site.wait_for(2)}
    first, second = (results[at] for at in sorted(results))
    # Plain check of the same slices with a 40 mm region: 0.98 / 1.53 HU and SD 5.14 / 5.02 HU.
    assert value(first, "ct_water")["value"] == pytest.approx(0.98, abs=0.5)
    assert value(second, "ct_water")["value"] == pytest.approx(1.53, abs=0.5)
    assert value(first, "noise")["value"] == pytest.approx(5.14, rel=0.03)
    assert value(second, "noise")["value"] == pytest.approx(5.02, rel=0.03)
    assert {value(r, "ct_water")["verdict"] for r in (first, second)} == {"pass"}


@pytest.mark.real_images
def test_what_is_no_water_is_refused_with_a_typed_reason(site: Site, test_data: Path) -> None:
    def refusal(folder: str) -> set[str]:
        analyse = ("analyse", "--json", "--no-store", "--phantom", "ct_level_a")
        results = json.loads(site.run(*analyse, test_data / folder, code=3))["results"]
        assert {result["verdict"] for result in results} == {"not_measured"}
        assert not any(result["measurements"] for result in results)
        return {result["failures"][0]["code"] for result in results}

    assert refusal("ct/resolution_block_ge") == {"not_homogeneous"}
    assert refusal("ct/catphan504_head") == {"not_homogeneous"}
    assert refusal("mr/ghosting") == {"wrong_modality"}


@pytest.mark.real_images
def test_objects_without_pixels_are_stored_and_ignored(site: Site, test_data: Path, tmp_path: Path) -> None:
    (structures,) = (test_data / "ct/catphan504_head").glob("RS*.dcm")
    with site.service():
        site.send(structures)
        site.send(write_series(tmp_path / "images", slices=1))
        assert len(site.wait_for(1, "--all")) == 1
    assert len(list((site.home / "spool").rglob("*.dcm"))) == 2


def test_the_report_written_again_is_the_same_to_the_byte(site: Site, tmp_path: Path) -> None:
    with site.service():
        site.send(write_series(tmp_path / "images", slices=2))
        site.wait_for(1)
    site.run("report", "1", "-o", tmp_path / "a.pdf")
    site.run("report", "1", "-o", tmp_path / "b.pdf")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert len(PdfReader(BytesIO((tmp_path / "a.pdf").read_bytes())).pages) >= 1
