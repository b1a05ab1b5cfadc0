# SPDX-License-Identifier: LGPL-3.0-or-later
"""A named person stands for a report; the file shows it, and what changed behind it is told."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.integration.desk import Desk
from tests.integration.site import PROFILE, enter

READINGS = '\n[readings]\ndose_index = { unit = "mGy" }\n'


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A home with three results, and one report on their year in the folder of reports."""
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    monkeypatch.setenv("OPTIMAGE_OPERATOR", "anna")
    desk = Desk(tmp_path, capsys)
    desk.apply(PROFILE.format(quiet_period_s=1) + READINGS)
    for day in (2, 3, 4):
        desk.add("--profile", "ct_water", "--at", f"2026-03-0{day}", f"dose_index={20 + day / 10}")
    (tmp_path / "home" / "reports").mkdir(exist_ok=True)
    desk("report", "make", "device_year", "--year", 2026, "-o", year(desk))
    return desk


def year(desk: Desk) -> Path:
    return desk.folder / "home" / "reports" / "year.pdf"


def made(desk: Desk) -> int:
    """Return the number of the report that was made last."""
    with desk.store() as store:
        return store.reports.list()[-1].id


def sign(desk: Desk, report_id: int, *arguments: object, name: str = "Dr. Marie Weber", code: int = 0) -> str:
    return desk("report", "sign", report_id, "--name", name, "--reason", "seen", *arguments, code=code)


def words(path: Path) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())


def test_a_signed_report_replaces_its_file_and_shows_who_signed(desk: Desk) -> None:
    assert "signed by" not in words(year(desk))
    sign(desk, made(desk))
    assert "signed by Dr. Marie Weber" in words(year(desk))
    assert "changed since" not in words(year(desk))
    assert desk("report", "list").count("as it was") == 2  # the file before and the one with the signature


def test_a_second_person_signs_the_signed_report_and_both_stand_in_it(desk: Desk) -> None:
    sign(desk, made(desk))
    sign(desk, made(desk), name="Paul Klein")
    told = words(year(desk))
    assert told.index("Dr. Marie Weber") < told.index("Paul Klein")


def test_another_form_of_the_same_report_is_signed_as_well(desk: Desk) -> None:
    sign(desk, made(desk))
    desk("report", "make", "device_year", "--year", 2026, "-o", desk.folder / "year.html")
    (line,) = [one for one in desk("report", "list").splitlines() if "year.html" in one]
    assert "Dr. Marie Weber" in line


@pytest.mark.parametrize(
    "change",
    [
        ("results", "exclude", 2, "--text", "wrong chamber"),
        ("results", "add", "--profile", "ct_water", "--at", "2026-03-05", "dose_index=20.9"),
        ("results", "add", 1, "dose_index=21"),
    ],
)
def test_what_changed_behind_it_is_told_and_an_outdated_report_is_not_signed(desk: Desk, change: tuple[object]) -> None:
    report_id = made(desk)
    sign(desk, report_id)
    desk(*change)
    assert desk("report", "list").count("are not what they were") == 2
    assert "is out of date" in sign(desk, report_id, "-o", desk.folder / "again.pdf", code=2)
    assert not (desk.folder / "again.pdf").exists()


def test_what_lies_outside_its_period_changes_nothing(desk: Desk) -> None:
    sign(desk, made(desk))
    desk("results", "add", "--profile", "ct_water", "--at", "2025-03-05", "dose_index=20.9")
    assert "are not what they were" not in desk("report", "list")


def test_a_file_that_was_altered_or_lies_elsewhere_is_not_replaced(desk: Desk) -> None:
    year(desk).write_bytes(year(desk).read_bytes() + b"%")
    assert "with -o" in sign(desk, made(desk), code=2)
    with desk.store() as store:
        assert store.signatures.list() == ()
    sign(desk, made(desk), "-o", desk.folder / "signed.pdf")
    assert "signed by Dr. Marie Weber" in words(desk.folder / "signed.pdf")


def test_a_template_that_has_gone_is_told(desk: Desk) -> None:
    templates = desk.folder / "home" / "report_templates"
    templates.mkdir(exist_ok=True)
    desk("report", "template", "new", "ours", "--from", "device_year")
    desk("report", "make", "ours", "--year", 2026, "-o", desk.folder / "home" / "reports" / "ours.pdf")
    sign(desk, made(desk))
    (templates / "ours.toml").unlink()
    assert "it cannot be made again: there is no report template ours" in desk("report", "list", "--template", "ours")


def test_an_unsigned_report_is_checked_when_that_is_asked_for(desk: Desk) -> None:
    assert "as it was" not in desk("report", "list")
    assert "as it was" in desk("report", "list", "--check")
    assert "there is no report 99" in sign(desk, 99, code=2)
