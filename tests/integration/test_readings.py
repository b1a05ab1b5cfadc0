# SPDX-License-Identifier: LGPL-3.0-or-later
"""What a person reads off a meter, from the command line to store, chart, report and table."""

from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from optimage.errors import StoreError
from optimage.export.csv import read_csv
from tests.integration.desk import Desk
from tests.integration.site import PROFILE, Site, enter, value

READINGS = """
[readings]
dose_index = { unit = "mGy", title = "CTDI in the phantom", minimum = 0, maximum = 100, required = true }
room = { unit = "°C" }

[tolerances.dose_index]
reference = 20.0
warning = 2.0
fail = 4.0
source = "acceptance 2026"
"""
WITH_READINGS = PROFILE.format(quiet_period_s=1) + READINGS


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """A home with one applied profile that has readings, and no result."""
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    monkeypatch.setenv("OPTIMAGE_OPERATOR", "anna")
    desk = Desk(tmp_path, capsys)
    desk.apply(WITH_READINGS)
    return desk


@pytest.fixture
def measured(desk: Desk) -> Desk:
    """The home with one result of two slices that still wants its reading."""
    desk("analyse", desk.slices(2))
    return desk


def test_a_reading_makes_a_new_result_that_is_judged_and_supersedes_the_first(measured: Desk) -> None:
    (before,) = measured.results()
    assert before["verdict"] == "warning"
    assert [failure["code"] for failure in before["failures"]] == ["reading_missing"]
    after = measured.add(1, "dose_index=20,5", "--uncertainty", "dose_index=0.2", "--text", "chamber 7")
    assert (after["id"], after["verdict"], after["failures"], after["current"]) == (2, "pass", [], True)
    reading = value(after, "dose_index")
    assert (reading["value"], reading["unit"], reading["uncertainty"]) == (20.5, "mGy", 0.2)
    assert (reading["method"], reading["verdict"]) == ("reading@1", "pass")
    assert reading["limits"]["fail"] == [16.0, 24.0]
    (told,) = after["provenance"]["readings"]
    assert (told["operator"], told["text"]) == ("anna", "chamber 7")
    of_images = [m for m in after["measurements"] if m["key"] != "dose_index"]
    assert of_images == [m for m in before["measurements"] if m["key"] != "dose_index"]
    assert after["inputs"] == before["inputs"]
    first, second = measured.results("--all")
    assert (first["current"], second["current"]) == (False, True)
    assert first | {"current": True} == before


def test_a_failing_reading_fails_the_result(measured: Desk) -> None:
    assert measured.add(1, "dose_index=25", code=1)["verdict"] == "fail"


def test_the_same_values_twice_change_nothing_and_a_way_back_is_kept(measured: Desk) -> None:
    assert measured.add(1, "dose_index=20.5", "room=22")["id"] == 2
    assert measured.add(1, "dose_index=20.5")["id"] == 2
    assert measured.add(2, "room=22.0", "dose_index=20,5")["id"] == 2
    assert measured.add(2, "dose_index=21")["id"] == 3
    last = measured.add(1, "dose_index=20.5")
    assert (last["id"], value(last, "room")["value"]) == (4, 22.0)
    every = measured.results("--all")
    assert [result["current"] for result in every] == [False, False, False, True]
    assert [value(result, "dose_index")["value"] for result in every] == [None, 20.5, 21.0, 20.5]


def test_the_audit_trail_says_who_entered_what_instead_of_what(measured: Desk) -> None:
    measured.add(1, "dose_index=20.5")
    measured.add(2, "dose_index=21")
    with measured.store() as store:
        (entry,) = (one for one in store.audit.list(subject="result:3") if one.action == "result_stored")
        assert entry.operator == "anna"
        assert entry.detail == {"supersedes": "2", "dose_index": "21.0 mGy (was 20.5)"}
        assert store.check() == ()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("1", "dose=2"), "the profile has no reading dose; choose one of dose_index, room"),
        (("1", "dose_index=205"), "dose_index = 205 mGy is not plausible: the profile allows 0 … 100"),
        (("1", "dose_index=much"), "much is no number"),
        (("1", "dose_index=1,234"), "1,234 can mean 1234 or 1.234"),
        (("1", "noise=3"), "noise comes from the images"),
        (("1", "KVP=3"), "KVP comes from the images"),
        (("99", "dose_index=3"), "there is no result 99"),
        (("dose_index=3",), "begin with the number of a result"),
        (("1",), "no value is given"),
        (("1", "dose_index"), "dose_index is no key=value; write for example dose_index=2.5"),
        (("1", "dose_index=3", "dose_index=4"), "one reading is given twice"),
        (("1", "dose_index=3", "--at", "2026-01-01"), "time and device of result 1"),
        (("1", "room=3", "--uncertainty", "dose_index=1"), "there is an uncertainty of dose_index, and no value"),
        (("--profile", "ct_water", "dose_index=3"), "it is not said when"),
        (("--profile", "nobody", "--at", "2026-01-01", "dose_index=3"), "no profile nobody"),
        (("--profile", "ct_water", "--at", "2026-01-01", "--device", "CT 9", "room=3"), "known: CT 1"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_advice_and_stores_nothing(
    measured: Desk, arguments: tuple[str, ...], told: str
) -> None:
    assert told in measured("results", "add", *arguments, code=2)
    assert len(measured.results("--all")) == 1


def test_a_result_without_a_profile_takes_no_readings(desk: Desk) -> None:
    desk("analyse", desk.slices(1), "--phantom", "ct_level_a")
    assert "has no profile" in desk("results", "add", 1, "dose_index=3", code=2)


@pytest.mark.parametrize("action", ["reject", "exclude"])
def test_a_reading_does_not_undo_a_rejection(measured: Desk, action: str) -> None:
    measured("results", action, 1, "--text", "wrong phantom")
    assert "rejected or excluded" in measured("results", "add", 1, "dose_index=20", code=2)


def test_late_images_take_the_readings_over(measured: Desk) -> None:
    measured.add(1, "dose_index=20.5", "--text", "chamber 7")
    measured("analyse", measured.slices(3))
    (late,) = measured.results()
    assert (late["id"], len(late["inputs"]), late["verdict"]) == (3, 3, "pass")
    assert value(late, "dose_index")["value"] == 20.5
    assert late["provenance"]["readings"][0]["operator"] == "anna"
    assert [note["code"] for note in late["notes"]][-1:] == ["readings_carried"]
    measured("analyse", measured.slices(3))
    assert len(measured.results("--all")) == 3, "the same images again are the same work, readings included"


def test_late_images_at_the_service_take_the_readings_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site, desk = Site(tmp_path / "home"), Desk(tmp_path, capsys)
    site.apply_profile(PROFILE + READINGS.replace("{", "{{").replace("}", "}}"))
    with site.service():
        site.send(desk.slices(2))
        site.wait_for(1)
        site.run("results", "add", "1", "dose_index=20.5")
        site.send(desk.slices(3))
        every = site.wait_for(3, "--all")
    assert len(every[-1]["inputs"]) == 3
    assert value(every[-1], "dose_index")["value"] == 20.5
    assert [note["code"] for note in every[-1]["notes"]][-1:] == ["readings_carried"]


def test_a_new_revision_in_another_unit_leaves_the_reading_behind(measured: Desk) -> None:
    measured.add(1, "dose_index=20.5", "room=22")
    measured.apply(WITH_READINGS.replace('"mGy"', '"cGy"'))
    measured("analyse", measured.slices(2))
    (result,) = measured.results()
    assert value(result, "dose_index")["value"] is None
    assert value(result, "room")["value"] == 22.0
    assert {note["code"] for note in result["notes"]} >= {"readings_carried", "readings_left"}


def test_the_report_shows_who_read_what(measured: Desk) -> None:
    measured.add(1, "dose_index=20.5", "--uncertainty", "dose_index=0.2", "--text", "chamber 7")
    missing, entered = measured.text_of_report(1), measured.text_of_report(2)
    assert "CTDI in the phantom was not entered; enter it in mGy with optimage results add RESULT_ID" in missing
    part = entered[entered.index("Read by a person") :]
    for word in ("CTDI in the phantom", "reading@1", "20.500", "mGy", "0.200", "16.000 … 24.000", "acceptance 2026"):
        assert word in part
    assert "CTDI in the phantom: entered by anna" in part
    assert "chamber 7" in part


def test_the_report_of_the_new_result_is_written_at_once(measured: Desk) -> None:
    measured.add(1, "dose_index=20.5")
    report = PdfReader(measured.folder / "home" / "reports" / "result-000002.pdf")
    assert "Read by a person" in "".join(page.extract_text() for page in report.pages)


def test_a_measurement_without_images_is_judged_and_takes_more_values_at_the_same_time(desk: Desk) -> None:
    at = ("--profile", "ct_water", "--at", "2026-03-02T08:00+00:00")
    first = desk.add(*at, "room=22")
    assert (first["id"], first["verdict"], first["inputs"], first["phantom_version"]) == (1, "warning", [], "")
    assert (first["phantom"], first["device"]["title"]) == ("ct_level_a", "CT 1")
    assert first["acquired_at"] == "2026-03-02T08:00:00+00:00"
    assert {m["key"] for m in first["measurements"]} == {"dose_index", "room"}
    second = desk.add(*at, "dose_index=20")
    assert (second["id"], second["verdict"], value(second, "room")["value"]) == (2, "pass", 22.0)
    assert desk.add(*at, "dose_index=20")["id"] == 2
    assert desk.add("--profile", "ct_water", "--at", "2026-03-03", "dose_index=20")["id"] == 3
    assert "no findings" in desk("db", "check")
    assert "Read by a person" in desk.text_of_report(2)


def test_it_joins_the_device_that_the_images_named(measured: Desk) -> None:
    measured.add(1, "dose_index=20.5")
    measured.add("--profile", "ct_water", "--at", "2026-03-03", "dose_index=20")
    with measured.store() as store:
        assert len({trend.device_id for trend in store.results.trends("ct_water")}) == 1
        points = store.results.trend_of_profile("ct_water", "dose_index")
    assert [point.value for point in points] == [20.5, 20.0]


def test_ten_readings_carry_control_lines_and_the_eleventh_stands_out(desk: Desk) -> None:
    values = [20.0, 20.1, 19.9, 20.2, 19.8, 20.0, 20.1, 19.9, 20.1, 19.9]
    for day, reading in enumerate(values, start=1):
        desk.add("--profile", "ct_water", "--at", f"2026-03-{day:02d}", f"dose_index={reading}")
    # sd of the ten is 0.125 mGy, over c4(10) = 0.973 it is 0.128: 21.0 is 7.8 sigma away, and within the tolerance.
    last = desk.add("--profile", "ct_water", "--at", "2026-03-11", "dose_index=21.0")
    assert last["verdict"] == "pass"
    with desk.store() as store:
        assert [(s.rule, s.key, s.result_id) for s in store.signals.list()] == [("R1", "dose_index", 11)]
        (signal,) = store.signals.list()
    assert signal.lines.n == 10
    assert signal.lines.centre == pytest.approx(sum(values) / 10)
    assert signal.lines.sigma == pytest.approx(0.128, abs=0.001)
    text = desk.text_of_report(11)
    assert "CL 20.000" in text
    assert f"UCL {signal.lines.ucl:.3f}" in text
    assert "dose_index outside the alarm lines" in desk("results")


def test_a_reading_comes_back_from_the_table_as_it_was_entered(measured: Desk) -> None:
    measured.add(1, "dose_index=20.123456789012345", "--uncertainty", "dose_index=0.1")
    measured("export", "--profile", "ct_water", "-o", measured.folder / "table.csv")
    with (measured.folder / "table.csv").open(newline="", encoding="utf-8") as stream:
        rows = [row for row in read_csv(stream) if row.key == "dose_index"]
    assert [(row.result_id, row.current) for row in rows] == [(1, False), (2, True)]
    entered = rows[1]
    assert (entered.value, entered.uncertainty, entered.unit) == (20.123456789012345, 0.1, "mGy")
    assert (entered.method, str(entered.verdict), entered.fail_high) == ("reading@1", "pass", 24.0)


def test_a_result_that_was_overtaken_is_not_continued(measured: Desk) -> None:
    measured.add(1, "dose_index=20.5")
    with measured.store() as store:
        first = store.results.get(1)
        changed = replace(first, provenance=replace(first.provenance, inputs_sha256="other"))
        for over in (0, 1):
            with pytest.raises(StoreError) as error:
                store.results.add(changed, set_id=first.set_id or 0, job_id=None, operator="bob", over=over)
            assert error.value.code == "result_overtaken"
        assert store.results.add(changed, set_id=first.set_id or 0, job_id=None, operator="bob", over=2).current
