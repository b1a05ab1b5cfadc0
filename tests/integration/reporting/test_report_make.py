# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report make`: files of the same name whenever the same is asked for, in the zone of the computer."""

import json
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from optimage.model.records import ReportRecord
from tests.integration.desk import Desk
from tests.integration.site import enter

PROFILE = """\
id = "dose"
title = "CT 1, dose index"
device = "CT 1"
phantom = "ct_level_a"
site = "House A"
schedule = "weekly"

[match]
Modality = { equals = "CT", required = true }

[readings.dose_index]
unit = "mGy"
title = "Dose index"

[tolerances.dose_index]
reference = 10.0
warning = "10 %"
fail = "20 %"
source = "rule"
"""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    monkeypatch.setenv("OPTIMAGE_OPERATOR", "anna")
    time.tzset()
    enter(tmp_path / "home", monkeypatch)
    desk = Desk(tmp_path, capsys)
    desk.apply(PROFILE)
    for at, value in (("2025-12-31T23:30+00:00", 10.1), ("2026-01-15T08:00", 10.2), ("2026-02-15T08:00", 13.0)):
        code = 1 if value > 12 else 0
        desk("results", "add", "--profile", "dose", "--at", at, f"dose_index={value}", code=code)
    yield desk
    monkeypatch.delenv("TZ")
    time.tzset()


def said(path: Path) -> str:
    """Return every text of a report for machines, its months and marks left as they are."""
    return json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False)


def kept_by(desk: Desk) -> list[ReportRecord]:
    """Return the reports that somebody asked for; each result has one of its own beside."""
    with desk.store() as store:
        return [one for one in store.reports.list() if one.kind != "measurement"]


def test_a_year_and_a_month_are_those_of_the_zone(desk: Desk) -> None:
    for option, value, shown in (("--year", "2026", 3), ("--month", "2026-01", 2), ("--year", "2025", 0)):
        path = desk.folder / f"{value}.json"
        desk("report", "make", "tasks", option, value, "-o", path)
        text = said(path)
        if shown:
            assert f"{shown} measurements" in text
        else:
            assert "Nothing was measured in this period." in text


def test_the_last_day_of_a_period_is_in_it(desk: Desk) -> None:
    path = desk.folder / "days.json"
    desk("report", "make", "tasks", "--since", "2026-01-15", "--until", "2026-02-15", "-o", path)
    assert "2 measurements" in said(path)
    desk("report", "make", "tasks", "--since", "2026-01-15", "--until", "2026-02-14", "-o", path)
    assert "1 measurement:" in said(path)


def test_several_formats_go_into_a_folder_under_stable_names_and_are_remembered(desk: Desk) -> None:
    folder = desk.folder / "out"
    call = ("report", "make", "device_year", "--device", "CT 1", "--year", "2026", "--format", "pdf,html,rtf,json")
    printed = desk(*call, "-o", folder).split()
    names = [f"device_year-device1-2026.{form}" for form in ("pdf", "html", "rtf", "json")]
    assert [Path(line).name for line in printed] == names
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    assert desk(*call, "-o", folder).split() == printed
    kept = kept_by(desk)
    assert [one.file_name for one in kept] == names * 2
    assert {one.sha256 for one in kept[4:]} == {sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    assert len({one.behind for one in kept}) == 1
    assert {(one.template, one.kind, one.operator, one.selection.device) for one in kept} == {
        ("device_year", "period", "anna", "CT 1")
    }


def test_the_language_of_a_report_is_not_that_of_the_caller(desk: Desk) -> None:
    path = desk.folder / "report.json"
    desk("report", "make", "alarms", "--profile", "dose", "--language", "de", "-o", path)
    assert "Alarme und was getan wurde" in said(path)


def test_results_are_made_one_by_one(desk: Desk) -> None:
    path = desk.folder / "two.json"
    desk("report", "make", "measurement", "--result", "1", "--result", "3", "-o", path)
    assert "Reports on several measurements" in said(path)
    (kept,) = kept_by(desk)
    assert (kept.kind, kept.result_ids) == ("results", (1, 3))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("tasks", "--year", "2026", "--month", "2026-01"), "a period is said once"),
        (("tasks", "--since", "2026-02-01", "--until", "2026-01-01"), "the period ends before it begins"),
        (("tasks", "--year", "next"), "next is no date; write it as 2026"),
        (("tasks", "--month", "2026-13"), "2026-13 is no date; write it as 2026-11"),
        (("tasks", "--format", "doc"), "there is no form doc of reports; choose one of pdf"),
        (("tasks", "--site", "House B"), "nothing is known of a site House B; known: House A"),
        (("tasks", "--device", "CT 9"), "there is no device CT 9"),
        (("tasks", "--profile", "nobody"), "no profile nobody was applied"),
        (("parameter", "--key", "noise"), "there are no values of noise in what was chosen; choose one of dose_index"),
        (("tasks", "--result", "1"), "the template tasks reports on a period"),
        (("measurement",), "the template measurement reports on results, and none was chosen"),
        (("nothing",), "there is no report template nothing"),
    ],
)
def test_a_wrong_call_is_told_and_writes_nothing(desk: Desk, arguments: tuple[str, ...], sentence: str) -> None:
    path = desk.folder / "report.pdf"
    assert sentence in desk("report", "make", *arguments, "-o", path, code=2)
    assert not path.exists()
    assert kept_by(desk) == []


def test_a_report_that_cannot_be_written_leaves_nothing_behind(desk: Desk) -> None:
    (desk.folder / "file").write_text("in the way")
    desk("report", "make", "tasks", "-o", desk.folder / "file" / "report.pdf", code=4)
    assert kept_by(desk) == []
