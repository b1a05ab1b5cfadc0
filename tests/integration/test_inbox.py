# SPDX-License-Identifier: LGPL-3.0-or-later
"""What nobody asked for waits, is told apart, and is settled by a person."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pypdf import PdfReader

from optimage.dicom.writer import write_image
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from optimage.workflow.purge import purge
from tests.integration.site import PROFILE, Site

AT_140_KV = PROFILE.replace("[record]", "KVP = {{ near = 140, within = 1, required = true }}\n[record]")


def slice_of(folder: Path, text: str, **attributes: str) -> Path:
    """Write one digital slice, some attributes changed."""
    path = folder / f"{text}.dcm"
    spec = CtWater(matrix=(256, 256), spacing_mm=(1.0, 1.0), noise_hu=5.0, scan=CtScan(text=text))
    path.write_bytes(write_image(render_ct_water(spec)[0]))
    if attributes:
        dataset = dcmread(path)
        for keyword, value in attributes.items():
            setattr(dataset, keyword, value)
        dataset.save_as(path)
    return path


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An installation whose one profile wants 140 kV; the digital slices have 120."""
    site = Site(tmp_path / "home")
    site.apply_profile(AT_140_KV)
    return site


def waiting(site: Site, count: int, *options: str) -> list[dict[str, Any]]:
    """Wait until so many series wait in the inbox."""
    deadline = time.monotonic() + site.patience_s
    while len(found := json.loads(site.run("inbox", "list", "--json", *options))["inbox"]) != count:
        assert time.monotonic() < deadline, found
        time.sleep(0.2)
    return list(found)


def test_a_stranger_waits_with_the_nearest_profile_its_lines_and_what_it_looks_like(site: Site, tmp_path: Path) -> None:
    with site.service():
        site.send(slice_of(tmp_path, "stranger"))
        (entry,) = waiting(site, 1, "--recognise")
        assert entry["nearest"] == "ct_water"
        assert any("KVP is 120, expected 140" in reason for reason in entry["reasons"])
        best = entry["recognised"][0]
        assert best["phantom"] == "ct_level_a"
        assert best["score"] > 0.5
        site.run("inbox", "assign", str(entry["id"]), "ct_water", "--reason", "generator replaced")
        (result,) = site.wait_for(1)
        assert result["measurements"]
        assert waiting(site, 0) == []
    (assigned,) = result["provenance"]["assignments"]
    assert assigned["lines"] == ["KVP is 120, expected 140 ± 1"]
    assert assigned["uids"] == [given["uid"] for given in result["inputs"]]
    assert (assigned["profile"], assigned["text"]) == ("ct_water", "generator replaced")
    assert assigned["operator"] == result["provenance"]["operator"]
    assert datetime.fromisoformat(assigned["at"]) < datetime.fromisoformat(result["provenance"]["analysed_at"])
    report = PdfReader(site.home / "reports" / "result-000001.pdf")
    for text in (site.run("results", "show", "1"), " ".join("".join(p.extract_text() for p in report.pages).split())):
        assert f"1 image was assigned to this profile by hand, by {assigned['operator']}, 20" in text
        assert "generator replaced" in text
        assert "KVP is 120, expected 140 ± 1" in text
    assert "assigned by hand" in site.run("results")
    assert not site.run("inbox", "list").startswith("#")


def test_an_ignored_series_stays_stored_and_leaves_the_inbox(site: Site, tmp_path: Path) -> None:
    with site.service():
        site.send(slice_of(tmp_path, "stranger"))
        (entry,) = waiting(site, 1)
        site.run("inbox", "ignore", str(entry["id"]), "--reason", "positioning")
        assert waiting(site, 0) == []
    assert len(list((site.home / "spool").rglob("*.dcm"))) == 1
    site.run("inbox", "ignore", str(entry["id"]), "--reason", "again", code=2)


def test_a_patients_image_is_quarantined_with_its_signs_and_measured_only_when_released(tmp_path: Path) -> None:
    site = Site(tmp_path / "home")
    site.apply_profile()
    person = {"PatientName": "Mustermann^Erika", "PatientID": "4711", "PatientSex": "F", "PatientBirthDate": "19640812"}
    with site.service():
        site.send(slice_of(tmp_path, "person", **person))
        (entry,) = waiting(site, 1, "--recognise")
        assert entry["state"] == "quarantined"
        assert "PatientSex is F" in entry["reasons"]
        assert entry["recognised"] == []
        site.run("inbox", "assign", str(entry["id"]), "ct_water", "--reason", "try", code=2)
        assert site.results() == []
        site.run("inbox", "release", str(entry["id"]), "--reason", "registered by mistake")
        (result,) = site.wait_for(1)
        assert result["measurements"]


def test_one_image_serves_two_profiles_when_one_of_them_says_beside(tmp_path: Path) -> None:
    site = Site(tmp_path / "home")
    site.apply_profile()
    site.apply_profile("beside = true\n" + PROFILE.replace('"ct_water"\n', '"ct_air"\n', 1))
    with site.service():
        site.send(slice_of(tmp_path, "both"))
        results = site.wait_for(2)
    assert sorted(result["profile"]["id"] for result in results) == ["ct_air", "ct_water"]
    assert len(list((site.home / "spool").rglob("*.dcm"))) == 1


def test_only_what_a_site_wants_purged_is_purged_and_the_audit_trail_says_so(tmp_path: Path) -> None:
    person = {"PatientName": "Mustermann^Erika", "PatientID": "4711", "PatientSex": "F"}
    site = Site(tmp_path / "home")
    site.apply_profile()
    with site.service():
        site.send(slice_of(tmp_path, "person", **person), slice_of(tmp_path, "phantom"))
        waiting(site, 1)
        site.wait_for(1)
    with site.store() as store:
        assert purge(store, received_before=datetime.now(UTC) - timedelta(days=1), operator="test") == ()
        (purged,) = purge(store, received_before=datetime.now(UTC), operator="test")
        assert purge(store, received_before=datetime.now(UTC), operator="test") == ()
        (entry,) = (entry for entry in store.audit.list() if entry.action == "instance_purged")
        assert entry.subject == f"instance:{purged}"
        assert store.audit.first_broken() is None
    assert len(list((site.home / "spool").rglob("*.dcm"))) == 1
    assert "as it was received" in site.run("db", "verify")
    assert "empty" in site.run("inbox", "list")
