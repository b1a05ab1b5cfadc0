# SPDX-License-Identifier: LGPL-3.0-or-later
"""Older results from a table: checked as a whole, stored as a whole, once, and on the chart as imported."""

import csv
import re
import shlex
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import pytest

from optimage.dicom.writer import write_image
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.contract.sources import ROOT
from tests.integration.desk import Desk
from tests.integration.site import PROFILE, enter, value

PAGE = (ROOT / "docs" / "how-to" / "bring-your-history.md").read_text(encoding="utf-8")
READINGS = '[readings]\nroom = { unit = "°C", minimum = 10, maximum = 40 }\n'
MAPPING = """
[time]
column = "when"
zone = "Europe/Berlin"

[values.noise]
column = "noise"
unit = "HU"
method = "imported@1"
"""


class ImportDesk(Desk):
    """Brings tables along."""

    def bring(self, table: str, mapping: str = MAPPING, *more: str, code: int = 0) -> str:
        """Import a table by a mapping."""
        (self.folder / "history.csv").write_bytes(table.encode())
        (self.folder / "mapping.toml").write_text(mapping)
        files = (self.folder / "history.csv", "--mapping", self.folder / "mapping.toml")
        return self("import", *files, "--profile", "ct_water", *more, code=code)

    def image(self) -> Path:
        """Write a digital slice, acquired after everything that is imported."""
        scan = CtScan(text="today", acquired=datetime(2026, 3, 6, 7, 30))  # noqa: DTZ001 - DICOM times are local
        spec = CtWater(matrix=(256, 256), spacing_mm=(1.0, 1.0), noise_hu=5.0, scan=scan)
        path = self.folder / "today.dcm"
        path.write_bytes(write_image(render_ct_water(spec)[0]))
        return path


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> ImportDesk:
    """A home with one applied profile and no result."""
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_OPERATOR", "anna")
    desk = ImportDesk(tmp_path, capsys)
    (tmp_path / "profile.toml").write_text(PROFILE.format(quiet_period_s=1) + READINGS)
    desk("profile", "apply", tmp_path / "profile.toml", "--reason", "test")
    return desk


def test_the_how_to_page_works_as_it_is_written(desk: ImportDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write its files, run its commands, and find every line that it shows as output in what they printed."""
    monkeypatch.chdir(desk.folder)
    desk.image()
    for name, text in re.findall(r'```\w+ title="(.*?)"\n(.*?)```', PAGE, re.DOTALL):
        Path(name).write_text(text, encoding="utf-8")
    commands = [shlex.split(line)[1:] for block in blocks("sh") for line in block.splitlines()]
    assert [command[0] for command in commands] == ["analyse", "import", "import", "export"]
    printed = [desk(*command) for command in commands]
    printed.insert(3, desk(*commands[2]))  # the same file again
    shown = blocks("text")
    assert printed[1] == shown[0]
    assert printed[2].endswith(shown[1])
    assert printed[3].endswith(shown[2])
    with Path("results.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["origin"] for row in rows] == ["imported"] * 3 + ["measured"] + [""] * 3
    assert [row["ct_water [HU]"] for row in rows[:3]] == ["0.31", "-0.12", "0.05"]
    assert rows[0]["acquired_at_utc"] == "2026-03-02T06:30:00"
    assert rows[-1]["ct_water [HU]"] == "4"
    with desk.store() as store:
        assert [point.imported for point in store.results.trend(1, "ct_water")] == [True, True, True, False]
        assert [point.imported for point in store.results.trend(1, "noise")] == [False]


def blocks(language: str) -> list[str]:
    """Return the code blocks of the page in one language."""
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_what_was_imported_says_from_where_and_is_not_judged(desk: ImportDesk) -> None:
    table = "when,noise\n2026-03-02 07:30,25.0\n"
    desk.bring(table)
    (result,) = desk.results()
    noise = value(result, "noise")
    assert (noise["value"], noise["unit"], noise["method"], noise["verdict"]) == (
        25.0,
        "HU",
        "imported@1",
        "not_judged",
    )
    assert (result["verdict"], result["acquired_at"]) == ("not_judged", "2026-03-02T06:30:00+00:00")
    assert result["device"]["title"] == "CT 1"
    assert result["provenance"]["imported_sha256"] == sha256(table.encode()).hexdigest()
    assert [note["message"] for note in result["notes"]] == ["imported from history.csv, line 2"]
    assert result["inputs"] == []


def test_values_are_judged_where_the_mapping_says_so(desk: ImportDesk) -> None:
    desk.bring("when,noise\n2026-03-02 07:30,25.0\n2026-03-03,5.0\n", "judge = true\n" + MAPPING)
    assert [result["verdict"] for result in desk.results()] == ["fail", "pass"]


def test_the_same_file_twice_adds_nothing_and_a_longer_one_what_is_new(desk: ImportDesk) -> None:
    first = "when,noise\n2026-03-02,5.1\n2026-03-03,5.2\n"
    assert "stored: 2; stored before: 0" in desk.bring(first)
    assert "stored: 0; stored before: 2" in desk.bring(first)
    assert "stored: 1; stored before: 2" in desk.bring(first + "2026-03-04,5.3\n")
    assert len(desk.results("--all")) == 3


def test_the_audit_trail_says_who_imported_which_file(desk: ImportDesk) -> None:
    table = "when,noise\n2026-03-02,5.1\n"
    desk.bring(table)
    desk.bring(table)
    with desk.store() as store:
        (entry,) = store.audit.list(subject=f"file:{sha256(table.encode()).hexdigest()}")
        assert (entry.operator, entry.action, entry.detail["file"]) == ("anna", "history_imported", "history.csv")
        assert store.check() == ()


def test_a_dry_run_stores_nothing(desk: ImportDesk) -> None:
    assert "nothing was stored" in desk.bring("when,noise\n2026-03-02,5.1\n", MAPPING, "--dry-run")
    assert desk.results("--all") == []


def test_all_mistakes_are_told_with_their_lines_and_nothing_is_stored(desk: ImportDesk) -> None:
    mapping = MAPPING.replace('unit = "HU"', 'unit = "mm"') + '[values.nois]\ncolumn = "noise"\nunit = "HU"\n'
    table = (
        'when,noise,note\n2026-03-02,5.1,fine\n2026-13-02,5.1,month\n2026-03-03,"5,1",comma\n'
        '2026-03-04,much,"two\nlines"\n2099-01-01,5.1,future\n2026-03-05,5.1\n2026-03-06,1e999,\n2026-03-29 02:30,5,\n'
        "2026-10-25 02:30,5,\n"
    )
    told = desk.bring(table, mapping, code=2)
    assert "mistakes: 10" in told
    file, mapped = desk.folder / "history.csv", desk.folder / "mapping.toml"
    twice = "happened twice in Europe/Berlin: clocks were put back; write it as 2026-11-21 07:30+01:00"
    assert told.splitlines()[1:] == [
        f"  {mapped}:8: values.noise.unit: this is measured in HU, not in mm; factor turns one into the other",
        f"  {mapped}:10: values.nois: is unknown here; did you mean noise?",
        f"  {file}:3: when: 2026-13-02 is no time of the form 2026-11-21 07:30",
        f'  {file}:4: noise: 5,1 has a ",", and the decimal sign is "."',
        f"  {file}:5: noise: much is no number",
        f"  {file}:7: when: 2099-01-01 lies in the future or before 1970",
        f"  {file}:8: has 2 cells instead of 3",
        f"  {file}:9: noise: 1e999 is no number",
        f"  {file}:10: when: 2026-03-29 02:30 does not exist in Europe/Berlin: clocks were put forward",
        f"  {file}:11: when: 2026-10-25 02:30 {twice}",
    ]
    assert desk.results("--all") == []


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('method = "imported@1"', "", 'method = "disc_40pct_sd_detrend0@1" continues the trend'),
        ("imported@1", "magic@1", "nothing was measured by magic@1; known: disc_40pct_sd_detrend0@1"),
        ("Europe/Berlin", "Berlin", "there is no time zone Berlin"),
        ('"when"', '"When"', "there is no column When, which time.column asks for; there is when"),
        ("[time]", "[times]", "mapping.toml:2: times: is unknown here; did you mean time?"),
        ("[time]", "[file]\nencoding = 'utf-9'\n[time]", "there is no encoding utf-9"),
        ("[time]", "[file]\ndelimiter = ',,'\n[time]", "need one character"),
        ('zone = "Europe/Berlin"', "", "2026-03-02 tells no time zone; add zone to [time]"),
        ('zone = "Europe/Berlin"', 'formats = ["%d.%m.%Y"]', "these formats tell no zone"),
        ("[time]", "[time", "mapping.toml:2"),
        ('unit = "HU"', 'unit = "HU"\nfactor = 0', "a factor cannot be 0"),
        ("[values", '[file]\nencoding = "ascii"\n[values', "history.csv:1: is not written in ascii"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused_with_its_reason(
    desk: ImportDesk, before: str, after: str, told: str
) -> None:
    shown = desk.bring("when,noise,µ\n2026-03-02,5.1,\n", MAPPING.replace(before, after, 1), code=2)
    assert told in shown
    assert desk.results("--all") == []


def test_readings_come_without_a_method_within_their_range_and_take_further_ones(desk: ImportDesk) -> None:
    mapping = MAPPING + '[values.room]\ncolumn = "room"\nunit = "°C"\n'
    assert "2: room: room = 70 °C is not plausible" in desk.bring(
        "when,noise,room\n2026-03-02,5.1,70\n", mapping, code=2
    )
    desk.bring("when,noise,room\n2026-03-02,5.1,21.5\n", mapping)
    (result,) = desk.results()
    assert value(result, "room")["method"] == "reading@1"
    desk("results", "add", result["id"], "room=22")
    (result,) = desk.results()
    assert (value(result, "room")["value"], value(result, "noise")["value"]) == (22.0, 5.1)


def test_factor_and_uncertainty_give_values_in_the_unit_of_the_profile(desk: ImportDesk) -> None:
    mapping = MAPPING.replace('unit = "HU"', 'unit = "HU"\nfactor = -10\nuncertainty = "u"')
    desk.bring("when,noise,u\n2026-03-02,-0.5,0.02\n", mapping)
    noise = value(desk.results()[0], "noise")
    assert (noise["value"], noise["uncertainty"]) == (5.0, 0.2)  # 0.5 and 0.02 times ten, both exact as doubles
    assert "an uncertainty is not negative" in desk.bring("when,noise,u\n2026-03-03,-0.5,-0.02\n", mapping, code=2)


def test_devices_are_found_by_name_described_by_the_mapping_or_new(desk: ImportDesk) -> None:
    desk("analyse", desk.image())
    (measured,) = desk.results()
    mapping = MAPPING + '[device]\ncolumn = "unit"\n[devices.old]\nmanufacturer = "M"\nmodel = "X"\nserial = "7"\n'
    table = "when,noise,unit\n2026-03-02,5.1,CT 1\n2026-03-02,5.2,old\n2026-03-02,5.3,CT 9\n"
    told = desk.bring(table, mapping)
    assert "new device: old" in told
    assert "new device: CT 9" in told
    assert "new device: CT 1" not in told
    devices = [result["device"] for result in desk.results() if result["provenance"]["imported_sha256"]]
    assert devices[0] == measured["device"]
    assert (devices[1]["serial"], devices[1]["name"], devices[2]["name"]) == ("7", "old", "CT 9")
    assert "the device is not told" in desk.bring("when,noise,unit\n2026-03-02,5.1,\n", mapping, code=2)


def test_what_was_measured_at_that_moment_already_is_left_out_and_counted(desk: ImportDesk) -> None:
    desk("analyse", desk.image())
    (measured,) = desk.results()
    shown = desk.bring(f"when,noise\n{measured['acquired_at']},5.1\n2026-03-02,5.2\n")
    assert "rows of what is measured already, left out: 1" in shown
    assert "results stored: 1" in shown


def test_own_tables_can_be_brought_back(desk: ImportDesk) -> None:
    """What another site exports by date is a history here, its foot left out."""
    desk.bring("when,noise\n2026-03-02,5.1\n2026-03-03,5.2\n")
    desk("export", "--profile", "ct_water", "--table", "wide", "-o", desk.folder / "out.csv")
    mapping = (
        ('[file]\nignore = ["mean", "2 SD", "n"]\n' + MAPPING.replace('"when"', '"acquired_at_utc"'))
        .replace('column = "noise"', 'column = "noise [HU]"')
        .replace("Europe/Berlin", "UTC")
    )
    shown = desk.bring((desk.folder / "out.csv").read_text(), mapping)
    assert "rows left out by the mapping: 3" in shown
    assert "stored: 0; stored before: 2" in shown


def test_rows_of_one_moment_are_told_apart_by_their_order(desk: ImportDesk) -> None:
    table = "when,noise\n2026-03-02,5.1\n2026-03-02,5.2\n"
    assert "stored: 2" in desk.bring(table)
    assert "stored: 0" in desk.bring(table)
    assert [value(result, "noise")["value"] for result in desk.results()] == [5.1, 5.2]


def test_an_unknown_profile_or_file_is_a_wrong_call(desk: ImportDesk) -> None:
    desk.bring("when,noise\n", MAPPING)
    files = (desk.folder / "history.csv", "--mapping", desk.folder / "mapping.toml")
    desk("import", *files, "--profile", "nobody", code=2)
    desk("import", desk.folder / "none.csv", *files[1:], "--profile", "ct_water", code=2)
