# SPDX-License-Identifier: LGPL-3.0-or-later
"""Service events at the command line and in the service: noted by a person, or found in images."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from optimage.dicom.writer import write_image
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.integration.desk import Desk
from tests.integration.site import PROFILE, Site, enter


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A home with one applied profile."""
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    monkeypatch.setenv("OPTIMAGE_OPERATOR", "anna")
    desk = Desk(tmp_path, capsys)
    desk.apply(PROFILE.format(quiet_period_s=1))
    return desk


def image(folder: Path, day: int, software: str) -> Path:
    """Write one digital slice that was taken on a day of January with a version of the scanner's software."""
    spec = CtWater(matrix=(256, 256), spacing_mm=(1.0, 1.0), noise_hu=5.0, seed=day, scan=CtScan(text=f"day {day}"))
    (slice_,) = render_ct_water(spec)
    said = {"SoftwareVersions": software, "AcquisitionDateTime": f"202601{day:02d}070000+0000"}
    path = folder / f"{day}.dcm"
    path.write_bytes(write_image(replace(slice_, header={**slice_.header, **said})))
    return path


def events(desk: Desk, *arguments: object) -> list[dict[str, Any]]:
    """Return what `event list` says."""
    return list(json.loads(desk("event", "list", "--json", *arguments))["events"])


def test_a_new_version_in_images_measured_by_hand_is_listed_and_can_be_made_a_border(desk: Desk) -> None:
    for day, software in ((5, "VA20"), (6, "VA30"), (7, "VA30")):
        desk("analyse", image(desk.folder, day, software))
    (found,) = events(desk)
    assert (found["kind"], found["keyword"], found["before"], found["after"]) == (
        *("software", "SoftwareVersions"),
        *("VA20", "VA30"),
    )
    assert (found["at"][:10], found["border"], found["operator"]) == ("2026-01-06", False, "")
    desk("event", "border", found["id"])
    assert events(desk)[0]["border"] is True
    listed = desk("event", "list")
    assert "SoftwareVersions: VA20 → VA30" in listed
    assert "found in images" in listed
    desk("event", "border", found["id"], "--no")
    assert events(desk) == [found]


def test_the_service_finds_the_same(tmp_path: Path) -> None:
    site = Site(tmp_path / "home")
    site.apply_profile()
    with site.service():
        for count, (day, software) in enumerate(((6, "VA30"), (5, "VA20")), 1):
            site.send(image(tmp_path, day, software))
            site.wait_for(count)
    with site.store() as store:
        (found,) = store.events.list()
    assert (found.at.date().isoformat(), found.before, found.after) == ("2026-01-06", "VA20", "VA30")


def test_what_a_person_notes_is_listed_by_device_and_period(desk: Desk) -> None:
    desk("analyse", image(desk.folder, 5, "VA20"))
    desk("event", "add", "CT 1", "repair", "--at", "2026-01-20T08:30+00:00", "--text", "new tube", "--border")
    desk("event", "add", 1, "calibration", "--at", "2026-01-10", "--text", "air")
    first, second = events(desk, "--device", "CT 1")
    assert (first["kind"], first["text"], first["border"], first["operator"]) == ("calibration", "air", False, "anna")
    assert (second["at"], second["border"]) == ("2026-01-20T08:30:00+00:00", True)
    assert events(desk, "--since", "2026-01-11") == events(desk, "--since", "2026-01-20") == [second]
    assert events(desk, "--until", "2026-01-10") == [first]
    assert events(desk, "--until", "2026-01-19") == [first]


def test_what_does_not_exist_is_refused(desk: Desk) -> None:
    assert "there is no device CT 9" in desk(
        "event", "add", "CT 9", "repair", "--at", "2026-01-01", "--text", "x", code=2
    )
    assert "there is no service event 7" in desk("event", "border", 7, code=2)
    assert "is no date" in desk("event", "add", "CT 9", "repair", "--at", "soon", "--text", "x", code=2)
    assert events(desk) == []
    assert "no events" in desk("event", "list")
