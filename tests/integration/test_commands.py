# SPDX-License-Identifier: LGPL-3.0-or-later
"""The verbs of the command line, one after the other, on one stored result."""

import csv
import json
from pathlib import Path

import pytest
from pypdf import PdfReader

from optimage.cli.edge import run
from optimage.cli.main import cli
from optimage.dicom.writer import write_image
from optimage.model.units import digits
from optimage.synthetic.ct_header import CtScan
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.integration.export.workbook import table
from tests.integration.site import PROFILE, enter, value


class Shell:
    """Runs verbs in this process; remembers what they print."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def __call__(self, *arguments: object, code: int = 0) -> str:
        """Run one verb and return what it printed."""
        found = run(cli, list(map(str, arguments)))
        shown = self.capsys.readouterr()
        assert found == code, (found, shown)
        return shown.out

    def image(self, name: str, **changes: object) -> Path:
        """Write one digital slice."""
        spec = CtWater(matrix=(256, 256), spacing_mm=(1.0, 1.0), noise_hu=5.0, scan=CtScan(text=name), **changes)  # type: ignore[arg-type]
        path = self.folder / f"{name}.dcm"
        path.write_bytes(write_image(render_ct_water(spec)[0]))
        return path


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A home with one applied profile and one result that passed."""
    enter(tmp_path / "home", monkeypatch)
    shell = Shell(tmp_path, capsys)
    (tmp_path / "profile.toml").write_text(PROFILE.format(quiet_period_s=1))
    shell("profile", "apply", tmp_path / "profile.toml", "--reason", "acceptance")
    shell("analyse", shell.image("first"))
    return shell


def test_the_report_says_value_limits_and_verdict_of_every_key(shell: Shell) -> None:
    (result,) = json.loads(shell("results", "show", 1, "--json"))["results"]
    shell("report", 1, "-o", shell.folder / "report.pdf")
    text = "".join(page.extract_text() for page in PdfReader(shell.folder / "report.pdf").pages)
    for measured in result["measurements"]:
        if measured["item"] or measured["value"] is None:
            continue
        assert f"{measured['value']:.{digits(measured['unit'])}f}" in text, measured["key"]
        assert measured["key"] in text
        for limit in (measured["limits"] or {}).get("fail", ()):
            assert f"{limit:.{digits(measured['unit'])}f}" in text, (measured["key"], limit)
        assert measured["verdict"].replace("_", " ") in text


def test_the_verb_of_a_report_of_results_may_be_left_out(shell: Shell) -> None:
    names = ("bare.pdf", "option_first.pdf", "named.pdf")
    bare, option_first, named = (shell.folder / name for name in names)
    shell("report", 1, "-o", bare)
    shell("report", "-o", option_first, 1)
    shell("report", "result", 1, "-o", named)
    assert bare.read_bytes() == option_first.read_bytes() == named.read_bytes()


def test_the_export_reads_back_to_what_is_stored(shell: Shell) -> None:
    (result,) = json.loads(shell("results", "--json"))["results"]
    shell("export", "--profile", "ct_water", "-o", shell.folder / "table.csv")
    with (shell.folder / "table.csv").open(newline="") as stream:
        rows = {(row["key"], row["item"]): row for row in csv.DictReader(stream)}
    for measured in result["measurements"]:
        row = rows[measured["key"], measured["item"]]
        assert (float(row["value"]) if row["value"] else None) == measured["value"]
        assert row["verdict"] == measured["verdict"]


def test_the_table_by_date_comes_in_every_format_and_dialect(shell: Shell) -> None:
    (result,) = json.loads(shell("results", "--json"))["results"]
    noise = value(result, "noise")["value"]
    wanted = ("export", "--profile", "ct_water", "--table", "wide", "--key", "noise", "--key", "KVP", "-o")
    shell(*wanted, shell.folder / "table.json")
    plain = json.loads((shell.folder / "table.json").read_text())
    assert plain["rows"][0]["values"] == [noise, 120.0]
    shell(*wanted, shell.folder / "table.xlsx")
    shown = table((shell.folder / "table.xlsx").read_bytes())[1]
    assert shown[-2:] == pytest.approx([noise, 120.0], rel=5e-16)  # written with 16 digits
    shell(*wanted, shell.folder / "table.csv", "--dialect", "semicolon")
    content = (shell.folder / "table.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfacquired_at_utc;"), "Excel takes UTF-8 for what it is by its mark alone"
    assert f";{noise!r};120,0\r\n".replace(".", ",") in content.decode()


def test_chosen_measurements_are_exported_in_the_long_table_too(shell: Shell) -> None:
    wanted = ("export", "--profile", "ct_water", "--key", "noise", "-o")
    shell(*wanted, shell.folder / "long.csv")
    with (shell.folder / "long.csv").open(newline="") as stream:
        assert {row["key"] for row in csv.DictReader(stream)} == {"noise"}
    shell(*wanted, shell.folder / "long.xlsx")
    assert table((shell.folder / "long.xlsx").read_bytes())[1][7] == "noise"
    shell(*wanted, shell.folder / "long.txt", "--format", "json")
    (result,) = json.loads((shell.folder / "long.txt").read_text())["results"]
    assert {one["key"] for one in result["measurements"]} == {"noise"}


@pytest.mark.parametrize(
    "arguments", [("--key", "nois"), ("--format", "xlsx", "--dialect", "semicolon"), ("--since", "monday")]
)
def test_an_export_that_cannot_be_meant_writes_nothing(shell: Shell, arguments: tuple[str, ...]) -> None:
    shell("export", "--profile", "ct_water", *arguments, "-o", shell.folder / "none.csv", code=2)
    assert not (shell.folder / "none.csv").exists()


def test_a_rejected_result_stays_visible_and_out_of_the_trend(shell: Shell) -> None:
    shell("results", "reject", 1, "--text", "phantom not centred")
    (result,) = json.loads(shell("results", "--json"))["results"]
    assert [(review["action"], review["text"]) for review in result["reviews"]] == [("reject", "phantom not centred")]
    assert "reject" in shell("results")


def test_a_rejection_needs_its_reason(shell: Shell) -> None:
    shell("results", "reject", 1, code=2)


def test_a_failing_image_makes_exit_code_1_and_a_refused_one_3(shell: Shell) -> None:
    shell("analyse", shell.image("high", water_hu=9.0), code=1)
    shell("analyse", shell.image("empty", diameter_mm=20.0), code=3)


def test_the_same_image_again_gives_the_same_result(shell: Shell) -> None:
    shell("analyse", shell.folder / "first.dcm")
    assert len(json.loads(shell("results", "--all", "--json"))["results"]) == 1


def test_a_new_revision_judges_the_same_image_again_and_keeps_the_old_verdict(shell: Shell) -> None:
    stricter = PROFILE.format(quiet_period_s=1).replace("warning = 2.0\nfail = 4.0", "warning = 0.0\nfail = 0.0")
    (shell.folder / "profile.toml").write_text(stricter)
    assert "ct_water" in shell("profile", "diff", shell.folder / "profile.toml")
    assert "edited" in shell("profile", "list")
    shell("profile", "apply", shell.folder / "profile.toml", "--reason", "stricter")
    shell("analyse", shell.folder / "first.dcm", code=1)
    old, new = json.loads(shell("results", "--all", "--json"))["results"]
    assert (old["profile"]["revision"], old["verdict"], old["current"]) == (1, "pass", False)
    assert (new["profile"]["revision"], new["verdict"], new["current"]) == (2, "fail", True)
    assert shell("profile", "export", "ct_water", "--revision", 1) == PROFILE.format(quiet_period_s=1)


def test_a_text_applied_again_after_another_judges_again(shell: Shell) -> None:
    text = PROFILE.format(quiet_period_s=1)
    for wanted in (text.replace("warning = 2.0\nfail = 4.0", "warning = 0.0\nfail = 0.0"), text):
        (shell.folder / "profile.toml").write_text(wanted)
        shell("profile", "apply", shell.folder / "profile.toml", "--reason", "there and back")
        run(cli, ["analyse", str(shell.folder / "first.dcm")])
    shell("results")
    results = json.loads(shell("results", "--all", "--json"))["results"]
    assert [result["profile"]["revision"] for result in results] == [1, 2, 3]
    assert [result["verdict"] for result in results] == ["pass", "fail", "pass"]
    assert [result["current"] for result in results] == [False, False, True]


def test_verify_tells_every_line_and_draws_where_the_phantom_is(shell: Shell) -> None:
    picture, places = shell.folder / "where.png", shell.folder / "where.json"
    shown = shell("verify", shell.folder / "first.dcm", "--picture", picture, "--save-localisation", places)
    assert "Modality" in shown
    assert "match" in shown
    assert picture.read_bytes().startswith(b"\x89PNG")
    moved = json.loads(places.read_text())
    moved["automatic"] = False
    places.write_text(json.dumps(moved))
    shell("analyse", shell.folder / "first.dcm", "--localisation", places)
    found = json.loads(shell("results", "--json"))["results"]
    assert found[-1]["localisation"]["automatic"] is False
    assert found[-1]["id"] == 2


def test_verify_says_not_comparable_where_a_required_line_fails(shell: Shell) -> None:
    text = PROFILE.format(quiet_period_s=1).replace(
        "[record]", "KVP = { near = 80, within = 1, required = true }\n[record]"
    )
    (shell.folder / "profile.toml").write_text(text)
    shell("profile", "apply", shell.folder / "profile.toml", "--reason", "80 kV")
    shown = shell("verify", shell.folder / "first.dcm", code=1)
    assert "KVP" in shown
    assert "not comparable" in shown


def test_a_period_cuts_the_list_of_results(shell: Shell) -> None:
    assert json.loads(shell("results", "--json", "--since", "2100-01-01"))["results"] == []
    assert len(json.loads(shell("results", "--json", "--until", "2100-01-01"))["results"]) == 1
    shell("results", "--since", "yesterday", code=2)


def test_the_house_is_in_order(shell: Shell) -> None:
    assert "nothing needs care" in shell("doctor")
    assert "no findings" in shell("db", "check")
    assert "as it was received" in shell("db", "verify")
    shell("db", "backup", shell.folder / "backup")
    assert any((shell.folder / "backup").iterdir())
    assert "ct_level_a" in shell("phantom", "list")
    assert "ct_water" in shell("phantom", "describe", "ct_level_a")
    assert "ct_level_a" in shell("plugin", "list")


def test_jobs_are_listed_queued_again_and_cancelled(shell: Shell) -> None:
    assert "no jobs" in shell("jobs", "list")
    (done,) = json.loads(shell("jobs", "list", "--state", "done", "--json"))["jobs"]
    shell("jobs", "retry", done["id"])
    assert "1" in shell("jobs", "list", "--state", "queued")
    shell("jobs", "cancel", done["id"])
    (cancelled,) = json.loads(shell("jobs", "list", "--json"))["jobs"]
    assert cancelled["state"] == "failed"
    assert "1 jobs ended without a result" in shell("doctor", code=1)
    shell("jobs", "retry", 99, code=2)


def test_a_byte_changed_in_the_spool_is_found(shell: Shell) -> None:
    (spooled,) = (shell.folder / "home" / "spool").rglob("*.dcm")
    content = bytearray(spooled.read_bytes())
    content[-1] ^= 1
    spooled.chmod(0o600)
    spooled.write_bytes(content)
    assert spooled.stem in shell("db", "verify", code=1)


@pytest.mark.parametrize(
    "arguments",
    [("report", 99, "-o", "x.pdf"), ("results", "show", 99), ("export", "--profile", "nobody", "-o", "x.csv")],
)
def test_unknown_identifiers_are_wrong_calls(shell: Shell, arguments: tuple[object, ...]) -> None:
    shell(*arguments, code=2)


@pytest.mark.parametrize("keep", [("--no-store", "--phantom", "ct_level_a"), ()])
def test_an_analysis_writes_its_report_with_the_picture_whether_stored_or_not(shell: Shell, keep: tuple[str]) -> None:
    out = shell("analyse", *keep, "--json", "--report", shell.folder / "at_once.pdf", shell.image("second"))
    (result,) = json.loads(out)["results"]
    reader = PdfReader(shell.folder / "at_once.pdf")
    text = "".join(page.extract_text() for page in reader.pages)
    water = next(m["value"] for m in result["measurements"] if m["key"] == "ct_water" and not m["item"])
    assert f"{water:.{digits('HU')}f}" in text
    assert sum(len(page.images) for page in reader.pages) == 1


def test_the_reports_of_several_results_go_into_a_folder(shell: Shell) -> None:
    images = shell.image("second"), shell.image("third")
    shell("analyse", "--no-store", "--phantom", "ct_level_a", "--report", shell.folder / "reports", *images)
    assert {path.name for path in (shell.folder / "reports").iterdir()} == {"report_1.pdf", "report_2.pdf"}
