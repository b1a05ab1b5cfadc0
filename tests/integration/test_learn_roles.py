# SPDX-License-Identifier: LGPL-3.0-or-later
"""Acceptance images of several roles, or of repeated series, become a profile whose service passes the sixth set."""

import tomllib
from datetime import datetime, timedelta
from math import pi
from pathlib import Path
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.uid import generate_uid

from optimage.dicom.writer import write_image
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.integration.site import Site
from tests.integration.test_sets import MODULE, PAIR

REPEATS = '(InputSpec("series", same=("ProtocolName", "KVP", "Exposure"), acquired_within_s=3600.0, wanted=2),)'
FIRST_DAY = datetime(2026, 11, 1, 12)  # noqa: DTZ001 - DICOM times are local
DAY_TO_DAY_HU = (0.0, 0.2, -0.2, 0.1, -0.1, 0.05)  # the sixth lies in the middle of the others
PHANTOM = pi / 4 * (200.0 / 256.0) ** 2  # of the image, which the mean is of; the rest is air


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An installation with a module of two roles, and one of a role whose images are repeats."""
    site = Site(tmp_path / "home")
    site.install(**{name: MODULE.format(id=name, inputs=i) for name, i in (("a_pair", PAIR), ("repeats", REPEATS))})
    return site


def acquire(folder: Path, day: int, *exposures: dict[str, Any]) -> list[Path]:
    """Write the exposures of a day, each a series, all of one study, a minute after each other."""
    folder.mkdir(exist_ok=True)
    paths = []
    for number, exposure in enumerate(exposures):
        at = FIRST_DAY + timedelta(days=day, minutes=number)
        scan = CtScan(text=f"day {day} {number}", acquired=at, **exposure)
        water_hu = 50.0 * number + DAY_TO_DAY_HU[day]
        image = render_ct_water(CtWater(matrix=(64, 64), spacing_mm=(4.0, 4.0), water_hu=water_hu, scan=scan))[0]
        path = folder / f"{day}-{number}.dcm"
        path.write_bytes(write_image(image))
        dataset = dcmread(path)
        dataset.StudyInstanceUID = generate_uid(entropy_srcs=[f"day {day}"])
        dataset.save_as(path)
        paths.append(path)
    return paths


def learn(site: Site, folder: Path, module: str, *exposures: dict[str, Any], code: int = 0) -> dict[str, Any]:
    """Learn a profile from five days, apply it, and return it as it was written."""
    for day in range(5):
        acquire(folder, day, *exposures)
    profile = site.home.parent / "profile.toml"
    site.run("profile", "learn", folder, "--phantom", module, "--id", "learnt", "-o", profile, code=code)
    if code:
        return {}
    site.run("profile", "apply", profile, "--reason", "acceptance")
    return tomllib.loads(profile.read_text(encoding="utf-8"))


def sixth(site: Site, folder: Path, *exposures: dict[str, Any]) -> dict[str, Any]:
    """Send a sixth day, the last image first, to a service, and return its one result."""
    site.environment["OPTIMAGE_QUIET_PERIOD_S"] = "2"
    paths = acquire(folder, 5, *exposures)
    with site.service():
        site.send(*reversed(paths))
        (result,) = site.wait_for(1)
    assert len(result["inputs"]) == len(paths)
    return result


LOW, HIGH = {"kvp": 80.0, "description": "water"}, {"kvp": 120.0, "description": "water"}


def test_roles_told_apart_by_technique_are_learnt_in_the_order_of_acquisition(site: Site, tmp_path: Path) -> None:
    table = learn(site, tmp_path / "images", "a_pair", LOW, HIGH)
    assert table["inputs"] == {
        "first": {"min": 1, "max": 1, "same": ["StudyInstanceUID"], "match": {"KVP": {"near": 80, "within": 1}}},
        "second": {"min": 1, "max": 1, "same": ["StudyInstanceUID"], "match": {"KVP": {"near": 120, "within": 1}}},
    }
    assert "KVP" not in table["match"]
    assert table["tolerances"]["difference"]["reference"] == pytest.approx(50.0 * PHANTOM, abs=0.1)
    result = sixth(site, tmp_path / "images", LOW, HIGH)
    assert result["verdict"] == "pass"
    assert sorted(given["role"] for given in result["inputs"]) == ["first", "second"]
    assert next(m["value"] for m in result["measurements"] if m["key"] == "difference") > 0


def test_a_role_named_in_the_header_goes_before_the_order_of_acquisition(site: Site, tmp_path: Path) -> None:
    exposures = {"description": "second exposure"}, {"description": "first exposure"}
    table = learn(site, tmp_path / "images", "a_pair", *exposures)
    described = {role: entry["match"]["SeriesDescription"]["equals"] for role, entry in table["inputs"].items()}
    assert described == {"first": "first exposure", "second": "second exposure"}
    result = sixth(site, tmp_path / "images", *exposures)
    assert result["verdict"] == "pass"
    assert next(m["value"] for m in result["measurements"] if m["key"] == "difference") < 0


def test_what_no_header_tells_apart_is_refused(site: Site, tmp_path: Path) -> None:
    learn(site, tmp_path / "images", "a_pair", LOW, LOW, code=2)
    assert not (tmp_path / "profile.toml").exists()


def test_sets_of_two_repeated_series_are_learnt_as_sets(site: Site, tmp_path: Path) -> None:
    table = learn(site, tmp_path / "images", "repeats", HIGH, HIGH)
    (series,) = table["inputs"].values()
    assert series["same"] == ["ProtocolName", "KVP", "Exposure"]
    assert series["acquired_within"] == 3600
    assert "5 acquisitions" in table["tolerances"]["mean"]["source"]
    assert sixth(site, tmp_path / "images", HIGH, HIGH)["verdict"] == "pass"
