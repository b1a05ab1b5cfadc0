# SPDX-License-Identifier: LGPL-3.0-or-later
"""The tutorial of the caught drift, command by command; every line it shows has to come from one of them."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from optimage.cli.edge import run
from optimage.cli.main import cli
from tests.contract.sources import ROOT
from tests.integration.site import enter

PAGE = (ROOT / "docs" / "tutorials" / "catch-a-drift.md").read_text(encoding="utf-8")
FILES = ROOT / "docs" / "examples" / "dose_drift"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def words(line: str) -> str:
    return " ".join(re.sub(r"-{2,}", "", line).split())


def test_the_tutorial_shows_what_the_program_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(FILES, tmp_path, dirs_exist_ok=True)
    enter(tmp_path / "home", monkeypatch)
    monkeypatch.setenv("OPTIMAGE_LANGUAGE", "en")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.chdir(tmp_path)
    commands = re.findall(r"^optimage (.*)", "".join(blocks("bash")), re.MULTILINE)
    assert len(commands) > 15
    for command in commands:
        code = run(cli, shlex.split(command))
        assert code == 0, (command, capsys.readouterr())
    printed = {words(line) for line in capsys.readouterr().out.splitlines()}
    shown = {words(line) for block in blocks("text") for line in block.splitlines()}
    assert len(shown) > 8
    assert shown <= printed, (shown - printed, printed)
    assert (tmp_path / "drift.png").read_bytes().startswith(b"\x89PNG")
