# SPDX-License-Identifier: LGPL-3.0-or-later
"""`optimage report template`: listed, checked, begun as a copy, tried out."""

import tomllib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from optimage.cli.edge import run
from optimage.cli.main import cli
from optimage.report.templates.files import load_template, templates
from optimage.resources import data_folder
from tests.integration.site import enter

Give = Callable[..., tuple[str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "home" / "report_templates"
    found.mkdir(parents=True)
    return found


@pytest.fixture
def give(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Give:
    """Give a command; return what it says and what it complains of."""
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")

    def command(*words: object, code: int = 0) -> tuple[str, str]:
        found = run(cli, ["report", "template", *map(str, words)])
        shown = capsys.readouterr()
        assert found == code, shown
        return shown.out, shown.err

    return command


def text_of(file: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(file.read_bytes())).pages)


def test_the_list_tells_own_ones_replaced_ones_and_those_with_mistakes(give: Give, folder: Path) -> None:
    (folder / "measurement.toml").write_text('title = "Ours"\n[[block]]\nkind = "results"\n')
    (folder / "broken.toml").write_text('title = 3\n[[block]]\nkind = "resultz"\n')
    rows = {line.split()[0]: " ".join(line.split()[1:]) for line in give("list")[0].splitlines()[2:]}
    assert rows["measurement"] == "measurement own, in place of the shipped one correct Ours"
    assert rows["broken"] == "– own mistakes: 2 –"


def test_all_mistakes_of_all_templates_are_told_at_once(give: Give, folder: Path, tmp_path: Path) -> None:
    (folder / "one.toml").write_text('logo = "none.png"\n[[block]]\nkind = "resultz"\n')
    elsewhere = tmp_path / "two.toml"
    elsewhere.write_text('[[block]]\nkind = "items"\nrows = -1\n')
    out, err = give("check", "one", elsewhere, code=2)
    assert out == ""
    assert [line.strip() for line in err.splitlines()] == [
        "mistakes in report templates: 3; mend the lines named and check again",
        f"{folder / 'one.toml'}:1: logo: {folder / 'none.png'} cannot be read: No such file or directory",
        f"{folder / 'one.toml'}:3: block.kind: resultz is unknown here; did you mean results?",
        f"{elsewhere}:3: block.rows: need 1 or more, got -1",
    ]


def test_without_a_name_every_template_is_checked(give: Give, folder: Path) -> None:
    (folder / "ours.toml").write_text('[[block]]\nkind = "results"\n')
    out, _ = give("check")
    assert {Path(line.removesuffix(": correct")).stem for line in out.splitlines()} == {
        "ours",
        *(path.stem for path in data_folder("report_templates").glob("*.toml")),
    }
    _, err = give("check", "nosuch", code=2)
    assert "there is no report template nosuch; choose one of" in err


@pytest.mark.parametrize("source", sorted(path.stem for path in data_folder("report_templates").glob("*.toml")))
def test_a_copy_makes_the_same_and_says_what_else_is_possible(give: Give, folder: Path, source: str) -> None:
    give("new", "ours", "--from", source)
    text = (folder / "ours.toml").read_text(encoding="utf-8")
    shipped = (data_folder("report_templates") / f"{source}.toml").read_text(encoding="utf-8")
    assert tomllib.loads(text) == tomllib.loads(shipped)
    assert '# logo = "logo.png"' in text
    uncommented = "\n".join(
        line.removeprefix("# ").partition("  # ")[0] if " = " in line and "  # " in line else line
        for line in text.splitlines()
        if '# text = ""' not in line and "# logo" not in line
    )
    (folder / "loud.toml").write_text(uncommented, encoding="utf-8")
    assert load_template("loud", folder).footer.here() == "{{ software }}"
    give("check", "ours", "loud")


def test_nothing_is_overwritten_and_no_wrong_name_taken(give: Give, folder: Path) -> None:
    (folder / "ours.toml").write_text("mine")
    assert "already; edit it, or choose another name" in give("new", "ours", code=2)[1]
    assert (folder / "ours.toml").read_text() == "mine"
    for name in ("site", "Our Report", "../ours", "a" * 65):
        assert "cannot be the name of a report template" in give("new", name, code=2)[1]
    assert [path.name for path in folder.iterdir()] == ["ours.toml"]


def test_every_page_of_a_preview_says_that_it_is_an_example(give: Give, tmp_path: Path) -> None:
    for one in {listed.template.scope: listed for listed in templates() if listed.template}.values():
        give("preview", one.name, "-o", tmp_path / f"{one.name}.pdf")
        pages = PdfReader(tmp_path / f"{one.name}.pdf").pages
        assert all("Example: digital phantoms, no device" in page.extract_text() for page in pages)


def test_the_preview_shows_measured_values_in_the_language_of_the_template(
    give: Give, folder: Path, tmp_path: Path
) -> None:
    text = "Wasser {{ values['ct_water'] }} am {{ acquired }}"
    (folder / "ours.toml").write_text(f'language = "de"\n[[block]]\nkind = "text"\ntext = "{text}"\n')
    give("preview", "ours", "-o", tmp_path / "ours.pdf")
    shown = text_of(tmp_path / "ours.pdf")
    assert "am 12.01.2026 07:00:00 UTC" in shown
    # truth 4.5 HU on the last day; noise 5 HU over some thousand pixels and rounding move the mean by less than 0.5
    measured = float(shown.partition("Wasser ")[2].partition(" ")[0].replace(",", "."))
    assert measured == pytest.approx(4.5, abs=0.5)
    assert "Beispiel: digitale Phantome, kein Gerät" in shown


def test_the_preview_of_a_result_that_is_not_there_says_so(give: Give, tmp_path: Path) -> None:
    _, err = give("preview", "measurement", "--result", 77, "-o", tmp_path / "x.pdf", code=2)
    assert "77" in err
    assert not (tmp_path / "x.pdf").exists()
