# SPDX-License-Identifier: LGPL-3.0-or-later
"""The how-to of a report of one's own, followed step by step: what it says is written, given and compared."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from optimage.cli.edge import run
from optimage.cli.main import cli
from optimage.dicom.writer import write_image
from optimage.resources import data_folder
from optimage.synthetic.ct_water import CtWater, render_ct_water
from tests.contract.sources import ROOT
from tests.integration.site import enter

PAGE = (ROOT / "docs" / "how-to" / "our-own-report.md").read_text(encoding="utf-8")
STEP = re.compile(r'```(?P<kind>bash|text|toml)(?: title="(?P<file>\S+)")?\n(?P<text>.*?)```', re.DOTALL)
MENDED = re.compile(r"(?:line|Line) (\d+)(?: say)? `([^`]+)`")
CODES = {"check our_report": [2, 0], "analyse": [1]}  # mistakes, then none; and noise beyond its limit
RED = (200, 30, 30)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what a physicist has: a logo, a profile, images."""
    home = tmp_path / "home"
    enter(home, monkeypatch)
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    monkeypatch.setenv("OPTIMAGE_OPERATOR", "anna")
    monkeypatch.chdir(tmp_path)
    logo = Image.new("RGB", (300, 80), "white")
    ImageDraw.Draw(logo).rectangle((10, 10, 60, 70), fill=RED)
    logo.save(tmp_path / "logo.png")
    profile = (data_folder("profiles") / "demo" / "demo_ct_water.toml").read_text(encoding="utf-8")
    (tmp_path / "profile.toml").write_text(profile, encoding="utf-8")
    (tmp_path / "images").mkdir()
    spec = CtWater(noise_hu=8.0)  # truth 5 HU in the profile: it fails
    for image in render_ct_water(spec):
        (tmp_path / "images" / "one.dcm").write_bytes(write_image(image))
    return home


def follow(home: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[tuple[str, str]]:
    """Do what each step of the page says; yield what it shows and what was printed until then."""
    folder, printed, last_end = home / "report_templates", "", 0
    codes = {words: list(each) for words, each in CODES.items()}
    for step in STEP.finditer(PAGE):
        mend(folder / "our_report.toml", PAGE[last_end : step.start()])
        last_end = step.end()
        if step["kind"] == "toml":
            write(folder, step["file"], step["text"])
        elif step["kind"] == "bash":
            for line in step["text"].splitlines():
                give(line, codes)
            shown = capsys.readouterr()
            printed = (shown.out + shown.err).replace(f"{folder}/", "…/")
        else:
            yield step["text"], printed


def mend(file: Path, prose: str) -> None:
    """Change the lines that the text between two steps names."""
    for number, said in MENDED.findall(prose):
        lines = file.read_text(encoding="utf-8").splitlines()
        lines[int(number) - 1] = said
        file.write_text("\n".join(lines), encoding="utf-8")


def write(folder: Path, name: str, text: str) -> None:
    """Let a template say the text; a profile says it above its first table."""
    if name == "profile.toml":
        text += Path(name).read_text(encoding="utf-8")
    target = Path(name) if name == "profile.toml" else folder / name
    target.write_text(text, encoding="utf-8")


def give(line: str, codes: dict[str, list[int]]) -> None:
    """Give a command; it ends with the code that is expected of it."""
    if line.startswith("optimage "):
        expected = next((left.pop(0) for words, left in codes.items() if words in line), 0)
        assert run(cli, shlex.split(line)[1:]) == expected, line
    else:
        subprocess.run(line, shell=True, check=True)


def test_each_step_does_what_the_page_says(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = list(follow(home, capsys))
    assert len(shown) == 2
    for text, printed in shown:
        lines = {line.strip() for line in printed.splitlines()}
        assert {line.strip() for line in text.splitlines()} <= lines, printed
    for name in ("preview.pdf", "report.pdf"):
        reader = PdfReader(name)
        told = "\n".join(page.extract_text() for page in reader.pages)
        assert "Constancy test of Digital CT" in told
        assert "St. Elsewhere · Medical physics" in told
        assert "Questions: telephone 4711" in told
        assert "Medical physicist · Date, signature" in told
        assert "Reviewed by" not in told
        assert all(has_logo(page) for page in reader.pages)
    assert "Measured by anna" in told
    assert "Do not use the device; call the medical physicist." in told
    assert float(re.search(r"noise (\d+\.\d+) HU", told)[1]) == pytest.approx(8.0, abs=0.5)  # type: ignore[index]
    assert "Example" not in told


def has_logo(page: object) -> bool:
    """Whether a picture of the page holds the red of the logo."""
    pictures = [found.image.convert("RGB") for found in page.images]  # type: ignore[attr-defined]
    return any(RED in {colour for _, colour in picture.getcolors(1 << 24)} for picture in pictures)
